import { groupBy } from '../../lib/group-by.ts';
import type { HostValue, LogHit } from '../../parsers/records.ts';
import { countOf, quotesOf, timing } from '../../snapshot/logs/hits.ts';
import { podRangeOf } from '../../snapshot/network/pod-ranges.ts';
import { machineOf } from '../../snapshot/nodes/node-health.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';

/** The larger of the two counts: `all` and that of the interface. */
const keysOf = (device: string): readonly string[] => [
  'net.ipv4.conf.all.rp_filter',
  `net.ipv4.conf.${device.replaceAll('.', '/')}.rp_filter`,
  `net.ipv4.conf.${device}.rp_filter`,
];

function settingsOf(snapshot: Snapshot, { groups, node }: LogHit): readonly HostValue[] {
  const keys = keysOf(groups['device'] ?? '');
  return snapshot
    .facts('hostValues')
    .filter(
      (value) =>
        value.topic === 'sysctl' &&
        keys.includes(value.key) &&
        (node === undefined || value.node === undefined || machineOf(snapshot, value) === node),
    );
}

/** Whether an address is one of the cluster: of a pod that is known, or out of the range of pods. */
const isOfCluster = (snapshot: Snapshot, address: string): boolean =>
  podRangeOf(snapshot, address) !== undefined ||
  snapshot.resolve(address).pod !== undefined ||
  snapshot.resolve(address).service !== undefined;

export default defineCheck({
  id: 'net-reverse-path-filtered',
  layer: 3,
  title: 'Packets come in where their answers would go out',
  failureTitle: 'The kernel drops packets whose answers would take another interface (rp_filter, martian source)',
  why: 'With net.ipv4.conf.*.rp_filter 1 (strict; the larger of "all" and the interface counts) a packet is dropped when the route back to its sender leads through another interface: traffic of NodePorts and load balancers for pods on second interfaces, tunnels and gateways of other clusters. With log_martians the kernel writes "martian source DESTINATION from SENDER, on dev INTERFACE".',
  fix: [
    'Set net.ipv4.conf.all.rp_filter and that of {device} to 2 (loose) or 0, in /etc/sysctl.d, and look for another file there, or a systemd service, that sets it again; or make the route back the same.',
  ],
  next: [
    'sysctl -a | grep rp_filter',
    'ip route get DESTINATION from SENDER iif {device}',
    'nstat -az IPReversePathFilter',
  ],
  severity: 'critical',
  confidence: 'medium',
  needsAny: ['hostLogs', 'kernelLogs', 'containerLogs', 'hostValues'],
  wants: ['hostValues', 'pods', 'nodes'],
  reads: ['martian-source-line'],
  *run(_facts, { snapshot }) {
    const by = groupBy(
      snapshot.hits('martian-source-line'),
      (hit) => `${hit.node ?? hit.origin.file} ${hit.groups['device'] ?? ''}`,
    );
    for (const hits of by.values()) {
      const [first] = hits;
      const quotes = quotesOf(hits);
      if (first === undefined || quotes === undefined) continue;
      const { to = '', from = '', device = '' } = first.groups;
      const settings = settingsOf(snapshot, first);
      const strict = settings.find(({ value }) => value.trim() === '1');
      // Loose or off: what is dropped then has a sender that nobody may have.
      if (strict === undefined && settings.length > 1) continue;
      const ours = isOfCluster(snapshot, to) || isOfCluster(snapshot, from);
      yield {
        subject: snapshot.subjectOfLog(first.origin, { node: first.node, program: first.program }),
        // Broadcasts of other networks on the same wire are logged alike.
        ...(strict === undefined && !ours ? { severity: 'info' as const, confidence: 'low' as const } : {}),
        ...(strict !== undefined && ours ? { confidence: 'high' as const } : {}),
        message: `The kernel drops packets from ${from} to ${to} that come in at ${device} (martian source, ${countOf(hits)} lines): the way back to ${from} leads elsewhere${strict === undefined ? '' : `, and ${strict.key} is 1 (strict)`}`,
        evidence: [...quotes, ...(strict === undefined ? [] : [strict.source])],
        related: [from, to].map((name) => ({ kind: 'Host', name })),
        params: { device },
        ...timing(snapshot, hits),
      };
    }
  },
});
