import type { Evidence } from '../../parsers/records.ts';
import { subjectOfHit } from '../signature-check.ts';
import { machineOf } from '../../snapshot/nodes/node-health.ts';
import { defineCheck, type FindingDraft } from '../check.ts';

const UNKNOWN = /NVML: Unknown Error/i;
/** Major number of /dev/nvidia* character devices (NVIDIA's Linux driver). */
const NVIDIA_DEVICE = /^c (?:195|\*):/;

export default defineCheck({
  id: 'gpu-runtime-nvml-unknown',
  layer: 5,
  title: 'Containers keep access to their GPUs',
  failureTitle: 'A container lost access to its GPU (NVML: Unknown Error)',
  why: 'The device rules of the container’s cgroup were written anew without the NVIDIA devices: by systemd at a daemon-reload (systemd cgroup driver, GPU injected by the runtime hook rather than CDI), or by the kubelet’s CPU manager with the static policy. The GPU itself is fine.',
  fix: [
    'Recreate the pod: a new container gets its devices again',
    'Hand GPUs to containers by CDI (NVIDIA Container Toolkit ≥ 1.14, cdi.enabled), or create the links under /dev/char (nvidia-ctk system create-dev-char-symlinks --create-all)',
    'With cpu-manager-policy=static: give GPU pods integer CPU requests = limits on a runtime that keeps device rules, or turn the policy off (--cpu-manager-policy=none)',
  ],
  next: [
    'kubectl exec POD -- nvidia-smi; nvidia-smi',
    'journalctl --no-pager | grep -i -E "reloading|daemon-reload" | tail',
    'ls -l /dev/char | grep nvidia',
  ],
  severity: 'critical',
  confidence: 'high',
  reads: ['gpu-runtime-nvml-unknown', 'gpu-device-access-denied'],
  needsAny: ['toolFailures', 'containerLogs'],
  wants: ['hostValues', 'gpus'],
  *run({ toolFailures, hostValues, gpus }, { snapshot }) {
    const failures = toolFailures.filter((failure) => UNKNOWN.test(failure.message));
    const hits = snapshot.hits('gpu-runtime-nvml-unknown');
    if (failures.length === 0 && hits.length === 0) return;
    const denied = snapshot.hits('gpu-device-access-denied');
    const places = new Map<string, { draft: Pick<FindingDraft, 'subject'>; evidence: Evidence[] }>();
    for (const failure of failures) {
      const node = machineOf(snapshot, failure);
      const place = places.get(node) ?? { draft: { subject: snapshot.named('Node', node, { node }) }, evidence: [] };
      place.evidence.push(failure.source);
      places.set(node, place);
    }
    for (const hit of hits) {
      const subject = subjectOfHit(hit, snapshot);
      const key = `${subject.kind}/${subject.namespace ?? ''}/${subject.name}`;
      const known = hit.origin.pod === undefined ? [...places.values()][0] : undefined;
      const place = known ?? places.get(key) ?? { draft: { subject }, evidence: [] };
      place.evidence.push(...snapshot.evidenceOf(hit));
      if (known === undefined) places.set(key, place);
    }
    const policy = hostValues.find(
      (value) => value.topic === 'kubelet-flag' && value.key === 'cpu-manager-policy' && value.value === 'static',
    );
    const devices = hostValues.filter((value) => value.topic === 'cgroup' && value.key === 'devices.list');
    const without = devices.length > 0 && !devices.some((value) => NVIDIA_DEVICE.test(value.value)) ? devices : [];
    const reload = snapshot.hits('systemd-daemon-reload').at(-1);
    const host = gpus.find((gpu) => gpu.fault === undefined);
    const cause =
      policy === undefined
        ? reload === undefined
          ? 'typically systemd rewrote the device rules of its cgroup at a daemon-reload'
          : 'systemd rewrote the device rules of its cgroup at a daemon-reload'
        : "the kubelet's CPU manager (cpu-manager-policy=static) rewrites its cgroup and drops the NVIDIA devices";
    for (const { draft, evidence } of places.values()) {
      const [first, ...rest] = evidence;
      if (first === undefined) continue;
      yield {
        ...draft,
        variant: policy === undefined ? 'daemon-reload' : 'cpu-manager',
        message:
          `"Failed to initialize NVML: Unknown Error": the container lost access to the GPU devices (/dev/nvidiactl)` +
          (host === undefined
            ? ''
            : `, while the host ${host.node ?? ''} sees ${gpus.length} GPUs`.replace('  ', ' ')) +
          `; ${cause}` +
          (without.length === 0 ? '' : '; the device list of the cgroup has no NVIDIA device (major 195)'),
        evidence: [
          first,
          ...denied.slice(0, 1).flatMap((hit) => snapshot.evidenceOf(hit)),
          ...(policy === undefined ? [] : [policy.source]),
          ...(reload === undefined ? [] : snapshot.evidenceOf(reload)),
          ...without.slice(0, 1).map((value) => value.source),
          ...(host === undefined ? [] : [host.source]),
          ...rest,
        ],
        confidence:
          policy !== undefined || reload !== undefined || host !== undefined || without.length > 0 ? 'high' : 'medium',
      };
    }
  },
});
