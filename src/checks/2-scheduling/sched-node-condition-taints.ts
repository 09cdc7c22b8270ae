import { firstFew } from '../../lib/in-words.ts';
import { isConditionTaint } from '../../simulation/scheduler/decide.ts';
import { defineCheck } from '../check.ts';
import { rejected, share } from './rejected.ts';

export default defineCheck({
  id: 'sched-node-condition-taints',
  layer: 2,
  title: 'No node is kept from pods by its own condition',
  failureTitle: 'Nodes are excluded because they are not ready, under pressure or being set up',
  why: 'Kubernetes taints nodes that are sick or not yet initialised. The node is the problem, not the pod.',
  fix: ['Repair the node condition; never tolerate it away'],
  next: ["kubectl get nodes; kubectl describe nodes | sed -n '/^Conditions/,/^Addresses/p'"],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['pods', 'events'],
  wants: ['nodes'],
  *run(_facts, { snapshot }) {
    yield* rejected(
      snapshot,
      ({ reason }) => reason.kind === 'taint' && isConditionTaint(reason.taint?.key ?? ''),
      (cause, waiting) => ({
        message: `${share(cause, waiting)} ${cause.reason.count === 1 ? 'has' : 'have'} the taint ${cause.reason.taint?.key ?? ''}${cause.nodes.length === 0 ? '' : ` (${firstFew(cause.nodes.map((n) => n.name))})`}, so pod ${waiting.view.name} cannot run there`,
        variant: (cause.reason.taint?.key ?? '').split('/').at(-1) ?? '',
      }),
    );
  },
});
