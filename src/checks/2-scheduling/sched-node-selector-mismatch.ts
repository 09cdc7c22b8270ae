import { defineCheck } from '../check.ts';
import { quoteSpec, rejected, share } from './rejected.ts';
import { isAffinity, requirementWords, selectorOf, unmet } from './selection.ts';

export default defineCheck({
  id: 'sched-node-selector-mismatch',
  layer: 2,
  title: 'Every nodeSelector matches a node',
  failureTitle: 'The nodeSelector matches no node',
  why: 'A pod goes only to nodes that carry every label of its nodeSelector: a typo or an unlabelled node keeps it Pending.',
  fix: ['Label a node, or correct the nodeSelector'],
  next: ['kubectl get nodes --show-labels'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['pods', 'events'],
  wants: ['nodes'],
  *run(_facts, { snapshot }) {
    yield* rejected(
      snapshot,
      (cause, waiting) => cause.reason.kind === 'node-affinity' && !isAffinity(waiting),
      (cause, waiting) => {
        const selector = selectorOf(waiting);
        const asked = selector.length === 0 ? '' : ` ${selector.map(requirementWords).join(', ')}`;
        const missing = unmet(selector, waiting);
        return {
          message: `The nodeSelector${asked} of pod ${waiting.view.name} does not match ${share(cause, waiting)}${missing === '' ? '' : `: ${missing}`}`,
          evidence: quoteSpec(snapshot, waiting, ['/spec/nodeSelector']),
        };
      },
    );
  },
});
