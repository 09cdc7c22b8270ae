import { groupBy } from '../../lib/group-by.ts';
import { defineCheck } from '../check.ts';

/** Names that a sentence can carry. */
const TOLD = 5;

export default defineCheck({
  id: 'node-machine-id-shared',
  layer: 5,
  title: 'Each machine has an identity of its own',
  failureTitle: 'Several nodes have the same machine-id',
  why: 'The machines are copies of one disk image in which /etc/machine-id was not emptied. DHCP servers give them the same address, Weave takes them for one peer, and tools that know machines by this number mix them up.',
  fix: [
    'On each of the copies: truncate /etc/machine-id, run systemd-machine-id-setup and reboot; empty the file in the image that machines are made of',
  ],
  next: ["kubectl get nodes -o custom-columns='NAME:.metadata.name,ID:.status.nodeInfo.machineID'"],
  severity: 'info',
  confidence: 'high',
  needs: ['nodes'],
  *run({ nodes }, { snapshot }) {
    const byId = groupBy(nodes, (node) => node.status?.nodeInfo?.machineID || undefined);
    for (const [id, same] of byId) {
      const [first, second] = same;
      if (first === undefined || second === undefined) continue;
      const names = same.map(({ metadata }) => metadata.name);
      yield {
        subject: snapshot.subject(first),
        message: `${same.length} nodes have the machine-id ${id}: ${names.slice(0, TOLD).join(', ')}${names.length > TOLD ? ' …' : ''}`,
        evidence: [
          snapshot.quote(first, '/status/nodeInfo/machineID'),
          snapshot.quote(second, '/status/nodeInfo/machineID'),
        ],
        related: same.slice(1).map(({ metadata }) => ({ kind: 'Node', name: metadata.name })),
      };
    }
  },
});
