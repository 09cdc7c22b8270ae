import { defineCheck } from '../check.ts';
import { because, rejected, share } from './rejected.ts';

export default defineCheck({
  id: 'sched-pod-affinity-unmatched',
  layer: 2,
  title: "Pods' required affinity to other pods can be met",
  failureTitle: 'Required pod affinity is not met on any node',
  why: 'The pod depends on where another pod runs: that pod is missing, elsewhere, or the selector is wrong.',
  fix: ['Start the pods it wants to be near, correct the selector or namespace, or make the rule preferred'],
  next: ['kubectl get pods -A -o wide --show-labels'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['pods', 'events'],
  wants: ['nodes'],
  *run(_facts, { snapshot }) {
    yield* rejected(
      snapshot,
      ({ reason }) => reason.kind === 'pod-affinity',
      (cause, waiting) => {
        return {
          message: `${cause.reason.text.includes('anti-affinity') ? 'Pod affinity or anti-affinity' : 'Pod affinity'} rules of pod ${waiting.view.name} exclude ${share(cause, waiting)}${because(cause)}`,
        };
      },
    );
  },
});
