import { connections, type Connection } from '../../snapshot/network/connections.ts';
import { defineCheck } from '../check.ts';

/** The node that all the pairs have in common, when there is just one; the node of the target otherwise. */
function nodeOf(lost: readonly Connection[]): string | undefined {
  const [first] = lost;
  const ends = [first?.toNode, first?.fromNode].filter((node) => node !== undefined);
  return ends.find((node) => lost.every((one) => one.fromNode === node || one.toNode === node)) ?? ends[0];
}

export default defineCheck({
  id: 'net-cross-node-failed',
  layer: 3,
  title: 'Packets pass between pods of different nodes',
  failureTitle: 'Packets pass within a node, but not between nodes',
  why: 'Within a node packets never leave the machine. Between nodes they go through a tunnel or by routes: VXLAN 8472/UDP (flannel, Cilium) or 4789/UDP (Calico), IP-in-IP (protocol 4), BGP 179/TCP, WireGuard 51820/UDP, Geneve 6081/UDP. A firewall or security group that drops those cuts the nodes apart.',
  fix: [
    'Open the ports of the network plug-in between the nodes (host firewall, security group, source/destination check); then look at its MTU and at checksum offload of the tunnel interface.',
  ],
  next: ['tcpdump -ni any udp port 8472 or udp port 4789', 'ip -d link show', 'ip route'],
  severity: 'critical',
  confidence: 'medium',
  needs: ['probes', 'pods'],
  *run(_facts, { snapshot }) {
    const tried = connections(snapshot).filter(
      ({ fromPod, fromNode, to, toNode }) =>
        fromPod && to.pod !== undefined && fromNode !== undefined && toNode !== undefined,
    );
    const well = tried.find(({ fromNode, toNode, probe }) => fromNode === toNode && probe.outcome === 'ok');
    const between = tried.filter(({ fromNode, toNode }) => fromNode !== toNode);
    const lost = between.filter((one) => one.lost);
    const [first] = lost;
    const node = nodeOf(lost);
    // Both halves must be shown: without a try that succeeds within a node it may as well be the pod or a policy.
    if (first === undefined || well === undefined || node === undefined) return;
    const pairs = new Set(lost.map(({ fromNode, toNode }) => `${fromNode ?? ''} → ${toNode ?? ''}`));
    const passed = between.filter(({ probe }) => probe.outcome === 'ok').length;
    if (passed > lost.length) return;
    yield {
      subject: snapshot.named('Node', node, { node }),
      message: `Connections between pods succeed on node ${well.fromNode ?? ''}, but get no answer between nodes: ${[...pairs].slice(0, 3).join(', ')} (${first.to.host}${first.probe.port === undefined ? '' : `:${first.probe.port}`}, ${first.probe.outcome}), ${lost.length} of ${between.length} tries`,
      evidence: [first.probe.source, well.probe.source, ...lost.slice(1, 3).map(({ probe }) => probe.source)],
      related: [...new Set(lost.flatMap(({ fromNode, toNode }) => [fromNode ?? '', toNode ?? '']))]
        .filter((name) => name !== '' && name !== node)
        .slice(0, 20)
        .map((name) => ({ kind: 'Node', name })),
    };
  },
});
