import { isBeingDeleted } from '../../snapshot/ages.ts';
import { containersOf } from '../../snapshot/pods/containers.ts';
import { operandPods } from '../../snapshot/nodes/gpu.ts';
import { weightOf } from '../../snapshot/logs/hits.ts';
import { parseLogLine } from '../../parsers/logs/line.ts';
import type { LogHit } from '../../parsers/records.ts';
import { defineCheck } from '../check.ts';

/** Init containers of nvidia-operator-validator in their order, with the part of the stack that each one tests. */
const STEPS: Readonly<Record<string, string>> = {
  'driver-validation': 'the driver',
  'nvidia-fs-validation': 'GPUDirect Storage',
  'gdrcopy-validation': 'GDRCopy',
  'mofed-validation': 'the RDMA driver',
  'toolkit-validation': 'the container toolkit',
  'cuda-validation': 'CUDA on the GPU (fabric manager, GPU health)',
  'plugin-validation': 'the device plugin',
};

/** Its log tries again every five seconds; what it says fewer times may have passed. */
const LEAST = 10;

/** What the validator says of the step that does not pass; the last line that gives a reason. */
function reasonOf(hits: readonly LogHit[]): string | undefined {
  const { what, reason, chroot } =
    hits.findLast(({ groups }) => groups['reason'] !== undefined || groups['chroot'] !== undefined)?.groups ?? {};
  // It looks under /run/nvidia/driver when it does not find a driver of the host.
  if (chroot !== undefined) return `error validating driver: ${chroot} (no driver in the root that it looks in)`;
  return reason === undefined ? undefined : `error validating ${what ?? ''}: ${reason.replace(/\\n.*$|"$/, '').trim()}`;
}

export default defineCheck({
  id: 'gpu-validator-stuck',
  layer: 5,
  title: 'The GPU stack passes its validation',
  failureTitle: 'The validation of the GPU stack fails',
  why: 'The validator tests driver, toolkit, CUDA and device plugin one after the other; the init container in which it waits is the step that is broken.',
  fix: ['Mend the step in which it waits; the validator goes on by itself'],
  next: [
    'kubectl logs -n gpu-operator -l app=nvidia-operator-validator --all-containers --tail=50',
    'kubectl get pods -n gpu-operator -o wide',
  ],
  severity: 'warning',
  confidence: 'high',
  reads: ['gpu-validator-stuck'],
  needsAny: ['pods', 'containerLogs'],
  *run(_facts, { snapshot }) {
    let told = false;
    for (const { pod, operand, ready, initializing, trouble } of operandPods(snapshot)) {
      if (operand !== 'validator') continue;
      told = true;
      if (ready || isBeingDeleted(pod)) continue;
      const inits = containersOf(pod).filter((one) => one.role === 'init');
      const at = inits.findIndex((one) => one.status?.state?.terminated?.exitCode !== 0);
      const step = inits[at];
      if (!initializing && trouble === undefined) continue;
      const name = step?.name ?? '';
      const hits = snapshot
        .hits('gpu-validator-stuck')
        .filter((hit) => hit.origin.pod === undefined || hit.origin.pod === pod.metadata.name);
      const reason = reasonOf(hits);
      yield {
        subject: snapshot.subject(pod),
        ...(trouble !== undefined && reason !== undefined ? { severity: 'critical' as const } : {}),
        variant:
          trouble !== undefined && reason?.startsWith('error validating driver') === true
            ? 'driver-refused'
            : name === ''
              ? `step-${at + 1}`
              : name,
        message:
          `${pod.metadata.name} waits in ${name === '' ? `init container ${at + 1} of ${inits.length}` : name}` +
          (STEPS[name] === undefined ? '' : `: ${STEPS[name]} does not pass`) +
          (trouble === undefined ? '' : ` (${trouble.reason})`) +
          (reason === undefined ? '' : `; its log says: ${reason}`),
        evidence: [
          trouble?.evidence ?? snapshot.quote(pod, step === undefined ? '/status' : step.at),
          ...hits.slice(0, 2).flatMap((hit) => snapshot.evidenceOf(hit)),
        ],
      };
    }
    // Only its log is there.
    const hits = told
      ? []
      : snapshot.hits('gpu-validator-stuck').filter(({ program }) => program !== 'nvidia-device-plugin');
    const [hit] = hits;
    const reason = reasonOf(hits);
    const weight = weightOf(snapshot, hits, LEAST);
    if (hit === undefined || weight === 'few') return;
    yield {
      subject: snapshot.subjectOfLog(hit.origin, { program: hit.program }),
      message: `A validation of the GPU stack does not pass: ${reason ?? parseLogLine(hit.last.text).message.trim().slice(0, 240)}`,
      evidence: snapshot.evidenceOf(hits.findLast(({ groups }) => groups['reason'] !== undefined) ?? hit),
    };
  },
});
