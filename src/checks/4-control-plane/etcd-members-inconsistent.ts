import type { EtcdEndpoint } from '../../parsers/records.ts';
import { formatBytes } from '../../lib/bytes.ts';
import { etcdSubject, latestStatus, memberSubject } from '../../snapshot/control-plane/etcd.ts';
import { defineCheck } from '../check.ts';

/** Members are asked one after the other, so a busy cluster shows small differences (ours). */
const INDEX_GAP = 1000n;
const APPLY_GAP = 100n;
/** Databases of members differ by free pages; twice and 100 MiB is more than that (catalogue). */
const SIZE_FACTOR = 2;
const SIZE_GAP = 100 * 1024 ** 2;

const distinct = (list: readonly (string | undefined)[]): readonly string[] => [
  ...new Set(list.filter((value): value is string => value !== undefined)),
];
const minorOf = (version: string | undefined): string | undefined => /^v?(\d{1,3}\.\d{1,3})/.exec(version ?? '')?.[1];
const index = (text: string | undefined): bigint | undefined =>
  text !== undefined && /^\d{1,20}$/.test(text) ? BigInt(text) : undefined;

export default defineCheck({
  id: 'etcd-members-inconsistent',
  layer: 4,
  title: 'The etcd members agree on leader, term and index',
  failureTitle: 'The etcd members differ',
  why: 'A member that follows another leader or lags behind is partitioned, slow, or was restored from other data.',
  fix: [
    'Look at the member that is off: its disk, its peers (port 2380), its version; replace it when it does not catch up',
  ],
  next: ['etcdctl endpoint status --cluster -w json', 'etcdctl member list -w table'],
  severity: 'warning',
  confidence: 'high',
  needs: ['etcdEndpoints'],
  *run(_facts, { snapshot }) {
    const status = latestStatus(snapshot);
    const evidenceOf = (list: readonly EtcdEndpoint[]) => {
      const [first, ...rest] = list.map((one) => one.source);
      return first === undefined ? undefined : ([first, ...rest] as const);
    };
    const all = evidenceOf(status);
    if (all === undefined) return;
    for (const one of status) {
      const errors = one.errors.filter((error) => error !== '' && !/NOSPACE|CORRUPT/i.test(error));
      if (errors.length > 0)
        yield {
          subject: memberSubject(snapshot, one),
          variant: 'errors',
          message: `etcd member ${one.endpoint} reports: ${errors.join('; ')}`,
          evidence: [one.source],
        };
      const at = index(one.raftIndex);
      const applied = index(one.raftAppliedIndex);
      if (at !== undefined && applied !== undefined && at - applied > APPLY_GAP)
        yield {
          subject: memberSubject(snapshot, one),
          variant: 'apply-behind',
          message: `etcd member ${one.endpoint} has ${at - applied} entries committed and not applied`,
          evidence: [one.source],
        };
    }
    if (status.length < 2) return;
    const subject = etcdSubject(snapshot);
    const leaders = distinct(status.map((one) => one.leaderId)).filter((id) => !/^0+$/.test(id));
    const claims = status.filter((one) => one.isLeader === true);
    const terms = distinct(status.map((one) => one.raftTerm?.toString()));
    if (leaders.length > 1 || claims.length > 1)
      yield {
        subject,
        variant: 'leader',
        severity: 'critical',
        message: `The etcd members name ${Math.max(leaders.length, claims.length)} different leaders${claims.length > 1 ? `: ${claims.map((one) => one.endpoint).join(', ')}` : ''}; do they belong to one cluster?`,
        evidence: all,
      };
    else if (terms.length > 1)
      yield {
        subject,
        variant: 'term',
        message: `The etcd members are at different raft terms (${terms.join(', ')}): an election was going on, or one is cut off`,
        evidence: all,
      };
    const indexes = status.flatMap((one) => {
      const at = index(one.raftIndex);
      return at === undefined ? [] : [{ one, at }];
    });
    const lowest = indexes.reduce<(typeof indexes)[number] | undefined>(
      (a, b) => (a === undefined || b.at < a.at ? b : a),
      undefined,
    );
    const highest = indexes.reduce<(typeof indexes)[number] | undefined>(
      (a, b) => (a === undefined || b.at > a.at ? b : a),
      undefined,
    );
    if (lowest !== undefined && highest !== undefined && highest.at - lowest.at > INDEX_GAP)
      yield {
        subject: memberSubject(snapshot, lowest.one),
        variant: 'behind',
        message: `etcd member ${lowest.one.endpoint} is ${highest.at - lowest.at} raft entries behind ${highest.one.endpoint}`,
        evidence: [lowest.one.source, highest.one.source],
      };
    // An entry of the log makes one revision at most: members cannot be further apart in their data than in their log.
    const revisions = status.flatMap((one) => {
      const at = index(one.revision);
      const log = index(one.raftAppliedIndex ?? one.raftIndex);
      return at === undefined || log === undefined ? [] : [{ one, at, log }];
    });
    const [older, newer] = [
      revisions.reduce<(typeof revisions)[number] | undefined>(
        (a, b) => (a === undefined || b.at < a.at ? b : a),
        undefined,
      ),
      revisions.reduce<(typeof revisions)[number] | undefined>(
        (a, b) => (a === undefined || b.at > a.at ? b : a),
        undefined,
      ),
    ];
    if (older !== undefined && newer !== undefined) {
      const apart = newer.log > older.log ? newer.log - older.log : older.log - newer.log;
      if (newer.at - older.at > apart + INDEX_GAP)
        yield {
          subject,
          variant: 'revision',
          severity: 'critical',
          message: `The etcd members hold different data: revision ${older.at} at ${older.one.endpoint}, ${newer.at} at ${newer.one.endpoint}, with their logs ${apart} entries apart; what a client reads depends on whom it asks`,
          evidence: [older.one.source, newer.one.source],
          fix: [
            'Compare etcdctl endpoint hashkv of all members; stop the one that is off, remove it from the members, delete its data and add it anew (it copies the data of the leader), or restore all from one snapshot; run etcd with --experimental-initial-corrupt-check=true',
          ],
        };
    }
    const versions = distinct(status.map((one) => minorOf(one.version)));
    if (versions.length > 1)
      yield {
        subject,
        variant: 'version',
        severity: 'info',
        message: `The etcd members run different versions: ${distinct(status.map((one) => one.version)).join(', ')}`,
        evidence: all,
      };
    const sizes = status
      .filter((one) => one.dbSizeBytes !== undefined)
      .toSorted((a, b) => (a.dbSizeBytes ?? 0) - (b.dbSizeBytes ?? 0));
    const [small] = sizes;
    const large = sizes.at(-1);
    const [from, to] = [small?.dbSizeBytes ?? 0, large?.dbSizeBytes ?? 0];
    if (small !== undefined && large !== undefined && to > from * SIZE_FACTOR && to - from > SIZE_GAP)
      yield {
        subject: memberSubject(snapshot, large),
        variant: 'size',
        severity: 'info',
        message: `The databases of the etcd members differ much in size: ${formatBytes(to)} at ${large.endpoint}, ${formatBytes(from)} at ${small.endpoint}`,
        evidence: [large.source, small.source],
      };
  },
});
