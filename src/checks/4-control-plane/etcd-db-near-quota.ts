import type { Evidence } from '../../parsers/records.ts';
import { formatBytes } from '../../lib/bytes.ts';
import type { Subject } from '../../result.ts';
import { etcdSubject, latestStatus, memberSubject } from '../../snapshot/control-plane/etcd.ts';
import { gauge, processesWith } from '../../snapshot/metrics.ts';
import { defineCheck } from '../check.ts';

/** etcd's default quota when --quota-backend-bytes is unset or 0, and the largest that its documentation advises. */
const DEFAULT_QUOTA = 2 * 1024 ** 3;
const LARGEST = 8 * 1024 ** 3;
/** etcd's alerting rules (etcdDatabaseQuotaLowSpace): 95 %. 80 % leaves time to act (ours). */
const CRITICAL = 0.95;
const WARNING = 0.8;

interface Size {
  readonly subject: Subject;
  readonly bytes: number;
  readonly quota: number | undefined;
  readonly evidence: Evidence;
}

export default defineCheck({
  id: 'etcd-db-near-quota',
  layer: 4,
  title: 'The etcd database is well below its quota',
  failureTitle: 'The etcd database is near its quota',
  why: 'When it reaches the quota etcd raises the NOSPACE alarm and refuses all writes.',
  fix: [
    'Compact and defragment, member by member; find what grows (events, custom resources, Helm secrets); raise --quota-backend-bytes (at most 8 GiB)',
  ],
  next: [
    'etcdctl endpoint status --cluster -w table',
    'kubectl get --raw /metrics | grep apiserver_storage_objects | sort -k2 -n -r | head',
  ],
  severity: 'warning',
  confidence: 'high',
  needsAny: ['etcdEndpoints', 'metrics'],
  *run(_facts, { snapshot }) {
    // Reached, no longer near: that is etcd-nospace-alarm.
    if (snapshot.facts('etcdAlarms').some((alarm) => /NOSPACE/i.test(alarm.alarm))) return;
    if (snapshot.facts('toolFailures').some((failure) => /database space exceeded/.test(failure.message))) return;
    const sizes: Size[] = latestStatus(snapshot).flatMap((one) =>
      one.dbSizeBytes === undefined
        ? []
        : [
            {
              subject: memberSubject(snapshot, one),
              bytes: one.dbSizeBytes,
              quota: one.quotaBytes,
              evidence: one.source,
            },
          ],
    );
    for (const family of ['etcd_mvcc_db_total_size_in_bytes', 'etcd_debugging_mvcc_db_total_size_in_bytes'])
      for (const process of processesWith(snapshot, family)) {
        const size = gauge(process, family);
        if (size === undefined) continue;
        sizes.push({
          subject: etcdSubject(snapshot, process.node),
          bytes: size.value,
          quota: gauge(process, 'etcd_server_quota_backend_bytes')?.value,
          evidence: size.evidence,
        });
      }
    for (const { subject, bytes, quota, evidence } of sizes) {
      // Without the flag in sight a database above the default quota proves a larger one.
      const known = quota !== undefined && quota > 0 ? quota : bytes < DEFAULT_QUOTA ? DEFAULT_QUOTA : undefined;
      const share = known === undefined ? 0 : bytes / known;
      if (share < WARNING && bytes < LARGEST) continue;
      yield {
        subject,
        severity: share >= CRITICAL && quota !== undefined && quota > 0 ? 'critical' : 'warning',
        ...(quota === undefined || quota === 0 ? { confidence: 'medium' as const } : {}),
        message:
          share >= WARNING
            ? `The etcd database holds ${formatBytes(bytes)}, ${Math.floor(share * 100)} % of its quota of ${formatBytes(known ?? DEFAULT_QUOTA)}${quota === undefined || quota === 0 ? ' (the default; the flag is not in the bundle)' : ''}`
            : `The etcd database holds ${formatBytes(bytes)}, more than the 8 GiB that etcd advises at most`,
        evidence: [evidence],
      };
    }
  },
});
