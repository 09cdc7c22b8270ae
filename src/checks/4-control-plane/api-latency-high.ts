import { spellDuration } from '../../lib/duration.ts';
import { componentSubject } from '../../snapshot/control-plane/control-plane.ts';
import { processesWith, quantile, spanOf, type LabelFilter } from '../../snapshot/metrics.ts';
import { defineCheck } from '../check.ts';

/** The API server's latency objectives [K8S SIG scalability]: 99th percentiles by kind of request, seconds. */
const OBJECTIVES: readonly {
  readonly variant: string;
  readonly words: string;
  readonly limit: number;
  readonly filter: LabelFilter;
}[] = [
  {
    variant: 'write',
    words: 'Writes',
    limit: 1,
    filter: ({ verb = '' }) => /^(?:POST|PUT|PATCH|DELETE|APPLY)$/.test(verb),
  },
  { variant: 'get', words: 'Reads of single objects', limit: 1, filter: ({ verb }) => verb === 'GET' },
  {
    variant: 'list-namespace',
    words: 'Lists of a namespace',
    limit: 5,
    filter: ({ verb, scope }) => verb === 'LIST' && scope === 'namespace',
  },
  {
    variant: 'list-cluster',
    words: 'Lists of the cluster',
    limit: 30,
    filter: ({ verb, scope }) => verb === 'LIST' && scope === 'cluster',
  },
];
/** Calls that last as long as their user wants. */
const LASTING = /^(?:log|exec|portforward|attach|proxy)$/;
const MIN_REQUESTS = 100;

export default defineCheck({
  id: 'api-latency-high',
  layer: 4,
  title: 'The API server answers within its objectives',
  failureTitle: 'The API server answers too slowly',
  why: 'Slow writes point to etcd or webhooks, slow lists to many objects or to clients that list without paging.',
  fix: ['See the findings about etcd, webhooks and object counts; find the client with the most lists'],
  next: ['kubectl get --raw /metrics | grep apiserver_request_duration_seconds_bucket'],
  severity: 'warning',
  confidence: 'medium',
  needs: ['metrics'],
  *run(_facts, { snapshot }) {
    for (const family of ['apiserver_request_sli_duration_seconds', 'apiserver_request_duration_seconds'])
      for (const process of processesWith(snapshot, `${family}_bucket`)) {
        if (
          family === 'apiserver_request_duration_seconds' &&
          process.latest.families.has('apiserver_request_sli_duration_seconds_bucket')
        )
          continue;
        for (const { variant, words, limit, filter } of OBJECTIVES) {
          const mine: LabelFilter = (labels) => filter(labels) && !LASTING.test(labels['subresource'] ?? '');
          const p99 = quantile(process, family, 0.99, mine);
          if (p99 === undefined || p99.count < MIN_REQUESTS || p99.value <= limit) continue;
          // The start of a process is slow everywhere, but no tenth of all that it ever answered.
          const usual = p99.recent ? p99 : quantile(process, family, 0.9, mine);
          const lasting = usual !== undefined && usual.value > limit;
          yield {
            subject: componentSubject(snapshot, 'kube-apiserver', process.node),
            variant,
            ...(lasting ? {} : { severity: 'info' as const, confidence: 'low' as const }),
            message: `${words} take up to ${spellDuration(p99.value)} at the API server (99th percentile of ${p99.count}, ${spanOf(p99)}; the objective is ${limit} s)`,
            evidence: [p99.evidence],
          };
        }
      }
  },
});
