import { unsteadyPods } from '../../snapshot/pods/steady.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'sched-nodename-invalid',
  layer: 2,
  title: 'Pods are bound to nodes that exist',
  failureTitle: 'The pod is bound to a node that does not exist',
  why: 'A hand-set nodeName bypasses the scheduler: no kubelet of that name picks the pod up, and there is no FailedScheduling event.',
  fix: ['Remove nodeName from the pod spec and let the scheduler choose'],
  next: ['kubectl get nodes'],
  severity: 'critical',
  confidence: 'high',
  needs: ['pods', 'nodes'],
  *run(_facts, { snapshot }) {
    if (!snapshot.listed('nodes')) return;
    for (const pod of unsteadyPods(snapshot)) {
      const name = pod.spec?.nodeName;
      // A kubelet that has written anything about the pod exists, listed or not.
      if (pod.status?.startTime !== undefined || pod.status?.hostIP !== undefined) continue;
      if ((pod.status?.containerStatuses ?? []).length > 0 || (pod.status?.initContainerStatuses ?? []).length > 0)
        continue;
      if (!name || pod.status?.phase !== 'Pending' || snapshot.get('nodes', undefined, name) !== undefined) continue;
      yield {
        subject: snapshot.subject(pod),
        message: `Pod ${pod.metadata.name} is Pending on node ${name}, and the cluster has no node of that name`,
        evidence: [snapshot.quote(pod, '/spec/nodeName')],
        related: [{ kind: 'Node', name }],
      };
    }
  },
});
