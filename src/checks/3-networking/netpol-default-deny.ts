import { directionsOf } from '../../simulation/network-policy/evaluate.ts';
import { deniesAll, knownPolicies } from '../../snapshot/policies.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'netpol-default-deny',
  layer: 3,
  title: 'No namespace denies all traffic by default',
  failureTitle: 'A NetworkPolicy isolates all pods of the namespace',
  why: 'An empty podSelector selects every pod of the namespace, and a direction without rules allows nothing. That is good practice, and the reason when something there cannot connect.',
  fix: ['Add policies that allow the traffic that is needed: DNS first.'],
  next: ['kubectl get networkpolicies -n {namespace} -o yaml'],
  severity: 'info',
  confidence: 'high',
  needs: ['networkPolicies'],
  *run(_facts, { snapshot }) {
    const policies = knownPolicies(snapshot);
    for (const policy of policies) {
      const selector = policy.spec?.podSelector;
      if (
        selector === undefined ||
        Object.keys(selector.matchLabels ?? {}).length > 0 ||
        (selector.matchExpressions ?? []).length > 0
      )
        continue;
      const shut = directionsOf(policy).filter((direction) => deniesAll(policy, direction));
      if (shut.length === 0) continue;
      const { name, namespace } = policy.metadata;
      // Names are looked up in another namespace: with no egress allowed anywhere here, DNS is shut too.
      const alone =
        shut.includes('Egress') &&
        !policies.some((one) => one.metadata.namespace === namespace && !deniesAll(one, 'Egress'));
      yield {
        subject: snapshot.subject(policy as never),
        message: `NetworkPolicy ${name} selects all pods of namespace ${namespace ?? ''} and allows no ${shut.join(' and no ').toLowerCase()}${alone ? '; no other policy there allows any egress, not even name look-ups (DNS, port 53)' : ''}`,
        evidence: [snapshot.quote(policy, '/spec/podSelector'), snapshot.quote(policy, '/spec/policyTypes')],
      };
    }
  },
});
