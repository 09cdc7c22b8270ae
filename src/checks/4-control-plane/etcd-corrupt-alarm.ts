import { groupBy } from '../../lib/group-by.ts';
import type { Evidence } from '../../parsers/records.ts';
import { etcdSubject, latestStatus } from '../../snapshot/control-plane/etcd.ts';
import { quotesOf } from '../../snapshot/logs/hits.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck, type FindingDraft } from '../check.ts';

export default defineCheck({
  id: 'etcd-corrupt-alarm',
  layer: 4,
  title: 'The etcd members hold the same data',
  failureTitle: 'The etcd members hold different data (CORRUPT)',
  why: "A member's database differs from the others'. Depending on which member answers, the cluster sees different objects.",
  fix: [
    'Do not restart members blindly. Find the one that differs (etcdctl endpoint hashkv --cluster), remove it, wipe its data directory and add it again; update etcd',
  ],
  next: ['etcdctl endpoint hashkv --cluster -w table', 'etcdctl alarm list'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['etcdAlarms', 'etcdEndpoints', 'hostValues', 'containerLogs', 'hostLogs'],
  reads: ['etcd-corrupt-alarm'],
  *run({ etcdAlarms }, { snapshot }) {
    const alarms = etcdAlarms.filter((alarm) => /CORRUPT/i.test(alarm.alarm));
    const status = latestStatus(snapshot).filter((one) => one.errors.some((error) => /CORRUPT/i.test(error)));
    const hits = snapshot.hits('etcd-corrupt-alarm');
    const evidence: Evidence[] = [
      ...alarms.map((alarm) => alarm.source),
      ...status.map((one) => one.source),
      ...(quotesOf(hits) ?? []),
    ];
    const [first, ...rest] = evidence;
    if (first === undefined) {
      yield* differing(snapshot);
      return;
    }
    const who = alarms.map((alarm) => alarm.memberId).filter((id) => id !== undefined);
    yield {
      subject: etcdSubject(snapshot),
      message:
        alarms.length + status.length > 0
          ? `etcd raised the CORRUPT alarm${who.length === 0 ? '' : ` for member ${who.join(', ')}`}: its data differs from the other members'`
          : "etcd found that a member's data differs from the others'",
      evidence: [first, ...rest],
    };
  },
});

/** Members whose `endpoint hashkv` differs from the others'. */
function* differing(snapshot: Snapshot): Iterable<FindingDraft> {
  const told = snapshot.facts('hostValues').filter(({ topic }) => topic === 'etcd-hash');
  // A hash is that of one revision; of one that is not told only an output that names every member once.
  const groups = groupBy(told, ({ source, value }) => value.split('@')[1] ?? source.file);
  for (const [group, values] of groups) {
    const byHash = groupBy(values, ({ value }) => value);
    const [most, ...odd] = [...byHash.values()].toSorted((a, b) => b.length - a.length);
    const [first] = odd.flat();
    if (most === undefined || first === undefined) continue;
    const atRevision = values[0]?.value.includes('@') === true;
    // Writes between two answers change the hash too: then the members do not agree two by two.
    if (!atRevision && (most.length < 2 || new Set(values.map(({ key }) => key)).size < values.length)) continue;
    const off = odd.flat().map(({ key, value }) => `${value.split('@')[0]} at ${key}`);
    yield {
      subject: etcdSubject(snapshot),
      variant: 'hash',
      // The hash starts at the last compaction, which members do not make at the same moment.
      confidence: 'medium',
      message: `The etcd members hold different data: hash ${off.join(', ')}, ${most[0]?.value.split('@')[0]} at ${most.map(({ key }) => key).join(', ')}${atRevision ? `, all at revision ${group}` : ''}`,
      evidence: [first.source, ...values.filter((value) => value !== first).map(({ source }) => source)],
    };
  }
}
