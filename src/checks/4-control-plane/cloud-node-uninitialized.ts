import { ageOf } from '../../snapshot/ages.ts';
import { nodeSubject, timeOf } from '../../snapshot/nodes/node-health.ts';
import { defineCheck } from '../check.ts';

const TAINT = 'node.cloudprovider.kubernetes.io/uninitialized';
/** What the bootstrap provider of Cluster API sets, and takes off when the node fits its Machine. */
const CLUSTER_API_TAINT = 'node.cluster.x-k8s.io/uninitialized';
const PATIENCE_MS = 5 * 60_000;

export default defineCheck({
  id: 'cloud-node-uninitialized',
  layer: 4,
  title: 'The cloud controller manager has initialised the nodes',
  failureTitle: 'The node waits for the cloud controller manager',
  why: 'A kubelet with --cloud-provider=external taints its node until the cloud controller manager has looked at it. Until then nothing is scheduled there.',
  fix: ['Repair the cloud controller manager: its pod, its credentials for the cloud, the names of the machines'],
  next: [
    'kubectl -n kube-system get pods -o wide | grep cloud-controller',
    'kubectl -n kube-system logs -l k8s-app=cloud-controller-manager --tail=100',
  ],
  severity: 'warning',
  confidence: 'high',
  needs: ['nodes'],
  *run({ nodes }, { snapshot }) {
    for (const node of nodes) {
      if ((ageOf(snapshot, node) ?? PATIENCE_MS) < PATIENCE_MS) continue;
      const created = timeOf(node.metadata.creationTimestamp);
      const since = created === undefined ? {} : { since: created };
      const indexOf = (key: string): number => node.spec?.taints?.findIndex((taint) => taint.key === key) ?? -1;
      const bootstrap = indexOf(CLUSTER_API_TAINT);
      if (bootstrap >= 0)
        yield {
          subject: nodeSubject(snapshot, node),
          variant: 'cluster-api',
          title: 'The node waits for Cluster API',
          message: `Node ${node.metadata.name} still carries the taint ${CLUSTER_API_TAINT}: Cluster API set it at the bootstrap and has not taken it off; no cloud controller manager does`,
          evidence: [snapshot.quote(node, `/spec/taints/${bootstrap}`)],
          fix: [
            'In the management cluster: see that the Machine has found its node (status.nodeRef; providerID of Machine and Node are equal) and that the controllers of Cluster API reach this cluster',
          ],
          next: [
            'kubectl get machines -A -o wide',
            'kubectl -n capi-system logs deployment/capi-controller-manager --tail=100',
          ],
          ...since,
        };
      const index = indexOf(TAINT);
      if (index < 0) continue;
      yield {
        subject: nodeSubject(snapshot, node),
        message: `Node ${node.metadata.name} still carries the taint ${TAINT}${(node.spec?.providerID ?? '') === '' ? ' and has no providerID' : ''}: the cloud controller manager has not initialised it`,
        evidence: [snapshot.quote(node, `/spec/taints/${index}`)],
        ...since,
      };
    }
  },
});
