import { formatBytes } from '../../lib/bytes.ts';
import { etcdSubject, latestStatus, memberSubject } from '../../snapshot/control-plane/etcd.ts';
import { gauge, processesWith } from '../../snapshot/metrics.ts';
import { defineCheck, type FindingDraft } from '../check.ts';

/** etcd's alerting rules (etcdDatabaseHighFragmentationRatio): less than half in use, and more than 100 MiB. */
const HALF = 0.5;
const MIN_BYTES = 100 * 1024 ** 2;

export default defineCheck({
  id: 'etcd-fragmented',
  layer: 4,
  title: 'Most of the etcd database is in use',
  failureTitle: 'Most of the etcd database is free pages',
  why: 'Compaction frees pages inside the file and does not shrink it; they count for the quota.',
  fix: ['etcdctl defrag, one member at a time, the leader last'],
  next: ['etcdctl endpoint status --cluster -w json'],
  severity: 'info',
  confidence: 'high',
  needsAny: ['etcdEndpoints', 'metrics'],
  *run(_facts, { snapshot }) {
    const judge = (total: number, used: number): string | undefined =>
      total > 0 && used / total < HALF && used > MIN_BYTES
        ? `Of the ${formatBytes(total)} of the etcd database only ${formatBytes(used)} are in use: defragmenting frees the rest`
        : undefined;
    const drafts: FindingDraft[] = [];
    for (const one of latestStatus(snapshot)) {
      const message = judge(one.dbSizeBytes ?? 0, one.dbInUseBytes ?? Infinity);
      if (message !== undefined)
        drafts.push({ subject: memberSubject(snapshot, one), message, evidence: [one.source] });
    }
    for (const process of processesWith(snapshot, 'etcd_mvcc_db_total_size_in_use_in_bytes')) {
      const used = gauge(process, 'etcd_mvcc_db_total_size_in_use_in_bytes');
      const total = gauge(process, 'etcd_mvcc_db_total_size_in_bytes');
      if (used === undefined || total === undefined) continue;
      const message = judge(total.value, used.value);
      if (message !== undefined)
        drafts.push({
          subject: etcdSubject(snapshot, process.node),
          message,
          evidence: [total.evidence, used.evidence],
        });
    }
    yield* drafts;
  },
});
