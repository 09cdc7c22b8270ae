import { spellDuration } from '../../lib/duration.ts';
import { etcdSubject } from '../../snapshot/control-plane/etcd.ts';
import { processesWith, quantile, spanOf } from '../../snapshot/metrics.ts';
import { defineCheck } from '../check.ts';

const FAMILY = 'etcd_disk_backend_commit_duration_seconds';
/** etcd's documentation: p99 below 25 ms. Its alerting rules (etcdHighCommitDurations): 0.25 s. */
const GOOD = 0.025;
const HIGH = 0.25;
const CRITICAL = 1;

export default defineCheck({
  id: 'etcd-backend-commit-slow',
  layer: 4,
  title: 'etcd commits its database in time',
  failureTitle: 'etcd commits its database slowly',
  why: 'A commit writes the changed pages of the database. It grows with the size of the database and with the load of the disk.',
  fix: ['Faster disk; compact and defragment the database when most of it is free pages'],
  next: [
    'curl -s http://127.0.0.1:2381/metrics | grep etcd_disk_backend_commit_duration',
    'etcdctl endpoint status --cluster -w table',
  ],
  severity: 'warning',
  confidence: 'medium',
  needs: ['metrics'],
  *run(_facts, { snapshot }) {
    for (const process of processesWith(snapshot, `${FAMILY}_bucket`)) {
      const p99 = quantile(process, FAMILY, 0.99);
      if (p99 === undefined || p99.value <= GOOD) continue;
      yield {
        subject: etcdSubject(snapshot, process.node),
        severity: p99.value > CRITICAL ? 'critical' : p99.value > HIGH ? 'warning' : 'info',
        message: `etcd's database commits take up to ${spellDuration(p99.value)} (99th percentile of ${p99.count} ${spanOf(p99)}; good disks stay below 25 ms)`,
        evidence: [p99.evidence],
      };
    }
  },
});
