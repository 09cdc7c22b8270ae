import { defineCheck } from '../check.ts';
import { rejected, share, shortfall } from './rejected.ts';

export default defineCheck({
  id: 'sched-insufficient-memory',
  layer: 2,
  title: 'Nodes have enough memory for the pods that wait',
  failureTitle: 'Insufficient memory: no node has the requested memory free',
  why: 'The scheduler counts requests, not usage: nodes that look idle can be full.',
  fix: ['Lower the memory request, free or add nodes, or move competing pods'],
  next: ["kubectl describe nodes | grep -A8 'Allocated resources'"],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['pods', 'events'],
  wants: ['nodes'],
  *run(_facts, { snapshot }) {
    yield* rejected(
      snapshot,
      ({ reason }) => reason.kind === 'resource' && reason.resource === 'memory',
      (cause, waiting) => {
        const numbers = shortfall(cause, waiting);
        return {
          message: `Insufficient ${cause.reason.resource ?? ''} for pod ${waiting.view.name} on ${share(cause, waiting)}${numbers === '' ? '' : `: ${numbers}`}`,
        };
      },
    );
  },
});
