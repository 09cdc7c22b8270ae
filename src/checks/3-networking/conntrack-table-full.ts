import { machineOf, machineSubject } from '../../snapshot/nodes/node-health.ts';
import type { HostValue } from '../../parsers/records.ts';
import { bySubject, countOf, quotesOf, timing } from '../../snapshot/logs/hits.ts';
import { subjectOfHit } from '../signature-check.ts';
import { defineCheck } from '../check.ts';

/** Shares of the table (HEUR): node_exporter's mixin warns at 0.75, where nothing fails yet; the last 5 % are one burst. */
const FULL = 0.95;
const NEARLY = 0.85;

const COUNT = /nf_conntrack_count$/;
const MAX = /nf_conntrack_max$/;

export default defineCheck({
  id: 'conntrack-table-full',
  layer: 3,
  title: 'The connection table has room',
  failureTitle: 'The connection table (nf_conntrack) is full and packets are dropped',
  why: 'New connections of all pods on the node fail at random, DNS first, because every one needs an entry.',
  fix: [
    'Raise net.netfilter.nf_conntrack_max (kube-proxy: conntrack.maxPerCore), and find the workload that opens so many connections.',
  ],
  next: ['cat /proc/sys/net/netfilter/nf_conntrack_count /proc/sys/net/netfilter/nf_conntrack_max', 'conntrack -S'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['kernelLogs', 'hostLogs', 'hostValues'],
  reads: ['conntrack-table-full'],
  *run({ hostValues = [] }, { snapshot }) {
    const told = new Set<string>();
    const valueOf = (what: RegExp, node: string): HostValue | undefined => {
      const values = hostValues.filter(({ key }) => what.test(key));
      // Pasted beside the log of one machine, they are that one's.
      return (
        values.find((value) => machineOf(snapshot, value) === node) ?? (values.length === 1 ? values[0] : undefined)
      );
    };
    for (const { subject, hits } of bySubject(snapshot.hits('conntrack-table-full'), (hit) =>
      subjectOfHit(hit, snapshot),
    )) {
      const quotes = quotesOf(hits);
      if (quotes === undefined) continue;
      told.add(subject.name);
      const count = countOf(hits);
      const [used, max] = [valueOf(COUNT, subject.name), valueOf(MAX, subject.name)];
      const limit =
        max === undefined
          ? ''
          : `, ${used === undefined ? '' : `${used.value} entries of `}nf_conntrack_max ${max.value}`;
      yield {
        subject,
        message: `The connection table of ${subject.name} is full: "nf_conntrack: table full, dropping packet"${count > 1 ? ` ${count} times` : ''}${limit}`,
        evidence: [...quotes, ...(used === undefined ? [] : [used.source]), ...(max === undefined ? [] : [max.source])],
        ...timing(snapshot, hits),
      };
    }
    const limits = new Map<string, HostValue>();
    for (const value of hostValues)
      if (MAX.test(value.key))
        for (const key of [placeOf(value), value.node ?? '']) if (!limits.has(key)) limits.set(key, value);
    for (const value of hostValues) {
      if (!COUNT.test(value.key)) continue;
      // The limit in the same output as the count, else one of the same machine.
      const max = limits.get(placeOf(value)) ?? limits.get(value.node ?? '');
      const [used, of] = [Number(value.value), Number(max?.value)];
      const subject = machineSubject(snapshot, { node: machineOf(snapshot, value) });
      if (max === undefined || !(of > 0) || !(used / of >= NEARLY) || told.has(subject.name)) continue;
      told.add(subject.name);
      yield {
        subject,
        severity: used / of >= FULL ? 'critical' : 'warning',
        message: `The connection table of ${subject.name} holds ${used} of ${of} entries (nf_conntrack, ${Math.round((100 * used) / of)} %): new connections ${used / of >= FULL ? 'are dropped at the next burst' : 'will soon be dropped'}`,
        evidence: [value.source, max.source],
      };
    }
  },
});

const placeOf = ({ node, source }: HostValue): string => `${node ?? ''}\u0000${source.file}`;
