import { refusals } from '../../snapshot/control-plane/admission.ts';
import { defineCheck } from '../check.ts';
import { refusalDraft } from '../refused.ts';

export default defineCheck({
  id: 'limitrange-violation',
  layer: 2,
  title: 'Pods stay within the LimitRange of their namespace',
  failureTitle: 'A LimitRange rejects the pod',
  why: 'The requests or limits of the pod are outside the bounds of the namespace.',
  fix: ['Change the resources of the pod, or the LimitRange'],
  next: ['kubectl get limitrange -n {namespace} -o yaml'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['events', 'customResources', 'deployments', 'commandFailures'],
  wants: ['replicaSets', 'statefulSets', 'daemonSets', 'jobs'],
  *run(_facts, { snapshot }) {
    for (const refusal of refusals(snapshot)) {
      if (refusal.kind !== 'limit-range') continue;
      yield refusalDraft(
        snapshot,
        refusal,
        undefined,
        (text) =>
          `a LimitRange rejects them: ${/(?:maximum|minimum) [^\n]{1,300}|\S{1,100} max limit to request ratio[^\n]{1,200}/.exec(text)?.[0].replace(/\]\s*$/, '') ?? text}`,
      );
    }
  },
});
