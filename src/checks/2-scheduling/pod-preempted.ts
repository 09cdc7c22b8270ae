import { workloadStem } from '../../parsers/pod-name.ts';
import { eventFirstTime, eventMessage } from '../../snapshot/events.ts';
import type { KubeEvent, Pod } from '../../snapshot/kinds/index.ts';
import { podsWithNews } from '../../snapshot/pods/pods-seen.ts';
import { refOf, type Ref } from '../../snapshot/ref.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { unscheduledPods } from '../../simulation/scheduler/unscheduled.ts';
import { defineCheck } from '../check.ts';

/** `Preempted by pod 0d5d4a2a-… on node n1` (by `default/name` before 1.28): who took its place, where the bundle shows it. */
function preemptorOf(snapshot: Snapshot, event: KubeEvent | undefined): Pod | undefined {
  const by = /by (?:a )?pod (\S{1,300})/.exec(event === undefined ? '' : eventMessage(event))?.[1];
  return by === undefined
    ? undefined
    : snapshot
        .list('pods')
        .find(({ metadata }) => metadata.uid === by || `${metadata.namespace ?? ''}/${metadata.name}` === by);
}

/** Pods, ms, HEUR: who took a place was created shortly before; ages in tables are rounded to minutes. */
const AROUND_MS = 3 * 60_000;

/** Pods of other workloads on the node that the event names which began when it was said: the identifier tells nobody. */
function newcomersOn(snapshot: Snapshot, ref: Ref, event: KubeEvent | undefined): readonly Pod[] {
  const node = / on node (\S{1,253})$/.exec(event === undefined ? '' : eventMessage(event))?.[1];
  const when = event === undefined ? undefined : eventFirstTime(event);
  if (node === undefined) return [];
  // Where nothing dates the bundle both are ages.
  const since = event?.seenAgo;
  const apart = ({ creationTimestamp, createdAgo }: Pod['metadata']): number =>
    when !== undefined
      ? Math.abs(Date.parse(creationTimestamp ?? '') - when)
      : Math.abs((createdAgo ?? Number.NaN) - (since ?? Number.NaN)) * 1000;
  return snapshot
    .podsOnNode(node)
    .filter(({ metadata }) => workloadStem(metadata.name) !== workloadStem(ref.name) && apart(metadata) <= AROUND_MS);
}

/** Pods of its workload that wait for a node: what took its place is wanted twice. */
function waitingFor(snapshot: Snapshot, ref: Ref): readonly Pod[] {
  const stem = workloadStem(ref.name);
  return snapshot
    .list('pods')
    .filter(
      ({ metadata, status, spec }) =>
        status?.phase === 'Pending' &&
        (spec?.nodeName ?? '') === '' &&
        (ref.namespace === undefined || metadata.namespace === ref.namespace) &&
        workloadStem(metadata.name) === stem,
    );
}

export default defineCheck({
  id: 'pod-preempted',
  layer: 2,
  title: 'No pod had to make room for a more important one',
  failureTitle: 'The pod was ended to make room for one with a higher priority',
  why: 'There is not enough capacity for all: pods with lower priority give way.',
  fix: ['Add capacity, or review the PriorityClasses.'],
  next: ['kubectl get priorityclasses'],
  severity: 'info',
  confidence: 'high',
  needsAny: ['pods', 'events'],
  *run(_facts, { snapshot }) {
    for (const seen of podsWithNews(snapshot)) {
      const event = seen.events.findLast((e) => e.reason === 'Preempted' || e.reason === 'Preempting');
      const index =
        seen.pod?.status?.conditions?.findIndex(
          (c) => c.type === 'DisruptionTarget' && c.reason === 'PreemptionByScheduler',
        ) ?? -1;
      // The kubelet ends pods itself for one that the node cannot do without.
      const failed = seen.pod?.status?.reason === 'Preempting' || seen.pod?.status?.reason === 'Preempted';
      if (event === undefined && index < 0 && !failed) continue;
      const since = event === undefined ? undefined : eventFirstTime(event);
      const preemptor = preemptorOf(snapshot, event);
      const newcomers = preemptor === undefined ? newcomersOn(snapshot, seen.ref, event).slice(0, 3) : [];
      const whoseClass = (pod: Pod): string =>
        pod.spec?.priorityClassName === undefined ? '' : ` (PriorityClass ${pod.spec.priorityClassName})`;
      const by =
        preemptor !== undefined
          ? `; that is pod ${preemptor.metadata.name}${whoseClass(preemptor)}`
          : newcomers.length > 0
            ? `; there began then ${newcomers.map((pod) => `${pod.metadata.namespace ?? 'default'}/${pod.metadata.name}${whoseClass(pod)}`).join(', ')}`
            : '';
      const said = event === undefined ? (failed ? seen.pod?.status?.message : undefined) : eventMessage(event);
      const waiting = waitingFor(snapshot, seen.ref);
      const placeholders = unscheduledPods(snapshot).some(({ pod, expected }) => expected && waiting.includes(pod));
      const related = [...waiting, ...(preemptor === undefined ? newcomers : [preemptor])];
      const unreplaced =
        failed &&
        !snapshot
          .list('pods')
          .some(
            ({ metadata, status }) =>
              status?.phase === 'Running' &&
              metadata.namespace === seen.ref.namespace &&
              workloadStem(metadata.name) === workloadStem(seen.ref.name),
          );
      yield {
        subject: seen.subject(),
        ...(related.length > 0 ? { related: related.slice(0, 20).map(refOf) } : {}),
        ...((waiting.length > 0 && !placeholders) || unreplaced ? { severity: 'warning' as const } : {}),
        message: `Pod ${seen.ref.name} was preempted${said === undefined ? '' : `: ${said.slice(0, 200)}`}${by}`,
        evidence:
          event === undefined
            ? [snapshot.quote(seen.pod, failed ? '/status/reason' : `/status/conditions/${index}`)]
            : [snapshot.quoteEvent(event)],
        ...(since === undefined ? {} : { since }),
      };
    }
  },
});
