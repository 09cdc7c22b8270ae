import { isBeingDeleted } from '../../snapshot/ages.ts';
import { containersOf } from '../../snapshot/pods/containers.ts';
import { operandPods } from '../../snapshot/nodes/gpu.ts';
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
  needs: ['pods'],
  *run(_facts, { snapshot }) {
    for (const { pod, operand, ready, initializing, trouble } of operandPods(snapshot)) {
      if (operand !== 'validator' || ready || isBeingDeleted(pod)) continue;
      const inits = containersOf(pod).filter((one) => one.role === 'init');
      const at = inits.findIndex((one) => one.status?.state?.terminated?.exitCode !== 0);
      const step = inits[at];
      if (!initializing && trouble === undefined) continue;
      const name = step?.name ?? '';
      const hits = snapshot
        .hits('gpu-validator-stuck')
        .filter((hit) => hit.origin.pod === undefined || hit.origin.pod === pod.metadata.name);
      yield {
        subject: snapshot.subject(pod as never),
        variant: name === '' ? `step-${at + 1}` : name,
        message:
          `${pod.metadata.name} waits in ${name === '' ? `init container ${at + 1} of ${inits.length}` : name}` +
          (STEPS[name] === undefined ? '' : `: ${STEPS[name]} does not pass`) +
          (trouble === undefined ? '' : ` (${trouble.reason})`),
        evidence: [
          trouble?.evidence ?? snapshot.quote(pod, step === undefined ? '/status' : step.at),
          ...hits.slice(0, 1).flatMap((hit) => snapshot.evidenceOf(hit)),
        ],
      };
    }
  },
});
