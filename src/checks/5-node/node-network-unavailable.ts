import { conditionOf, isSilent, nodeSubject, timeOf } from '../../snapshot/nodes/node-health.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'node-network-unavailable',
  layer: 5,
  title: 'The network of every node is set up',
  failureTitle: 'The network of the node is not set up',
  why: 'NetworkUnavailable is set until the CNI or the cloud has made the routes of the node; until then no pod is placed there.',
  fix: ['Look at the CNI pod of {node}, or at the route controller of the cloud (route quota, permissions)'],
  next: [
    'kubectl describe node {node}',
    'kubectl get pods -n kube-system -o wide --field-selector spec.nodeName={node}',
  ],
  severity: 'critical',
  confidence: 'high',
  needs: ['nodes'],
  *run({ nodes }, { snapshot }) {
    for (const node of nodes) {
      const found = conditionOf(snapshot, node, 'NetworkUnavailable');
      if (found?.condition.status !== 'True' || isSilent(node)) continue;
      const { reason, message, lastTransitionTime } = found.condition;
      const since = timeOf(lastTransitionTime);
      yield {
        subject: nodeSubject(snapshot, node),
        message: `Node ${node.metadata.name} has NetworkUnavailable=True (${reason ?? 'no reason'})${message === undefined ? '' : `: ${message}`}`,
        evidence: [found.evidence],
        ...(since === undefined ? {} : { since }),
      };
    }
  },
});
