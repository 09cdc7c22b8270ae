import { isGpuResource } from '../../snapshot/nodes/gpu.ts';
import type { Pod } from '../../snapshot/kinds/index.ts';
import { defineCheck } from '../check.ts';
import { gradedHits, logFinding, speaker } from '../log-findings.ts';

function variantOf(line: string): string {
  if (/802|not yet initialized/.test(line)) return 'fabric';
  if (/insufficient/.test(line)) return 'driver-too-old';
  if (/ECC/.test(line)) return 'ecc';
  if (/no CUDA-capable device|No CUDA GPUs|no NVIDIA driver|NVML Shared Library|libcuda|cuInit/i.test(line))
    return 'no-device';
  if (/NVML/.test(line)) return 'nvml';
  if (/NCCL/.test(line)) return 'nccl';
  return 'cuda';
}

/** The GPU resource that a container of the pod asks for. */
function requestedGpu(pod: Pod): string | undefined {
  const asked = (pod.spec?.containers ?? []).flatMap(({ resources }) =>
    Object.entries({ ...resources?.requests, ...resources?.limits }),
  );
  const gpu = asked.find(([name, amount]) => isGpuResource(name) && amount !== '0');
  return gpu === undefined ? undefined : `${gpu[0]}: ${gpu[1]}`;
}

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
  reads: ['app-gpu-error', 'app-gpu-absent', 'app-gpu-unseen', 'app-nccl-error'],
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
    for (const hits of gradedHits(snapshot, ['app-gpu-error', 'app-gpu-absent', 'app-nccl-error'])) {
      yield logFinding(
        hits,
        { failing: 'critical', ongoing: 'critical' },
        {
          message: `${speaker(hits)} cannot use its GPU: ${hits.line}`,
          variant: variantOf(hits.line),
        },
      );
    }
  },
});
