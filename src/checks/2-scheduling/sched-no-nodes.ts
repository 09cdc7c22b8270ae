import { defineCheck } from '../check.ts';
import { rejected } from './rejected.ts';

export default defineCheck({
  id: 'sched-no-nodes',
  layer: 2,
  title: 'The scheduler knows nodes',
  failureTitle: 'The scheduler knows no node at all',
  why: 'No node is registered, or all were deleted.',
  fix: ['Let nodes join the cluster: check kubelet and bootstrap credentials on the machines'],
  next: ['kubectl get nodes'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['pods', 'events'],
  *run(_facts, { snapshot }) {
    yield* rejected(
      snapshot,
      ({ reason }) => reason.kind === 'no-nodes',
      (_cause, waiting) => ({ message: `No node is there for pod ${waiting.view.name}` }),
    );
  },
});
