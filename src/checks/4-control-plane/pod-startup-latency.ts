import { spellDuration } from '../../lib/duration.ts';
import { processesWith, quantile, spanOf } from '../../snapshot/metrics.ts';
import type { Pod } from '../../snapshot/kinds/index.ts';
import { componentSubject } from '../../snapshot/control-plane/control-plane.ts';
import { machineSubject, timeOf } from '../../snapshot/nodes/node-health.ts';
import { defineCheck, type Evidence } from '../check.ts';

/** Pods created in the last hour: older ones tell of another time. */
const RECENT_MS = 3600_000;
/** A median over fewer pods is an anecdote (ours). */
const MIN_PODS = 3;
/** Seconds that a stage may take: a decision of the scheduler; network and volumes at the kubelet (catalogue). */
const STAGES = [
  {
    variant: 'scheduling',
    limit: 5,
    words: 'from its creation until it has a node',
    blame: 'the scheduler or the API server',
  },
  {
    variant: 'sandbox',
    limit: 30,
    words: 'from there until its network and volumes are ready',
    blame: 'the kubelet, the network plugin or storage',
  },
] as const;
/** What a kubelet measured of its own pods, without pulls and init containers; the objective is 5 s for 99 of 100 [K8S SIG scalability]. */
const SLI = 'kubelet_pod_start_sli_duration_seconds';
/** Twice the objective for every other pod is no slow start of single ones (ours). */
const SLI_MEDIAN = 10;
const SLI_PODS = 20;

export default defineCheck({
  id: 'pod-startup-latency',
  layer: 4,
  title: 'New pods start without delay',
  failureTitle: 'New pods start slowly',
  why: 'The times in the status of new pods tell which stage takes long: scheduling, or network and volumes on the node. Pulling images is told apart.',
  fix: [
    'Scheduling: look at the scheduler, the API server and etcd. Network and volumes: look at the kubelet, the network plugin and the storage driver',
  ],
  next: [
    'kubectl get pods -A --sort-by=.metadata.creationTimestamp | tail',
    'kubectl get events -A --sort-by=.lastTimestamp | tail -50',
  ],
  severity: 'warning',
  confidence: 'medium',
  needsAny: ['pods', 'metrics'],
  *run({ pods }, { snapshot, now }) {
    for (const process of processesWith(snapshot, `${SLI}_bucket`)) {
      const median = quantile(process, SLI, 0.5);
      if (median === undefined || median.count < SLI_PODS || median.value <= SLI_MEDIAN) continue;
      const subject = machineSubject(snapshot, process.latest);
      yield {
        subject,
        variant: 'kubelet',
        message: `Every other pod of ${subject.name} needs more than ${spellDuration(median.value)} to start, without pulls and init containers (${median.count} pods, ${spanOf(median)}; the objective is 5 s)`,
        evidence: [median.evidence],
      };
    }
    if (now === undefined) return;
    const recent = createdSince(pods, now - RECENT_MS).flatMap(({ pod, created }) => {
      const scheduled = transition(pod, 'PodScheduled');
      // A pod that waited for room waited for the cluster's capacity, which layer 2 tells.
      const waited = snapshot
        .eventsAbout({ kind: 'Pod', namespace: pod.metadata.namespace ?? '', name: pod.metadata.name })
        .some((event) => event.reason === 'FailedScheduling');
      return scheduled === undefined || waited
        ? []
        : [
            {
              pod,
              seconds: [
                scheduled - created,
                (transition(pod, 'PodReadyToStartContainers') ?? Number.NaN) - scheduled,
              ].map((ms) => ms / 1000),
            },
          ];
    });
    for (const [at, { variant, limit, words, blame }] of STAGES.entries()) {
      const times = recent
        .flatMap(({ pod, seconds }) => {
          const took = seconds[at];
          return took === undefined || Number.isNaN(took) ? [] : [{ pod, took }];
        })
        .sort((a, b) => a.took - b.took);
      const median = times[Math.floor(times.length / 2)];
      const slowest = times.at(-1);
      if (times.length < MIN_PODS || median === undefined || slowest === undefined || median.took <= limit) continue;
      const evidence: [Evidence, ...Evidence[]] = [
        snapshot.quote(slowest.pod, '/status/conditions'),
        snapshot.quote(median.pod, '/status/conditions'),
      ];
      yield {
        subject: componentSubject(snapshot, variant === 'scheduling' ? 'kube-scheduler' : 'kubelet'),
        variant,
        message: `A new pod needs ${Math.round(median.took)} s ${words} (median of ${times.length} pods of the last hour; the slowest, ${slowest.pod.metadata.name}, ${Math.round(slowest.took)} s; more than ${limit} s points to ${blame})`,
        evidence,
      };
    }
  },
});

function createdSince(pods: readonly Pod[], since: number) {
  const out: { readonly pod: Pod; readonly created: number }[] = [];
  for (const pod of pods) {
    const created = timeOf(pod.metadata.creationTimestamp);
    if (created !== undefined && created >= since) out.push({ pod, created });
  }
  return out;
}

/** When a condition became true, ms since 1970. */
function transition(pod: Pod, type: string): number | undefined {
  const condition = pod.status?.conditions?.find((one) => one.type === type && one.status === 'True');
  return timeOf(condition?.lastTransitionTime);
}
