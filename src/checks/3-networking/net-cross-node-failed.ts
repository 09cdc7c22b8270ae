import type { Probe } from '../../parsers/records.ts';
import { connections, isLookup, podOfProbe } from '../../snapshot/network/connections.ts';
import { clusterDns } from '../../snapshot/network/dns.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';

/** A packet that was sent from a pod on one node to a pod on a node. */
interface Try {
  readonly probe: Probe;
  readonly fromNode: string;
  readonly toNode: string;
  readonly lost: boolean;
  readonly host: string;
  /** The nodes of which it went to one, where that is not known. */
  readonly anyOf?: readonly string[];
}

/**
 * Name look-ups are packets to the pods of the cluster DNS: to the one that was asked by its address, to the node that
 * has them all, or to other nodes where the asking one has none.
 */
function lookups(snapshot: Snapshot): readonly Try[] {
  const homes = new Set(clusterDns(snapshot).pods.flatMap((pod) => pod.spec?.nodeName ?? []));
  const [home] = homes;
  if (home === undefined) return [];
  return snapshot.facts('probes').flatMap((probe) => {
    if (!isLookup(probe) || probe.from?.pod === undefined) return [];
    const fromNode = podOfProbe(snapshot, probe)?.spec?.nodeName;
    if (fromNode === undefined) return [];
    const lost = probe.outcome === 'timeout';
    const asked = probe.server === undefined ? undefined : snapshot.resolve(probe.server).pod;
    if (asked?.spec?.nodeName !== undefined)
      return [
        { probe, fromNode, toNode: asked.spec.nodeName, lost, host: `${asked.metadata.name} ${probe.server ?? ''}` },
      ];
    if (homes.size === 1) return [{ probe, fromNode, toNode: home, lost, host: 'the cluster DNS' }];
    // The node has one of them itself: an answer may come from there; a silence tells nothing of the others.
    if (homes.has(fromNode)) return lost ? [] : [{ probe, fromNode, toNode: fromNode, lost, host: 'the cluster DNS' }];
    return [{ probe, fromNode, toNode: home, lost, host: 'the cluster DNS', anyOf: [...homes] }];
  });
}

/** The node that all the pairs have in common, when there is just one; the node of the target otherwise. */
function nodeOf(lost: readonly Try[]): string | undefined {
  const [first] = lost;
  const ends = [first?.anyOf === undefined ? first?.toNode : undefined, first?.fromNode].filter(
    (node) => node !== undefined,
  );
  return ends.find((node) => lost.every((one) => one.fromNode === node || one.toNode === node)) ?? ends[0];
}

export default defineCheck({
  id: 'net-cross-node-failed',
  layer: 3,
  title: 'Packets pass between pods of different nodes',
  failureTitle: 'Packets pass within a node, but not between nodes',
  why: 'Within a node packets never leave the machine. Between nodes they go through a tunnel or by routes: VXLAN 8472/UDP (flannel, Cilium) or 4789/UDP (Calico), IP-in-IP (protocol 4), BGP 179/TCP, WireGuard 51820/UDP, Geneve 6081/UDP. A firewall or security group that drops those cuts the nodes apart.',
  fix: [
    'Open the ports of the network plug-in between the nodes in the host firewall (firewalld, ufw) and the security group - VXLAN 8472/UDP (flannel, Cilium) or 4789/UDP (Calico), IP-in-IP (protocol 4), BGP 179/TCP, WireGuard 51820/UDP, Geneve 6081/UDP; then look at source/destination checks, its MTU, and at checksum offload of the tunnel interface.',
  ],
  next: ['tcpdump -ni any udp port 8472 or udp port 4789', 'ip -d link show', 'ip route'],
  severity: 'critical',
  confidence: 'medium',
  needs: ['probes', 'pods'],
  *run(_facts, { snapshot }) {
    const direct = connections(snapshot).flatMap(({ probe, fromPod, fromNode, to, toNode, lost }): readonly Try[] =>
      fromPod && to.pod !== undefined && fromNode !== undefined && toNode !== undefined
        ? [{ probe, fromNode, toNode, lost, host: to.host }]
        : [],
    );
    // A pod that its own node reaches and another node does not.
    const byNodes = connections(snapshot).flatMap(({ probe, fromPod, fromNode, to, toNode, lost }): readonly Try[] =>
      !fromPod && to.pod !== undefined && fromNode !== undefined && toNode !== undefined
        ? [{ probe, fromNode, toNode, lost, host: to.host }]
        : [],
    );
    const reached = byNodes.filter(({ fromNode, toNode, probe }) => fromNode === toNode && probe.outcome === 'ok');
    const sameHost = byNodes.filter(({ host }) => reached.some((one) => one.host === host));
    const tried = direct.length > 0 ? [...direct, ...lookups(snapshot)] : [...sameHost, ...lookups(snapshot)];
    const well = tried.find(({ fromNode, toNode, probe }) => fromNode === toNode && probe.outcome === 'ok');
    const between = tried.filter(({ fromNode, toNode }) => fromNode !== toNode);
    const lost = between.filter((one) => one.lost);
    const [first] = lost;
    const node = nodeOf(lost);
    // Both halves must be shown: without a try that succeeds within a node it may as well be the pod or a policy.
    if (first === undefined || well === undefined || node === undefined) return;
    const pairs = new Set(lost.map(({ fromNode, toNode, anyOf }) => `${fromNode} → ${anyOf?.join(' or ') ?? toNode}`));
    const passed = between.filter(({ probe }) => probe.outcome === 'ok').length;
    if (passed > lost.length) return;
    yield {
      subject: snapshot.named('Node', node, { node }),
      message: `${direct.length > 0 ? 'Connections between pods succeed' : 'A pod answers'} on node ${well.fromNode}, but ${direct.length > 0 ? 'get' : 'there is'} no answer between nodes: ${[...pairs].slice(0, 3).join(', ')} (${first.host}${first.probe.port === undefined ? '' : `:${first.probe.port}`}, ${first.probe.outcome}), ${lost.length} of ${between.length} tries`,
      evidence: [first.probe.source, well.probe.source, ...lost.slice(1, 3).map(({ probe }) => probe.source)],
      related: [...new Set(lost.flatMap(({ fromNode, toNode }) => [fromNode, toNode]))]
        .filter((name) => name !== node)
        .slice(0, 20)
        .map((name) => ({ kind: 'Node', name })),
    };
  },
});
