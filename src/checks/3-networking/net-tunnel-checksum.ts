import { machineSubject } from '../../snapshot/nodes/node-health.ts';
import { defineCheck } from '../check.ts';

/** Tunnels by their UDP port: 4789 and 6081 as IANA gives them, 8472 is Linux' own for VXLAN (flannel, Cilium). */
const TUNNELS: Readonly<Record<string, string>> = { 4789: 'VXLAN', 8472: 'VXLAN', 6081: 'Geneve' };

export default defineCheck({
  id: 'net-tunnel-checksum',
  layer: 3,
  title: 'Packets of the tunnel between the nodes have a right checksum',
  failureTitle: 'Packets of the tunnel between the nodes carry a wrong UDP checksum (checksum offload)',
  why: 'The kernel leaves the checksum of the outer packet to the network card, and card, driver or hypervisor does not make it for tunnels, or kube-proxy had the packet changed twice. The other node drops such packets without a word: traffic between pods of different nodes and to Services times out, within a node it works.',
  fix: [
    'Switch the offload off on the tunnel of each node and see whether it helps (ethtool -K flannel.1 tx-checksum-ip-generic off, vxlan.calico likewise; on VMware also ethtool -K DEVICE tx-udp_tnl-segmentation off tx-udp_tnl-csum-segmentation off); then keep it off with a unit or udev rule, or update kernel, driver, hypervisor (vmxnet3) and network plug-in. Capture on the node that receives to be sure: a card that makes checksums itself shows wrong ones where the packet leaves.',
  ],
  next: ['ethtool -k flannel.1 | grep checksum', 'tcpdump -vni DEVICE udp port {port}'],
  severity: 'critical',
  confidence: 'medium',
  needs: ['hostValues'],
  *run({ hostValues }, { snapshot }) {
    for (const value of hostValues) {
      if (value.topic !== 'capture-checksum') continue;
      yield {
        subject: machineSubject(snapshot, value),
        message: `${value.value === '1' ? 'A packet' : `${value.value} packets`} of the ${TUNNELS[value.key] ?? ''} tunnel (UDP ${value.key}) in a capture ${value.value === '1' ? 'has' : 'have'} a wrong outer checksum (bad udp cksum)`,
        evidence: [value.source],
        params: { port: value.key },
      };
    }
  },
});
