import { refusals } from '../../snapshot/control-plane/admission.ts';
import { defineCheck } from '../check.ts';
import { refusalDraft, refusalReason } from '../refused.ts';

export default defineCheck({
  id: 'podsecurity-violation',
  layer: 2,
  title: 'Pods meet the Pod Security level of their namespace',
  failureTitle: 'Pod Security admission rejects the pod',
  why: 'The namespace enforces a stricter Pod Security Standard than the pod template meets: no pod is created at all.',
  fix: ['Set the securityContext fields that the message names, or lower the enforce level of the namespace'],
  next: ['kubectl get namespace {namespace} --show-labels'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['events', 'customResources', 'deployments', 'commandFailures'],
  wants: ['replicaSets', 'statefulSets', 'daemonSets', 'jobs'],
  *run(_facts, { snapshot }) {
    for (const refusal of refusals(snapshot)) {
      if (refusal.kind !== 'pod-security') continue;
      if (/security context constraint/.test(refusal.text))
        yield {
          ...refusalDraft(
            snapshot,
            refusal,
            'scc',
            (text) => `no security context constraint (SCC) admits them: ${refusalReason(text)}`,
          ),
          title: 'No security context constraint (SCC) of OpenShift admits the pod',
          fix: [
            'Leave runAsUser and fsGroup to OpenShift, which gives each namespace a range, and drop what the message forbids',
            'Or let its ServiceAccount use a wider one: oc adm policy add-scc-to-user SCC -z SERVICEACCOUNT -n {namespace}',
          ],
          next: ['oc get scc', 'oc get namespace {namespace} -o yaml | grep sa.scc'],
        };
      else
        yield refusalDraft(
          snapshot,
          refusal,
          /violates PodSecurity "([a-z]{1,20})/.exec(refusal.text)?.[1],
          (text) => `Pod Security rejects them: ${refusalReason(text)}`,
        );
    }
  },
});
