import { defineCheck } from '../check.ts';
import { nodeSubject } from '../../snapshot/nodes/node-health.ts';

/** kubernetes-mixin KubeletTooManyPods. */
const NEAR = 0.95;

export default defineCheck({
  id: 'node-pods-near-max',
  layer: 5,
  title: 'Nodes have room for more pods',
  failureTitle: 'The node is at its limit of pods',
  why: 'At maxPods (110 by default; on some clouds what the network cards can address) the scheduler rejects the node with "Too many pods".',
  fix: ['Add nodes, or raise maxPods of the kubelet where addresses suffice'],
  next: ['kubectl get pods -A --field-selector spec.nodeName={node} --no-headers | wc -l'],
  severity: 'info',
  confidence: 'high',
  needs: ['nodes', 'pods'],
  *run({ nodes }, { snapshot }) {
    for (const node of nodes) {
      const most = Number(node.status?.allocatable?.['pods'] ?? node.status?.capacity?.['pods']);
      const here = snapshot
        .podsOnNode(node.metadata.name)
        .filter((pod) => pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed').length;
      // A machine for a single pod (EKS Fargate) is full by design.
      if (!(most > 1) || here < NEAR * most) continue;
      yield {
        subject: nodeSubject(snapshot, node),
        // Full: whatever is to start next, be it a DaemonSet's, is turned away.
        ...(here >= most ? { severity: 'warning' as const } : {}),
        message: `Node ${node.metadata.name} runs ${here} of at most ${most} pods${here >= most ? ': no further pod fits' : ''}`,
        evidence: [
          snapshot.quote(
            node,
            node.status?.allocatable?.['pods'] === undefined ? '/status/capacity/pods' : '/status/allocatable/pods',
          ),
        ],
      };
    }
  },
});
