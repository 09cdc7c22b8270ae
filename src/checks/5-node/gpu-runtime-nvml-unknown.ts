import { entryOf } from '../../lib/group-by.ts';
import { plural } from '../../lib/in-words.ts';
import { onlyOne } from '../../lib/only-one.ts';
import type { Evidence, ToolFailure } from '../../parsers/records.ts';
import type { Subject } from '../../result.ts';
import { machineOf, machineSubject } from '../../snapshot/nodes/node-health.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { subjectOfHit } from '../signature-check.ts';
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
  *run({ toolFailures }, { snapshot }) {
    for (const place of placesOf(snapshot, toolFailures)) yield* lostAccess(snapshot, place);
  },
});

/** A container that lost its GPU, or the machine of one that nobody names. */
interface Place {
  readonly subject: Subject;
  readonly evidence: Evidence[];
}

function placesOf(snapshot: Snapshot, toolFailures: readonly ToolFailure[]): readonly Place[] {
  const places = new Map<string, Place>();
  const at = (subject: Subject): Place => {
    const key = `${subject.kind}/${subject.namespace ?? ''}/${subject.name}`;
    return entryOf(places, key, () => ({ subject, evidence: [] }));
  };
  for (const failure of toolFailures)
    if (UNKNOWN.test(failure.message)) at(machineSubject(snapshot, failure)).evidence.push(failure.source);
  for (const hit of snapshot.hits('gpu-runtime-nvml-unknown')) {
    // A log without a pod is of the container in which somebody tried it, where that is just one.
    const tried = hit.origin.pod === undefined ? onlyOne([...places.values()]) : undefined;
    (tried ?? at(subjectOfHit(hit, snapshot))).evidence.push(...snapshot.evidenceOf(hit));
  }
  return [...places.values()];
}

/** The finding on one place, with what its machine tells of the reason. */
function* lostAccess(snapshot: Snapshot, { subject, evidence }: Place): Iterable<FindingDraft> {
  const [first, ...rest] = evidence;
  if (first === undefined) return;
  // What names no machine was asked where the trouble is.
  const isHere = (one: { readonly node?: string | undefined }): boolean =>
    one.node === undefined || subject.node === undefined || machineOf(snapshot, one) === subject.node;
  const values = snapshot.facts('hostValues').filter(isHere);
  const policy = values.find(
    ({ topic, key, value }) => topic === 'kubelet-flag' && key === 'cpu-manager-policy' && value === 'static',
  );
  const devices = values.filter(({ topic, key }) => topic === 'cgroup' && key === 'devices.list');
  const [without] = devices.some(({ value }) => NVIDIA_DEVICE.test(value)) ? [] : devices;
  const denied = snapshot.hits('gpu-device-access-denied').find(isHere);
  const reload = snapshot.hits('systemd-daemon-reload').findLast(isHere);
  const seen = snapshot.facts('gpus').filter((gpu) => gpu.fault === undefined && isHere(gpu));
  const host = seen[0];
  const cause =
    policy !== undefined
      ? "the kubelet's CPU manager (cpu-manager-policy=static) rewrites its cgroup and drops the NVIDIA devices"
      : `${reload === undefined ? 'typically ' : ''}systemd rewrote the device rules of its cgroup at a daemon-reload`;
  yield {
    subject,
    variant: policy === undefined ? 'daemon-reload' : 'cpu-manager',
    message:
      `"Failed to initialize NVML: Unknown Error": the container lost access to the GPU devices (/dev/nvidiactl)` +
      (host === undefined
        ? ''
        : `, while the host${host.node === undefined ? '' : ` ${host.node}`} sees ${plural(seen.length, 'GPU')}`) +
      `; ${cause}` +
      (without === undefined ? '' : '; the device list of the cgroup has no NVIDIA device (major 195)'),
    evidence: [
      first,
      ...(denied === undefined ? [] : snapshot.evidenceOf(denied)),
      ...(policy === undefined ? [] : [policy.source]),
      ...(reload === undefined ? [] : snapshot.evidenceOf(reload)),
      ...(without === undefined ? [] : [without.source]),
      ...(host === undefined ? [] : [host.source]),
      ...rest,
    ],
    confidence: [policy, reload, host, without].some((one) => one !== undefined) ? 'high' : 'medium',
  };
}
