import type { Evidence } from '../../parsers/records.ts';
import { subjectOfLogHit } from '../../snapshot/logs/log-owner.ts';
import type { Subject } from '../../result.ts';
import { machineOf } from '../../snapshot/nodes/node-health.ts';
import { defineCheck } from '../check.ts';

interface Silent {
  readonly device: string;
  readonly subject: Subject;
  readonly evidence: Evidence[];
}

export default defineCheck({
  id: 'wireguard-no-handshake',
  layer: 3,
  title: 'WireGuard peers answer',
  failureTitle: 'A WireGuard peer does not answer the handshake, so nothing passes the tunnel to it',
  why: 'What the nodes send to each other through WireGuard (flannel wireguard-native, Calico, Cilium, Kilo) goes by UDP to the endpoint of the peer. Without a handshake the packets are lost: the port is closed on the way, the endpoint is an address that is not reached from here, or the keys of the two sides do not belong together.',
  fix: [
    'Open the UDP port (51820, flannel 51820/51821, Cilium 51871) between the nodes in host firewalls, security groups and NAT; see that the endpoint is the address by which the peer is reached, and that the public keys are those of the running nodes (annotations of the Node objects).',
  ],
  next: [
    'wg show',
    'tcpdump -ni any udp port 51820',
    'kubectl get nodes -o yaml | grep -i -E "wireguard|kilo|public-ip"',
  ],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['containerLogs', 'hostLogs', 'hostValues'],
  reads: ['wireguard-handshake-line'],
  *run({ hostValues }, { snapshot }) {
    const by = new Map<string, Silent>();
    const note = (endpoint: string, device: string, subject: () => Subject, evidence: Evidence): void => {
      const known = by.get(endpoint);
      if (known === undefined) by.set(endpoint, { device, subject: subject(), evidence: [evidence] });
      else if (known.evidence.length < 3) known.evidence.push(evidence);
    };
    const peers = hostValues.filter(({ topic }) => topic === 'wireguard');
    for (const hit of snapshot.hits('wireguard-handshake-line')) {
      const { endpoint, device } = hit.groups;
      if (endpoint === undefined || device === undefined) continue;
      // It was heard since, as wg tells.
      if (peers.some(({ key, value }) => key === endpoint && value === 'heard')) continue;
      note(endpoint, device, () => subjectOfLogHit(snapshot, hit), snapshot.evidenceOf(hit)[0]);
    }
    for (const peer of peers) {
      const machine = machineOf(snapshot, peer);
      if (peer.value === 'silent')
        note(peer.key, peer.scope ?? '', () => snapshot.named('Node', machine, { node: machine }), peer.source);
    }
    const [first] = by.values();
    const [evidence, ...more] = [...by.values()].flatMap((silent) => silent.evidence);
    if (first === undefined || evidence === undefined) return;
    const names = [...by.keys()];
    yield {
      subject: first.subject,
      message: `WireGuard (${first.device}): the handshake with ${names.length === 1 ? 'peer' : `${names.length} peers,`} ${names.slice(0, 4).join(', ')} does not complete`,
      evidence: [evidence, ...more.slice(0, 3)],
    };
  },
});
