import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'netpol-other-engines-present',
  layer: 3,
  title: 'Only NetworkPolicy objects restrict traffic',
  failureTitle: 'Policies of another engine restrict traffic as well',
  why: 'Cilium and Istio have policies of their own, which come on top of NetworkPolicy objects and are not evaluated here. What a NetworkPolicy allows they may deny.',
  fix: ['Read these policies too when a connection is dropped or answered with 403.'],
  next: ['kubectl get ciliumnetworkpolicies -A', 'kubectl get authorizationpolicies -A'],
  severity: 'info',
  confidence: 'high',
  needsAny: ['ciliumNetworkPolicies', 'authorizationPolicies'],
  *run({ ciliumNetworkPolicies, authorizationPolicies }, { snapshot }) {
    for (const policies of [ciliumNetworkPolicies, authorizationPolicies]) {
      const [first] = policies;
      if (first === undefined) continue;
      yield {
        subject: snapshot.subject(first),
        message: `There ${policies.length === 1 ? 'is 1' : `are ${policies.length}`} ${first.kind} besides the NetworkPolicies (${policies
          .slice(0, 3)
          .map((policy) => `${policy.metadata.namespace ?? ''}/${policy.metadata.name}`)
          .join(', ')}), which may deny what those allow`,
        evidence: [snapshot.quote(first, '/metadata/name')],
      };
    }
  },
});
