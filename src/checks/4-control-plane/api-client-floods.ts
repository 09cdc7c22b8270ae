import type { ApiRequests } from '../../parsers/records.ts';
import type { Subject } from '../../result.ts';
import { requestsInLogs } from '../../snapshot/control-plane/api-requests.ts';
import { componentSubject } from '../../snapshot/control-plane/control-plane.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';

/** Requests a second: what a kubelet may send at most (kubeAPIQPS, 50 since 1.27); controllers send less. */
const FLOOD = 50;
/** Of all requests that the log shows. */
const MOST = 0.5;
/** An excerpt of fewer lines proves no rate. */
const ENOUGH = 20;

export default defineCheck({
  id: 'api-client-floods',
  layer: 4,
  title: 'No client floods the API server',
  failureTitle: 'A client floods the API server with requests',
  why: 'A client that asks the same again without a pause (a watch that ends at once, a loop without back-off) takes the places of all others: they wait, or get 429 Too Many Requests, and the API server and etcd need more and more memory.',
  fix: [
    'Stop the client (scale {client} to zero), then upgrade or configure it: back-off after errors, informers instead of lists, fewer objects a request',
    'Until then give it a FlowSchema of its own with a small priority level',
  ],
  next: [
    'kubectl get --raw /debug/api_priority_and_fairness/dump_priority_levels',
    'kubectl get --raw /metrics | grep apiserver_flowcontrol_rejected_requests_total',
  ],
  severity: 'critical',
  confidence: 'medium',
  needsAny: ['apiRequests', 'containerLogs', 'hostLogs'],
  reads: ['api-request-rejected'],
  *run(_facts, { snapshot }) {
    for (const one of requestsInLogs(snapshot)) {
      const { count, total, span, rejected } = one;
      if (count < ENOUGH || count < total * MOST || span === undefined) continue;
      const rate = count / Math.max(1, span / 1000);
      if (rate < FLOOD) continue;
      const client = one.user ?? one.userAgent ?? 'unknown';
      yield {
        subject: clientOf(snapshot, one),
        message: `${client}${one.userAgent === undefined || one.userAgent === client ? '' : ` (${one.userAgent})`} sends ${count} of ${shown(one)}, ${Math.round(rate)} a second, all of them ${one.verb.toLowerCase()} ${one.resource}${rejected > 0 && rejected < total ? `; ${rejected} were rejected with 429` : ''}`,
        evidence: [one.source],
        params: { client },
      };
    }
  },
});

/** What the count is a part of. */
function shown({ rejected, total }: ApiRequests): string {
  return rejected === total
    ? `the ${total} requests that the API server rejected with 429`
    : `${total} logged requests`;
}

/** The account or the machine that asks; the API server when only a program's name is known. */
function clientOf(snapshot: Snapshot, { user = '', node }: ApiRequests): Subject {
  const account = /^system:serviceaccount:([^:]{1,63}):([^:]{1,253})$/.exec(user);
  if (account?.[1] !== undefined && account[2] !== undefined)
    return { kind: 'ServiceAccount', namespace: account[1], name: account[2] };
  const machine = /^system:node:([^:]{1,253})$/.exec(user)?.[1];
  if (machine !== undefined) return { kind: 'Node', name: machine, node: machine };
  return componentSubject(snapshot, 'kube-apiserver', node);
}
