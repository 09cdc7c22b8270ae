import type { HostValue } from '../../parsers/records.ts';
import { eventMessage } from '../../snapshot/events.ts';
import { byMachine, nodeEvents } from '../../snapshot/nodes/node-health.ts';
import { defineCheck } from '../check.ts';

type Backend = 'nf_tables' | 'legacy';

/** The first fact about rules of each back end. A dump names its back end, then lists its tables. */
function backendsWithRules(values: readonly HostValue[]): ReadonlyMap<Backend, HostValue> {
  const out = new Map<Backend, HostValue>();
  const named = values.filter((value) => value.key === 'backend');
  for (const value of values) {
    if (!/^(?:filter|nat|mangle|raw)\.rules$/.test(value.key) || Number(value.value) === 0) continue;
    const line = value.source.line ?? 0;
    const own = named.findLast(({ source }) => source.file === value.source.file && (source.line ?? 0) <= line)?.value;
    if ((own === 'nf_tables' || own === 'legacy') && !out.has(own)) out.set(own, value);
  }
  return out;
}

export default defineCheck({
  id: 'iptables-backend-conflict',
  layer: 3,
  title: 'All programs of a node use one back end of iptables',
  failureTitle: 'Rules exist in both back ends of iptables, legacy and nf_tables',
  why: 'The kernel applies both sets. When kube-proxy, the network plug-in and the host firewall write to different ones, each sees only its own half, and a drop in one undoes an accept in the other.',
  fix: [
    'Choose one back end for all (update-alternatives --set iptables, or a newer image of the plug-in), and restart the node to clear the other.',
  ],
  next: ['iptables-nft-save | grep -c KUBE; iptables-legacy-save | grep -c KUBE', 'iptables --version'],
  severity: 'warning',
  confidence: 'medium',
  needsAny: ['hostValues', 'events', 'containerLogs'],
  reads: ['iptables-legacy-tables-present'],
  *run({ hostValues }, { snapshot }) {
    const told = new Set<string>();
    for (const [machine, values] of byMachine(
      snapshot,
      hostValues.filter((value) => value.topic === 'iptables'),
    )) {
      const found = backendsWithRules(values);
      const [nft, legacy] = [found.get('nf_tables'), found.get('legacy')];
      if (nft === undefined || legacy === undefined) continue;
      told.add(machine);
      yield {
        subject: snapshot.named('Node', machine, { node: machine }),
        message: `Node ${machine} has rules in both back ends of iptables: ${nft.value} in table ${nft.key.split('.')[0] ?? ''} of nf_tables and ${legacy.value} in table ${legacy.key.split('.')[0] ?? ''} of legacy`,
        evidence: [nft.source, legacy.source],
      };
    }
    for (const [node, [event]] of nodeEvents(snapshot, 'IPTablesVersionsMismatch')) {
      if (event === undefined || told.has(node)) continue;
      told.add(node);
      yield {
        subject: snapshot.named('Node', node, { node }),
        variant: 'event',
        message: `node-problem-detector reports on node ${node}: ${eventMessage(event)}`,
        evidence: [snapshot.quoteEvent(event)],
      };
    }
    for (const hit of snapshot.hits('iptables-legacy-tables-present').slice(0, 1))
      yield {
        subject: snapshot.subjectOfLog(hit.origin, { node: hit.node, program: hit.program }),
        variant: 'log',
        // Empty tables of a program that only looked are enough for this warning.
        severity: 'info',
        confidence: 'low',
        message: 'iptables (nf_tables) says that tables of the legacy back end exist as well',
        evidence: [snapshot.evidenceOf(hit)[0]],
      };
  },
});
