import { firstFew } from '../../lib/in-words.ts';
import { isConditionTaint } from '../../simulation/scheduler/decide.ts';
import { defineCheck } from '../check.ts';
import { rejected, share } from './rejected.ts';

/** Resource names of accelerator device plugins. */
const GPU = /^(?:nvidia|amd|gpu\.intel|habana)\.(?:com|ai)\//;

export default defineCheck({
  id: 'sched-gpu-taint-untolerated',
  layer: 2,
  title: 'GPU pods tolerate the taints of GPU nodes',
  failureTitle: 'The GPU pod does not tolerate the taint of the GPU nodes',
  why: 'GPU nodes are usually tainted to keep other pods away; GPU pods need the toleration in their spec.',
  fix: ['Add the toleration of the GPU nodes to the pod spec'],
  next: ["kubectl get nodes -o custom-columns='NAME:.metadata.name,TAINTS:.spec.taints'"],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['pods', 'events'],
  wants: ['nodes'],
  *run(_facts, { snapshot }) {
    yield* rejected(
      snapshot,
      ({ reason, nodes }, { view, message }) =>
        reason.kind === 'taint' &&
        !isConditionTaint(reason.taint?.key ?? '') &&
        ([...view.requests].some(
          ([name, wanted]) =>
            GPU.test(name) && wanted > 0 && nodes.some((node) => (node.allocatable?.get(name) ?? 0) > 0),
        ) ||
          (GPU.test(reason.taint?.key ?? '') &&
            message?.reasons.some(({ resource }) => resource === reason.taint?.key) === true)),
      (cause, waiting) => ({
        message:
          cause.nodes.length === 0
            ? `Pod ${waiting.view.name} does not tolerate the taint ${cause.reason.taint?.key ?? ''} of the GPU nodes (${share(cause, waiting)}), and the others have no ${cause.reason.taint?.key ?? 'GPU'}`
            : `Pod ${waiting.view.name} requests GPUs, and the nodes that have them (${firstFew(cause.nodes.map((n) => n.name))}) carry the taint ${cause.rejections[0]?.because ?? ''}, which it does not tolerate`,
      }),
    );
  },
});
