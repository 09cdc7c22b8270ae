import type { Evidence } from '../../parsers/records.ts';
import {
  deepest,
  degradedServices,
  isSlowOrFailing,
  knowsCalls,
  nodeSuspect,
  slowestBySelf,
  type Degraded,
} from '../../snapshot/network/degradation.ts';
import { podReady } from '../../snapshot/pods/readiness.ts';
import { workloadsBehind } from '../../snapshot/network/service-graph.ts';
import { upstreamErrors } from '../../snapshot/network/upstream-errors.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { refOf } from '../../snapshot/ref.ts';
import { defineCheck } from '../check.ts';

/** A rise of latency that matters: twice as slow (HEUR; alerts have their own thresholds below that). */
const FACTOR = 2;
/** A fall of traffic that means that most requests no longer get through (HEUR). */
const FALL = 0.5;

/** Its pods run and are ready: what is slow is the way to them, not the program's start or crash. */
function runs(one: Degraded, snapshot: Snapshot): boolean {
  const pods = snapshot.podsSelectedBy(one.service);
  return pods.length === 0 || pods.some((pod) => podReady(pod) !== false);
}

const times = (factor: number): string =>
  Number.isFinite(factor) ? `${factor >= 10 ? Math.round(factor) : factor.toFixed(1)} times` : 'from nothing';

function told(one: Degraded): { readonly says: string; readonly evidence: Evidence } | undefined {
  const { latency } = one;
  if (latency !== undefined && latency.factor >= FACTOR)
    return {
      says: `its latency rose ${times(latency.factor)} (${latency.text})`,
      evidence: latency.alert.alert.source,
    };
  const alert = one.alerts.find((a) => a.kind === 'latency') ?? one.alerts.find((a) => a.kind === 'traffic-drop');
  if (alert !== undefined && one.fall >= FALL)
    return { says: `${Math.round(one.fall * 100)} % of its traffic is gone`, evidence: alert.alert.source };
  return alert?.kind === 'latency' ? { says: alert.text.slice(0, 160), evidence: alert.alert.source } : undefined;
}

export default defineCheck({
  id: 'pod-network-degraded',
  layer: 3,
  title: 'No workload is slow on the network',
  failureTitle: 'The network of one workload is slow',
  why: 'When one service becomes many times slower while its pods are ready, not short of CPU and not restarting, the delay lies on the way to its pods. Its callers become slow with it and look just as ill.',
  fix: [
    'Look at the network of the pods of {workload}: traffic shaping (tc qdisc), its sidecar, its veth and the node; then at what the service itself waits for.',
  ],
  next: [
    'kubectl exec -n {namespace} deploy/{workload} -- cat /proc/net/snmp',
    'kubectl get pods -n {namespace} -o wide',
    'tc -s qdisc show',
  ],
  severity: 'warning',
  confidence: 'medium',
  needs: ['alerts'],
  wants: ['services', 'pods'],
  *run(_facts, { snapshot }) {
    // Several services of one node: that node is the suspect (node-network-degraded).
    if (nodeSuspect(snapshot) !== undefined) return;
    const all = degradedServices(snapshot).filter((one) => runs(one, snapshot));
    const slow = all.filter((one) => isSlowOrFailing(one) && one.latency !== undefined);
    const candidates = slow.length > 0 ? slow : all.filter((one) => one.fall >= FALL);
    // Where requests merely stop coming, whatever lies behind the brake has less to do too: the greatest fall leads.
    const ends = slow.length > 0 ? deepest(snapshot, candidates) : candidates;
    const calls = knowsCalls(snapshot, candidates);
    // One victim is named: the deepest in the chain of calls, as far as configuration and the times show it.
    const suspect = slowestBySelf(ends);
    if (suspect === undefined || suspect.starved) return;
    const what = told(suspect);
    if (what === undefined) return;
    // Callers whose log shows that they wait for it in vain.
    const waiting = upstreamErrors(snapshot).filter(
      (error) => error.service === suspect.service && !/host not found/.test(error.why),
    );
    const others = candidates.filter((one) => one !== suspect).map((one) => one.service.metadata.name);
    const [pod] = snapshot.podsSelectedBy(suspect.service);
    const workload = pod === undefined ? undefined : snapshot.workloadOf(pod);
    const rest =
      others.length === 0
        ? ''
        : `; ${others.slice(0, 5).join(', ')}${others.length > 5 ? ' …' : ''} ${others.length === 1 ? 'is' : 'are'} degraded too, ${calls ? 'as callers that wait for it' : 'but less'}`;
    yield {
      subject: {
        ...snapshot.subject(suspect.service),
        ...(workload === undefined ? {} : { workload: { kind: workload.kind, name: workload.name } }),
      },
      variant: 'delay',
      // Requests and packets that both stop, more than anywhere else, corroborate each other.
      confidence: suspect.latency === undefined && waiting.length === 0 && suspect.alerts.length < 2 ? 'low' : 'medium',
      message: `Service ${suspect.service.metadata.name} is slow: ${what.says}, while its pods are ready and no alert says that it lacks CPU${rest}${waiting.length === 0 ? '' : `; the log of ${waiting[0]?.workload.name ?? ''} shows errors of this backend`}. Delay on the network of its pods is likely`,
      evidence: [
        what.evidence,
        ...waiting.slice(0, 1).map((error) => snapshot.evidenceOf(error.hit)[0]),
        ...suspect.alerts.filter((alert) => alert.alert.source !== what.evidence).map((alert) => alert.alert.source),
      ],
      params: { workload: workload?.name ?? suspect.service.metadata.name },
      related: candidates
        .flatMap((one) => (one === suspect ? [] : [refOf(one.service), ...workloadsBehind(snapshot, one.service)]))
        .concat(waiting.map(({ workload: ref }) => ref)),
    };
  },
});
