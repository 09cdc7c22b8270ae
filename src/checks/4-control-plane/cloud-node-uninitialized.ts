import { ageOf } from '../../snapshot/ages.ts';
import { nodeSubject, timeOf } from '../../snapshot/nodes/node-health.ts';
import { defineCheck } from '../check.ts';

const TAINT = 'node.cloudprovider.kubernetes.io/uninitialized';
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
      const index = node.spec?.taints?.findIndex((taint) => taint.key === TAINT) ?? -1;
      if (index < 0) continue;
      const created = timeOf(node.metadata.creationTimestamp);
      if ((ageOf(snapshot, node) ?? PATIENCE_MS) < PATIENCE_MS) continue;
      yield {
        subject: nodeSubject(snapshot, node),
        message: `Node ${node.metadata.name} still carries the taint ${TAINT}${(node.spec?.providerID ?? '') === '' ? ' and has no providerID' : ''}: the cloud controller manager has not initialised it`,
        evidence: [snapshot.quote(node, `/spec/taints/${index}`)],
        ...(created === undefined ? {} : { since: created }),
      };
    }
  },
});
