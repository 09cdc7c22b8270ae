import { groupBy } from '../../lib/group-by.ts';
import { ageOf } from '../../snapshot/ages.ts';
import { isReady, NAT } from '../../snapshot/nodes/node-health.ts';
import type { Node } from '../../snapshot/kinds/index.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';

const addressOf = ({ status }: Node): string | undefined =>
  status?.addresses?.find(({ type }) => type === 'InternalIP')?.address;

/** The node that works now and that its machine was before; undefined unless one of each has the address. */
function pairOf(snapshot: Snapshot, [a, b, third]: readonly Node[]): readonly [now: Node, before: Node] | undefined {
  if (a === undefined || b === undefined || third !== undefined) return undefined;
  const [now, before] = isReady(a) === true ? [a, b] : [b, a];
  if (isReady(now) !== true || isReady(before) !== false) return undefined;
  const [young, old] = [ageOf(snapshot, now), ageOf(snapshot, before)];
  return young !== undefined && old !== undefined && young < old ? [now, before] : undefined;
}

export default defineCheck({
  id: 'node-renamed',
  layer: 5,
  title: 'Each machine is one node',
  failureTitle: 'The machine has registered again under another name',
  why: 'A kubelet registers under the host name, unless it is told another (--hostname-override, node-name). When that changes at a reboot (DHCP, cloud-init, a cloned disk), the machine comes as a new node: the old one stays NotReady for ever, with the pods, volumes and labels that hang on it, and certificates name the one or the other.',
  fix: [
    'To keep the old name: set it on the machine (hostnamectl set-hostname, and keep cloud-init from changing it: preserve_hostname: true), restart the kubelet, then delete the new node',
    'To keep the new one: kubectl delete node {name}, and move what was bound to it (labels, taints, local volumes)',
  ],
  next: ['hostnamectl; cat /etc/hostname', 'kubectl get nodes -o wide', 'kubectl describe node {name}'],
  severity: 'critical',
  confidence: 'high',
  needs: ['nodes'],
  *run({ nodes }, { snapshot }) {
    for (const [address, same] of groupBy(nodes, addressOf)) {
      const pair = pairOf(snapshot, same);
      if (pair === undefined || address === NAT) continue;
      const [now, before] = pair;
      const name = before.metadata.name;
      yield {
        subject: snapshot.named('Node', name, { node: name }),
        message: `Nodes ${name} (not Ready) and ${now.metadata.name} (Ready, and younger) have the same address ${address}: the machine came back under another host name and registered anew as ${now.metadata.name}; nothing reports for ${name} any more`,
        evidence: [snapshot.quote(before, '/status/addresses'), snapshot.quote(now, '/status/addresses')],
        related: [{ kind: 'Node', name: now.metadata.name }],
      };
    }
  },
});
