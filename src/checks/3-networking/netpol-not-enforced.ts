import { enforced } from '../../snapshot/network/policies.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'netpol-not-enforced',
  layer: 3,
  title: 'The network plug-in enforces NetworkPolicies',
  failureTitle: 'NetworkPolicies exist, but the network plug-in ignores them',
  why: 'flannel routes packets and knows no policies. They neither protect nor block anything in this cluster.',
  fix: ['Use a plug-in that enforces policies (Calico, Canal, Cilium, kube-router …) if they are meant to protect.'],
  next: ['ls /etc/cni/net.d', 'kubectl get daemonsets -A'],
  severity: 'info',
  confidence: 'medium',
  needs: ['networkPolicies'],
  needsAny: ['daemonSets', 'pods', 'configFiles'],
  *run({ networkPolicies }, { snapshot }) {
    const [policy] = networkPolicies;
    if (policy === undefined || enforced(snapshot) !== false) return;
    yield {
      subject: snapshot.subject(policy),
      message: `${networkPolicies.length} NetworkPolicies exist, but the cluster's network plug-in (flannel) does not enforce them`,
      evidence: [snapshot.quote(policy, '/metadata/name')],
    };
  },
});
