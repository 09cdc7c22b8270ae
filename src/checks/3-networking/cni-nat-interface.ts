import { machineOf } from '../../snapshot/nodes/node-health.ts';
import { podsOfLog } from '../../snapshot/logs/log-owner.ts';
import { refOf } from '../../snapshot/ref.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'cni-nat-interface',
  layer: 3,
  title: 'The network plug-in takes the interface by which the nodes see each other',
  failureTitle:
    'The network plug-in takes the NAT interface of the virtual machine (10.0.2.15), which is the same on every node',
  why: 'VirtualBox gives the first interface of every machine the address 10.0.2.15, behind a NAT of its own. flannel and Calico take the interface of the default route when they are not told otherwise: then all nodes announce the same public-ip, and packets for pods of other nodes go nowhere.',
  fix: [
    'Name the other interface: --iface=eth1 (or its network) for flannel, IP_AUTODETECTION_METHOD=interface=eth1 or can-reach= for Calico; give the kubelet --node-ip of it as well.',
  ],
  next: ['ip -br addr', 'kubectl get nodes -o wide', 'kubectl get nodes -o yaml | grep public-ip'],
  severity: 'warning',
  confidence: 'medium',
  needsAny: ['containerLogs'],
  wants: ['nodes'],
  reads: ['cni-nat-interface-line'],
  *run(_facts, { snapshot }) {
    const [hit] = snapshot.hits('cni-nat-interface-line');
    // One machine alone has nobody to reach.
    if (hit === undefined || (snapshot.listed('nodes') && snapshot.list('nodes').length === 1)) return;
    const told = new Set<string>();
    for (const one of snapshot.hits('cni-nat-interface-line')) {
      const agents = podsOfLog(snapshot, one);
      const node = agents[0]?.spec?.nodeName ?? machineOf(snapshot, one);
      if (told.has(node)) continue;
      told.add(node);
      const name = one.groups['interface'] ?? one.groups['calico'];
      yield {
        subject: snapshot.named('Node', node, { node }),
        message: `The network plug-in takes ${name === undefined ? 'the interface' : `interface ${name}`} with the address 10.0.2.15, the NAT interface that every virtual machine of VirtualBox has with the same address: flannel then has the same public-ip on all nodes, and pods of different nodes do not reach each other`,
        evidence: [snapshot.evidenceOf(one)[0]],
        related: agents.map(refOf),
      };
    }
  },
});
