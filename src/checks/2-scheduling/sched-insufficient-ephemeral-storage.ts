import { defineCheck } from '../check.ts';
import { rejected, share, shortfall } from './rejected.ts';

export default defineCheck({
  id: 'sched-insufficient-ephemeral-storage',
  layer: 2,
  title: 'Nodes have enough ephemeral storage and huge pages for the pods that wait',
  failureTitle: 'Insufficient ephemeral storage or huge pages',
  why: 'Both are counted by requests; huge pages must be reserved on the node at boot.',
  fix: ['Lower the request, or enlarge the node; reserve huge pages at boot and restart the kubelet'],
  next: ["kubectl get nodes -o custom-columns='NAME:.metadata.name,ALLOC:.status.allocatable'"],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['pods', 'events'],
  wants: ['nodes'],
  *run(_facts, { snapshot }) {
    yield* rejected(
      snapshot,
      ({ reason }) =>
        reason.kind === 'resource' &&
        (reason.resource === 'ephemeral-storage' || reason.resource?.startsWith('hugepages-') === true),
      (cause, waiting) => {
        const numbers = shortfall(cause, waiting);
        return {
          message: `Insufficient ${cause.reason.resource ?? ''} for pod ${waiting.view.name} on ${share(cause, waiting)}${numbers === '' ? '' : `: ${numbers}`}`,
        };
      },
    );
  },
});
