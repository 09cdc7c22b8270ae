import { componentSubject } from '../../snapshot/control-plane/control-plane.ts';
import { gauge, processesWith } from '../../snapshot/metrics.ts';
import { defineCheck } from '../check.ts';

/** --max-requests-inflight and --max-mutating-requests-inflight [K8S defaults]. */
const LIMITS: readonly (readonly [kind: string, limit: number])[] = [
  ['readOnly', 400],
  ['mutating', 200],
];
const FULL = 0.9;

export default defineCheck({
  id: 'api-inflight-saturated',
  layer: 4,
  title: 'The API server has room for requests',
  failureTitle: 'The API server works at its limit of requests',
  why: 'A client floods it, or it is slow and requests pile up; further ones wait or are rejected.',
  fix: ['Find the client (audit log, user agents in the metrics); give it a flow schema of its own'],
  next: ['kubectl get --raw /debug/api_priority_and_fairness/dump_priority_levels'],
  severity: 'warning',
  confidence: 'medium',
  needs: ['metrics'],
  *run(_facts, { snapshot }) {
    for (const process of processesWith(snapshot, 'apiserver_current_inflight_requests'))
      for (const [kind, limit] of LIMITS) {
        const now = gauge(process, 'apiserver_current_inflight_requests', (labels) => labels['request_kind'] === kind);
        if (now === undefined || now.value < limit * FULL) continue;
        yield {
          subject: componentSubject(snapshot, 'kube-apiserver', process.node),
          variant: kind.toLowerCase(),
          message: `The API server works on ${now.value} ${kind} requests at once; its default limit is ${limit}`,
          evidence: [now.evidence],
        };
      }
    for (const process of processesWith(snapshot, 'apiserver_flowcontrol_current_inqueue_requests')) {
      const queued = gauge(process, 'apiserver_flowcontrol_current_inqueue_requests');
      if (queued === undefined || queued.value < 1) continue;
      yield {
        subject: componentSubject(snapshot, 'kube-apiserver', process.node),
        variant: 'queued',
        severity: queued.value >= 10 ? 'warning' : 'info',
        message: `${queued.value} requests of priority level ${queued.labels['priority_level'] ?? 'unknown'} (flow schema ${queued.labels['flow_schema'] ?? 'unknown'}) wait in the API server's queue`,
        evidence: [queued.evidence],
      };
    }
  },
});
