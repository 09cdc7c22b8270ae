import { spellTime } from '../../lib/timestamp.ts';
import { spellDuration } from '../../lib/duration.ts';
import { componentSubject } from '../../snapshot/control-plane/control-plane.ts';
import { latestHealth } from '../../snapshot/control-plane/etcd.ts';
import { countOf, fellSilent, quotesOf, spanOfHits, timing } from '../../snapshot/logs/hits.ts';
import { isPast } from '../../snapshot/logs/over.ts';
import { processesWith, quantile, spanOf } from '../../snapshot/metrics.ts';
import { defineCheck } from '../check.ts';

const FAMILY = 'etcd_request_duration_seconds';
/** 99th percentiles (ours; etcd's own rule for its gRPC calls is 0.15 s). */
const CRITICAL = 1;
const WARNING = 0.5;
const MIN_REQUESTS = 100;
/** A health check is a write: this is quick (etcd's limit for the 99th percentile of gRPC is 150 ms). */
const QUICK_MS = 150;
const QUIET_S = 600;
/** And half an hour says that it is over, whoever can be asked now. */
const PAST_S = 1800;
/** What the API server hands on of it to whoever asked. */
const ETCD_ERROR = /etcdserver: (request timed out|leader changed|too many requests|no leader)/;
/** One timeout belongs to every change of the leader. */
const FEW = 3;

export default defineCheck({
  id: 'api-etcd-latency-high',
  layer: 4,
  title: 'etcd answers the API server in time',
  failureTitle: 'etcd answers the API server too slowly or not at all',
  why: 'Every request to the API server that reads or writes waits for etcd. "etcdserver: request timed out" is the signal to stay at layer 4 and look at etcd.',
  fix: [
    'Look at etcd: latency of its disk, elections, members, size of the database; then at clients that list everything',
  ],
  next: [
    'etcdctl endpoint status --cluster -w table; etcdctl endpoint health --cluster',
    "kubectl get --raw '/readyz?verbose'",
    'kubectl -n kube-system logs -l component=kube-apiserver --tail=2000 | grep -iE "etcdserver|Trace"',
  ],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['metrics', 'containerLogs', 'hostLogs', 'commandFailures'],
  reads: ['api-etcd-errors'],
  *run({ commandFailures }, { snapshot }) {
    const hits = snapshot.hits('api-etcd-errors');
    const refused = commandFailures.filter((failure) => ETCD_ERROR.test(failure.message));
    const quotes = [...refused.map((failure) => failure.source), ...(quotesOf(hits) ?? [])];
    const [first, ...rest] = quotes;
    if (first !== undefined) {
      const count = countOf(hits) + refused.length;
      const errors = [
        ...new Set([
          ...refused.flatMap(({ message }) => ETCD_ERROR.exec(message)?.[1] ?? []),
          ...hits.flatMap((hit) => hit.groups['error']?.split(',')[0] ?? []),
        ]),
      ];
      const { from, to } = spanOfHits(hits);
      const healths = latestHealth(snapshot);
      // Every request meets a slow etcd: quiet minutes, and members that answer at once, say that it is not slow now.
      const answersNow =
        refused.length === 0 &&
        healths.length > 0 &&
        healths.every((health) => health.healthy && (health.tookMs ?? 0) < QUICK_MS) &&
        fellSilent(snapshot, hits, QUIET_S);
      const who = [...new Set(hits.flatMap((hit) => hit.program ?? hit.origin.program ?? []))];
      yield {
        subject: componentSubject(snapshot, 'etcd'),
        variant: 'errors',
        severity: count < FEW && refused.length === 0 ? 'info' : answersNow ? 'warning' : 'critical',
        message:
          `etcd did not answer in time: ${errors.length === 0 ? 'request timed out' : errors.map((error) => `"etcdserver: ${error}"`).join(', ')} ${count === 1 ? 'once' : `${count} times`}` +
          (who.length === 0 ? '' : ` at ${who.slice(0, 4).join(', ')}`) +
          (from === undefined || to === undefined ? '' : `, from ${spellTime(from)} to ${spellTime(to)}`),
        evidence: [first, ...rest],
        ...(refused.length > 0 ? {} : timing(snapshot, hits)),
        ...(refused.length === 0 && isPast(snapshot, hits, PAST_S) ? { state: 'recovered' as const } : {}),
      };
    }
    for (const process of processesWith(snapshot, `${FAMILY}_bucket`)) {
      // A range over everything is slow by nature; single objects are what everyone waits for.
      const p99 = quantile(process, FAMILY, 0.99, (labels) =>
        /^(?:get|create|update|delete)$/.test(labels['operation'] ?? ''),
      );
      if (p99 === undefined || p99.count < MIN_REQUESTS || p99.value <= WARNING) continue;
      yield {
        subject: componentSubject(snapshot, 'kube-apiserver', process.node),
        variant: 'metrics',
        severity: p99.value > CRITICAL && p99.recent ? 'critical' : 'warning',
        confidence: p99.recent ? 'high' : 'medium',
        message: `Requests of the API server to etcd take up to ${spellDuration(p99.value)} (99th percentile of ${p99.count} single-object requests, ${spanOf(p99)})`,
        evidence: [p99.evidence],
      };
    }
  },
});
