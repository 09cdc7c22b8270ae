import { countOf, quotesOf, timing } from '../../snapshot/logs/hits.ts';
import type { LogHit } from '../../parsers/records.ts';
import { groupBy } from '../../lib/group-by.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'cloud-node-deleted-again',
  layer: 4,
  title: 'The cloud controller manager knows the machines of the nodes',
  failureTitle:
    'The cloud controller manager deletes a node again and again, because its cloud does not know the machine',
  why: 'The node lifecycle controller of a cloud controller manager removes every node of which its cloud says that no such instance exists. A kubelet that runs registers again, and its node is removed again. So it goes with machines of another cloud or of none, with names or providerIDs that are not those of the cloud, and with credentials for another project or region.',
  fix: [
    'When the machine belongs to this cloud: make its name and providerID those of the cloud, and check which project and region the controller may see. When it does not: give the node a providerID of its own (kubelet --provider-id), or run the controller with --controllers=*,-cloud-node-lifecycle and let another program remove nodes',
  ],
  next: [
    'kubectl get nodes -o custom-columns=NAME:.metadata.name,ID:.spec.providerID',
    'kubectl -n kube-system get pods -o wide | grep -iE "cloud-controller|ccm|cpi"',
  ],
  severity: 'critical',
  confidence: 'medium',
  needs: [],
  needsAny: ['containerLogs', 'hostLogs'],
  reads: ['cloud-node-deleted'],
  *run(_facts, { snapshot }) {
    const nameOf = ({ groups }: LogHit): string => groups['node'] ?? groups['named'] ?? '';
    // The event beside the line says the same.
    const lines = snapshot.hits('cloud-node-deleted').filter(({ groups }) => groups['node'] !== undefined);
    for (const [node, hits] of groupBy(lines, nameOf)) {
      const evidence = quotesOf(hits);
      const count = countOf(hits);
      // One that is scaled down goes once.
      if (evidence === undefined || count < 2) continue;
      yield {
        subject: snapshot.named('Node', node, { node }),
        message: `The cloud controller manager deleted node ${node} ${count} times, because it is not present in its cloud; each time it came back`,
        evidence,
        ...timing(snapshot, hits),
      };
    }
  },
});
