/** What the lines of GPU programs tell apart: faults of the program, and faults of what lies below it. */
import type { LogHit } from '../parsers/records.ts';
import type { Pod } from '../snapshot/kinds/index.ts';
import { podOfLog } from '../snapshot/logs/log-owner.ts';
import { isGpuResource } from '../snapshot/nodes/gpu.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

/** From the surest on. `below`: no program can cause it, only card, driver, toolkit or runtime can. */
const FAULTS: readonly (readonly [RegExp, string, 'below' | 'told' | 'absent'])[] = [
  // The checks of the fabric manager and of the driver's age tell these, of the same line.
  [/802|not yet initialized/, 'fabric', 'told'],
  [/insufficient|unsupported toolchain/, 'driver-too-old', 'told'],
  [/uncorrectable (?:ECC|NVLink)/i, 'ecc', 'below'],
  [/busy or unavailable|MPS server|NVML_SUCCESS == r|DEVICE_LOST/, 'unavailable', 'below'],
  [
    /no (?:CUDA|ROCm)-capable device|No (?:CUDA|HIP) GPUs|no NVIDIA driver|NVML Shared Library|libcuda|cuInit|No visible GPU|DEVICE_NOT_FOUND/i,
    'no-device',
    'absent',
  ],
  [/NVML/, 'nvml', 'told'],
  [/NCCL/, 'nccl', 'told'],
];

/** The kind of a line; `cuda` for what CUDA says of the program itself. */
export const gpuFaultOf = (line: string): string => FAULTS.find(([pattern]) => pattern.test(line))?.[1] ?? 'cuda';

/** The GPU resource that a container of the pod asks for, like `nvidia.com/gpu: 1`. */
export function requestedGpu(pod: Pod): string | undefined {
  const asked = (pod.spec?.containers ?? []).flatMap(({ resources }) =>
    Object.entries({ ...resources?.requests, ...resources?.limits }),
  );
  const gpu = asked.find(([name, amount]) => isGpuResource(name) && amount !== '0');
  return gpu === undefined ? undefined : `${gpu[0]}: ${gpu[1]}`;
}

/**
 * Whether a line tells of what lies below the program. A program without a device is to blame itself where its pod is
 * known to ask for none.
 */
export function isBelowProgram(snapshot: Snapshot, hit: LogHit): boolean {
  const kind = FAULTS.find(([pattern]) => pattern.test(hit.first.text))?.[2];
  if (kind !== 'absent') return kind === 'below';
  const pod = podOfLog(snapshot, hit);
  const known = pod?.spec?.containers?.some(({ resources }) => resources !== undefined) === true;
  return pod === undefined || !known || requestedGpu(pod) !== undefined;
}
