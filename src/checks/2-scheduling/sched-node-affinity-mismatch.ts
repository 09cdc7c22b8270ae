import { defineCheck } from '../check.ts';
import { quoteSpec, rejected, share } from './rejected.ts';
import { isAffinity, requirementWords, termsOf, unmet } from './selection.ts';

export default defineCheck({
  id: 'sched-node-affinity-mismatch',
  layer: 2,
  title: "Every pod's required node affinity matches a node",
  failureTitle: 'The required node affinity matches no node',
  why: 'Required node affinity is a hard filter: a label that no node has keeps the pod Pending.',
  fix: ['Label a node, or correct the affinity term'],
  next: [
    'kubectl get nodes --show-labels',
    "kubectl get pod {name} -n {namespace} -o jsonpath='{.spec.affinity.nodeAffinity}'",
  ],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['pods', 'events'],
  wants: ['nodes'],
  *run(_facts, { snapshot }) {
    yield* rejected(
      snapshot,
      (cause, waiting) => cause.reason.kind === 'node-affinity' && isAffinity(waiting),
      (cause, waiting) => {
        const terms = termsOf(waiting) ?? [];
        const requirements = terms.flatMap((term) => [...(term.matchExpressions ?? []), ...(term.matchFields ?? [])]);
        const asked = terms
          .map((term) =>
            [...(term.matchExpressions ?? []), ...(term.matchFields ?? [])].map(requirementWords).join(' and '),
          )
          .join(', or ');
        const missing = unmet(requirements, waiting);
        return {
          message: `The required node affinity${asked === '' ? '' : ` (${asked})`} of pod ${waiting.view.name} does not match ${share(cause, waiting)}${missing === '' ? '' : `: ${missing}`}`,
          evidence: quoteSpec(snapshot, waiting, [
            '/spec/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms',
          ]),
        };
      },
    );
  },
});
