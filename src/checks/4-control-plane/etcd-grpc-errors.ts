import { spellDuration } from '../../lib/duration.ts';
import { etcdSubject } from '../../snapshot/control-plane/etcd.ts';
import { counter, processesWith, quantile, spanOf } from '../../snapshot/metrics.ts';
import { defineCheck } from '../check.ts';

/** The codes that etcd's alerting rules count as failures (etcdHighNumberOfFailedGRPCRequests): 1 % and 5 %. */
const FAILURES = /^(?:Unknown|FailedPrecondition|ResourceExhausted|Internal|Unavailable|DataLoss|DeadlineExceeded)$/;
const WARNING = 0.01;
const CRITICAL = 0.05;
/** etcdGRPCRequestsSlow: 99th percentile of unary calls over 150 ms; Defragment is meant to be slow. */
const SLOW_SECONDS = 0.15;
const MIN_CALLS = 100;

export default defineCheck({
  id: 'etcd-grpc-errors',
  layer: 4,
  title: 'etcd serves its calls',
  failureTitle: 'Calls to etcd fail or are slow',
  why: 'The API server talks to etcd by these calls and by nothing else.',
  fix: ['Look at disk latency, leader and members of etcd'],
  next: ['curl -s http://127.0.0.1:2381/metrics | grep -E "grpc_server_(handled|handling)"'],
  severity: 'warning',
  confidence: 'medium',
  needs: ['metrics'],
  *run(_facts, { snapshot }) {
    for (const process of processesWith(snapshot, 'grpc_server_handled_total')) {
      const subject = etcdSubject(snapshot, process.node);
      const unary = (labels: Readonly<Record<string, string>>): boolean =>
        // Other programs (containerd, CSI drivers) serve gRPC too.
        labels['grpc_service']?.startsWith('etcdserverpb.') === true &&
        labels['grpc_type'] === 'unary' &&
        labels['grpc_method'] !== 'Defragment';
      const all = counter(process, 'grpc_server_handled_total', unary);
      const failed = counter(
        process,
        'grpc_server_handled_total',
        (labels) => unary(labels) && FAILURES.test(labels['grpc_code'] ?? ''),
      );
      if (all !== undefined && failed !== undefined && all.value >= MIN_CALLS && failed.value / all.value > WARNING) {
        const share = failed.value / all.value;
        yield {
          subject,
          variant: 'failed',
          // Since the start of the member: a past hour makes no twentieth of all its calls.
          severity: share > CRITICAL ? (failed.recent ? 'critical' : 'warning') : failed.recent ? 'warning' : 'info',
          message: `${failed.value} of ${all.value} calls to etcd failed (${Math.round(share * 1000) / 10} %, ${spanOf(failed)})`,
          evidence: [failed.evidence],
        };
      }
      const p99 = quantile(process, 'grpc_server_handling_seconds', 0.99, unary);
      if (p99 === undefined || p99.value <= SLOW_SECONDS || p99.count < MIN_CALLS) continue;
      yield {
        subject,
        variant: 'slow',
        severity: p99.recent ? 'warning' : 'info',
        message: `Calls to etcd take up to ${spellDuration(p99.value)} (99th percentile of ${p99.count}, ${spanOf(p99)}; 150 ms is etcd's own limit)`,
        evidence: [p99.evidence],
      };
    }
  },
});
