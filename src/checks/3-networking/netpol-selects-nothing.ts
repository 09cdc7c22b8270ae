import { isolates } from '../../simulation/network-policy/evaluate.ts';
import { knownPolicies, policyPod } from '../../snapshot/policies.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'netpol-selects-nothing',
  layer: 3,
  title: 'Every NetworkPolicy selects pods',
  failureTitle: 'A NetworkPolicy selects no pod',
  why: 'A policy whose podSelector matches nothing has no effect: what it was to allow stays blocked, what it was to isolate stays open.',
  fix: ['Correct the podSelector, or the labels of the pods it is meant for.'],
  next: ['kubectl get pods -n {namespace} --show-labels'],
  severity: 'info',
  confidence: 'high',
  needs: ['networkPolicies', 'pods'],
  *run(_facts, { snapshot }) {
    for (const policy of knownPolicies(snapshot)) {
      const namespace = policy.metadata.namespace ?? '';
      if (!snapshot.listed('pods', namespace)) continue;
      const pods = snapshot.podsIn(namespace);
      const matched = pods.some((one) => {
        const pod = policyPod(snapshot, one);
        return isolates(policy, pod, 'Ingress') !== 'no' || isolates(policy, pod, 'Egress') !== 'no';
      });
      if (pods.length === 0 || matched) continue;
      yield {
        subject: snapshot.subject(policy as never),
        message: `NetworkPolicy ${policy.metadata.name} selects none of the ${pods.length} pods in namespace ${namespace}`,
        evidence: [snapshot.quote(policy, '/spec/podSelector')],
      };
    }
  },
});
