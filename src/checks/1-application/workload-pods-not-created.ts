import { refusals } from '../../snapshot/control-plane/admission.ts';
import { defineCheck } from '../check.ts';
import { refusalDraft, refusalReason } from '../refused.ts';

export default defineCheck({
  id: 'workload-pods-not-created',
  layer: 1,
  title: 'Controllers can create their pods',
  failureTitle: 'The controller cannot create its pods',
  why: 'Admission refused the pod, so there is none: looking at pods shows nothing, the events of the ReplicaSet tell.',
  fix: ['Remove the reason in the message: quota, LimitRange, Pod Security, ServiceAccount, or webhook'],
  next: ['kubectl describe replicasets,statefulsets,daemonsets,jobs -n {namespace}'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['events', 'customResources', 'deployments'],
  wants: ['replicaSets', 'statefulSets', 'daemonSets', 'jobs'],
  *run(_facts, { snapshot }) {
    for (const refusal of refusals(snapshot))
      if (refusal.workload !== undefined)
        yield refusalDraft(snapshot, refusal, refusal.kind === 'timeout' ? 'timeout' : undefined, refusalReason);
  },
});
