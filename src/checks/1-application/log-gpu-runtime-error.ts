import { defineCheck } from '../check.ts';
import { gpuFaultOf, isBelowProgram, requestedGpu } from '../gpu-log-faults.ts';
import { gradedHits, logFinding, speaker } from '../log-findings.ts';

export default defineCheck({
  id: 'log-gpu-runtime-error',
  layer: 1,
  title: 'Programs can use their GPUs',
  failureTitle: 'The log shows that the GPU cannot be used',
  why: 'The wording says which part fails: 802 and "not yet initialized" the fabric manager, "insufficient" the driver, ECC the card, "no CUDA-capable device" the request for a GPU or the container runtime.',
  fix: ['Follow the finding about driver, fabric manager or card of the node.'],
  next: ['kubectl exec {name} -n {namespace} -- nvidia-smi -L', 'nvidia-smi -q'],
  severity: 'critical',
  confidence: 'medium',
  needsAny: ['containerLogs'],
  wants: ['pods'],
  reads: [
    'app-gpu-error',
    'app-gpu-no-code',
    'app-gpu-memory-fault',
    'app-gpu-absent',
    'app-gpu-unseen',
    'app-nccl-error',
  ],
  *run(_facts, { snapshot }) {
    for (const hits of gradedHits(snapshot, ['app-gpu-unseen'])) {
      // Said by programs that can do without: it counts where the pod has asked for a GPU, however well it runs.
      const wanted = hits.pod === undefined ? undefined : requestedGpu(hits.pod);
      if (wanted === undefined || hits.pod === undefined) continue;
      yield {
        subject: hits.subject,
        variant: 'unseen',
        severity: 'warning',
        title: 'The program sees no GPU though its pod requests one',
        message: `${speaker(hits)} sees no GPU, though the pod requests ${wanted}${hits.pod.spec?.runtimeClassName === undefined ? ' (and names no RuntimeClass)' : ''}: ${hits.line}`,
        evidence: hits.evidence,
        fix: [
          'Set runtimeClassName: nvidia in the pod, or make nvidia the default runtime of the node, so that driver and devices are handed in',
        ],
      };
    }
    for (const hits of gradedHits(
      snapshot,
      ['app-gpu-error', 'app-gpu-no-code', 'app-gpu-memory-fault', 'app-gpu-absent', 'app-nccl-error'],
      (hit) =>
        // What no program can cause is told of the node.
        isBelowProgram(snapshot, hit) ? undefined : '',
    )) {
      const built = hits.hits.find(({ groups }) => groups['arch'] !== undefined)?.groups;
      const card =
        built === undefined || hits.line.includes(built['arch'] ?? '')
          ? ''
          : `; the card (${built['card'] ?? 'GPU'}) is ${built['arch'] ?? ''}, for which the program was not built`;
      yield logFinding(
        hits,
        { failing: 'critical', ongoing: 'critical' },
        {
          message: `${speaker(hits)} cannot use its GPU: ${hits.line}${card}`,
          variant: gpuFaultOf(hits.line),
        },
      );
    }
  },
});
