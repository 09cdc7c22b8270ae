import type { Probe } from '../../parsers/records.ts';
import { groupBy } from '../../lib/group-by.ts';
import { inWords } from '../../lib/in-words.ts';
import { quotesOf } from '../../snapshot/logs/hits.ts';
import { differingTunnel, narrowHop, narrowTunnels, wideBridge, widePods } from '../../snapshot/network/tunnel-mtu.ts';
import { defineCheck } from '../check.ts';

/** No packet came through; some that are lost are another matter. */
const isLost = (probe: Probe): boolean => probe.tool === 'ping' && probe.lossPercent === 100;

/** Small packets opened the connection, the first large one did not come. */
const HANGS = /TLS handshake timeout|SSL connection timeout|SSL_connect: Operation timed out/;

export default defineCheck({
  id: 'net-large-packets-fail',
  layer: 3,
  title: 'Packets fit the network',
  failureTitle: 'Large packets do not get through (MTU)',
  why: 'Small packets pass and large ones are lost, so connections open and then hang. The pod network adds its own header (VXLAN 50 bytes, IPIP 20, WireGuard 60) and needs an MTU smaller by that than the network below.',
  fix: ['Set the MTU of the network plug-in to that of the node interface less its overhead, the same on all nodes.'],
  next: ['ip -d link show', 'ping -M do -s 1422 ADDRESS'],
  severity: 'critical',
  confidence: 'medium',
  needs: [],
  needsAny: ['probes', 'hostValues', 'containerLogs', 'hostLogs'],
  reads: ['net-large-packets-line'],
  *run(_facts, { snapshot }) {
    const hits = snapshot.hits('net-large-packets-line');
    const [hit] = hits;
    const evidence = quotesOf(hits.slice(0, 3));
    if (hit !== undefined && evidence !== undefined)
      yield {
        subject: snapshot.subjectOfLog(hit.origin, {
          node: hit.class === 'container' ? undefined : hit.node,
          program: hit.program,
        }),
        message: `Large packets do not get through: ${hit.groups['why'] ?? hit.first.text}`,
        evidence,
      };
    const pings = snapshot.facts('probes').filter((probe) => probe.tool === 'ping');
    const narrow = narrowTunnels(snapshot);
    const [tunnel] = narrow;
    const tooLarge =
      tunnel === undefined
        ? undefined
        : `${tunnel.tunnel} takes packets of ${tunnel.mtu} bytes (MTU), of which ${tunnel.below} below it (MTU ${tunnel.belowMtu}) carries ${tunnel.fits} beside the header of the tunnel`;
    const wide = tunnel === undefined ? widePods(snapshot) : undefined;
    let seen = false;
    for (const [target, list] of groupBy(pings, (probe) => probe.address ?? probe.target)) {
      const lost = list.filter(isLost).toSorted((a, b) => (a.packetBytes ?? 0) - (b.packetBytes ?? 0));
      const passed = list
        .filter((probe) => probe.lossPercent === 0 && probe.packetBytes !== undefined)
        .toSorted((a, b) => (b.packetBytes ?? 0) - (a.packetBytes ?? 0))[0];
      const told = lost.find((probe) => probe.mtu !== undefined);
      const first = lost.find((probe) => (probe.packetBytes ?? 0) > (passed?.packetBytes ?? Number.POSITIVE_INFINITY));
      const worst = first ?? told;
      if (worst === undefined) continue;
      seen = true;
      yield {
        subject: snapshot.named('Component', 'pod network'),
        variant: 'ping',
        ...(first === undefined ? { severity: 'warning' as const } : {}),
        message: `Packets of ${worst.packetBytes ?? '?'} bytes to ${target} are lost${passed === undefined ? '' : `, those of ${passed.packetBytes ?? '?'} bytes get through`}${told?.mtu === undefined ? '' : `; the MTU on the way is ${told.mtu}`}: large packets exceed the MTU of the path${tooLarge === undefined ? '' : `; on ${tunnel?.node ?? 'a node'} ${tooLarge}`}${wide === undefined ? '' : `; on ${wide.node} pods send packets of up to ${wide.mtu} bytes (MTU of ${wide.device}), and the tunnel ${wide.tunnel} takes ${wide.tunnelMtu}`}`,
        evidence: [
          worst.source,
          ...(passed === undefined ? [] : [passed.source]),
          ...(told === undefined || told === worst ? [] : [told.source]),
          ...(tunnel?.evidence ?? wide?.evidence ?? []),
        ],
      };
    }
    const differing = seen ? undefined : differingTunnel(snapshot);
    const hung = snapshot.facts('probes').find(({ source }) => HANGS.test(source.text))?.source;
    const hangs = hung !== undefined || snapshot.logs.some(({ tail }) => tail.some(({ text }) => HANGS.test(text)));
    if (differing !== undefined && hangs)
      yield {
        subject: snapshot.named('Component', 'pod network'),
        variant: 'differs',
        severity: 'warning',
        message: `${differing.device} has an MTU of ${inWords(differing.mtus.map(({ node, mtu }) => `${mtu} on ${node}`))}, and handshakes time out (TLS handshake timeout, SSL connection timeout): what the wider one sends does not fit the narrower`,
        evidence: [...differing.evidence, ...(hung === undefined ? [] : [hung])],
        related: differing.mtus.map(({ node }) => ({ kind: 'Node', name: node })),
      };
    const hop = differing === undefined && hangs && !seen && tunnel === undefined ? narrowHop(snapshot) : undefined;
    if (hop !== undefined)
      yield {
        subject: snapshot.named('Component', 'pod network'),
        variant: 'hop',
        confidence: 'medium',
        message: `Handshakes time out after the connection has come about, and ${hop.wide} lets packets of ${hop.wideMtu} bytes (MTU) out, while ${hop.narrow} further on takes ${hop.narrowMtu}: full packets do not fit, and are lost where nobody tells the sender`,
        evidence: [...hop.evidence, ...(hung === undefined ? [] : [hung])],
        fix: [
          `Give ${hop.wide} an MTU of what ${hop.narrow} carries less the header of ${hop.wide} itself (VXLAN 50 bytes, WireGuard 60, IPIP 20), or clamp the segments of TCP where they enter ${hop.narrow} (iptables -t mangle -A FORWARD -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu).`,
        ],
      };
    const bridge = wideBridge(snapshot);
    if (bridge !== undefined)
      yield {
        subject: snapshot.named('Component', 'pod network'),
        variant: 'docker-in-pod',
        ...(hangs ? {} : { severity: 'warning' as const }),
        message: `Docker in a pod gives its containers an MTU of ${bridge.mtu} (${bridge.bridge}), and ${bridge.below} of the pod carries ${bridge.belowMtu}: what they send in full packets is lost, and TLS handshakes hang or are reset`,
        evidence: [...bridge.evidence, ...(hung === undefined ? [] : [hung])],
        fix: [
          `Start the daemon of the pod with --mtu=${bridge.belowMtu} (an argument of dockerd in the dind container).`,
        ],
      };
    if (tunnel === undefined || tooLarge === undefined || seen) return;
    const nodes = [...new Set(narrow.map(({ node }) => node))];
    yield {
      subject: snapshot.named('Component', 'pod network'),
      variant: 'mtu',
      message: `Large packets between pods of different nodes are lost: on ${inWords(nodes.slice(0, 5))} ${tooLarge}`,
      evidence: tunnel.evidence,
      related: nodes.map((name) => ({ kind: 'Node', name })),
    };
  },
});
