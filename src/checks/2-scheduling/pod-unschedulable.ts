import { isWaiting, unscheduledPods } from '../../simulation/scheduler/unscheduled.ts';
import type { Evidence } from '../../parsers/records.ts';
import { ageOf, YOUNG_MS } from '../../snapshot/ages.ts';
import { templateOf } from '../../snapshot/pods/pod-spec.ts';
import type { Pod } from '../../snapshot/kinds/index.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { unsteadyPods } from '../../snapshot/pods/steady.ts';
import { ownWordsOf } from '../../snapshot/scheduling/own-words.ts';
import { defineCheck, type FindingDraft } from '../check.ts';
import { verdictWords } from './rejected.ts';

export default defineCheck({
  id: 'pod-unschedulable',
  layer: 2,
  title: 'Every pod has a node',
  failureTitle: 'The pod is Pending: the scheduler finds no node for it',
  why: 'Nothing of the pod runs: container logs are irrelevant until it has a node.',
  fix: ['Remove the reason that the scheduler names; the findings beside this one say which decides'],
  next: ['kubectl describe pod {name} -n {namespace}'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['pods', 'events'],
  wants: ['nodes'],
  *run(_facts, { snapshot }) {
    for (const waiting of unscheduledPods(snapshot)) {
      // Without a verdict nothing says that a scheduler has looked at it: that is pod-never-processed.
      if (waiting.message === undefined && waiting.causes.length === 0) continue;
      yield {
        subject: snapshot.subject(waiting.pod),
        ...(waiting.expected ? { severity: 'info' as const } : {}),
        message: `Pod ${waiting.view.name} is Pending without a node.${verdictWords(waiting)}`,
        evidence: waiting.evidence,
        ...(waiting.since === undefined ? {} : { since: waiting.since }),
      };
    }
    yield* inOwnWords(snapshot);
    for (const pod of unexplained(snapshot)) {
      const { name } = pod.metadata;
      const asked = asks(snapshot, pod);
      const age = ageOf(snapshot, pod);
      yield {
        subject: snapshot.subject(pod),
        variant: 'unexplained',
        ...(age !== undefined && age < YOUNG_MS
          ? { severity: 'info' as const }
          : age === undefined || age < LONG_MS
            ? { severity: 'warning' as const }
            : {}),
        confidence: 'medium',
        title: 'The pod is Pending, and nothing in the bundle says why',
        message: `Pod ${name} is Pending: it has no node, or its kubelet has not begun; the events that would say why are not in the bundle${asked === undefined ? '' : `. Its workload asks for ${asked.text}`}`,
        fix: ['Read the events of the pod: the scheduler, or the kubelet of its node, says there what it waits for'],
        evidence: [snapshot.quote(pod, '/status/phase'), ...(asked === undefined ? [] : [asked.evidence])],
      };
    }
  },
});

/** Schedulers of their own (EKS Fargate's, Volcano, YuniKorn) do not count nodes. */
function* inOwnWords(snapshot: Snapshot): Generator<FindingDraft> {
  const counted = new Set(
    unscheduledPods(snapshot).flatMap(({ pod, message }) => (message === undefined ? [] : [pod])),
  );
  for (const pod of unsteadyPods(snapshot)) {
    if (counted.has(pod) || !isWaiting(pod)) continue;
    const words = ownWordsOf(snapshot, pod);
    if (words === undefined) continue;
    yield {
      subject: snapshot.subject(pod),
      variant: 'own-words',
      ...((ageOf(snapshot, pod) ?? YOUNG_MS) < YOUNG_MS ? { severity: 'info' as const } : {}),
      title: 'The pod is Pending: its scheduler does not place it',
      message: `Pod ${pod.metadata.name} is Pending; ${words.by} says: "${words.text.slice(0, 400)}"`,
      evidence: [words.evidence],
      fix: ['What the scheduler names is what the pod waits for'],
    };
  }
}

/** A scheduler decides within seconds, and a node that must be added is there after minutes (our judgement). */
const LONG_MS = 300_000;

/** What the pod requests by the template of its workload; undefined when that is not in the bundle or asks for nothing. */
function asks(snapshot: Snapshot, pod: Pod): { readonly text: string; readonly evidence: Evidence } | undefined {
  const { owner, spec } = templateOf(snapshot, pod) ?? {};
  const containers = spec?.containers ?? [];
  const at = containers.findIndex(({ resources }) => Object.keys(resources?.requests ?? {}).length > 0);
  if (owner === undefined || at < 0) return undefined;
  const requests = Object.entries(containers[at]?.resources?.requests ?? {});
  return {
    text: requests.map(([resource, amount]) => `${amount} of ${resource}`).join(', '),
    evidence: snapshot.quote(owner, `/spec/template/spec/containers/${at}/resources/requests`),
  };
}

const BEYOND_SCHEDULING = new Set(['Scheduled', 'Pulling', 'Pulled', 'Created', 'Started']);
/** The API server keeps events for an hour: a listing of them says nothing of a pod that has waited longer. */
const EVENTS_KEPT_MS = 3_600_000;

/**
 * Pending pods of which there is a table row and no word of a scheduler. Where the row stands beside a listing of
 * events that would have one, the scheduler has not looked: that is pod-never-processed.
 */
function* unexplained(snapshot: Snapshot): Generator<Pod> {
  const told = new Set(
    unscheduledPods(snapshot)
      .filter(({ message, causes }) => message !== undefined || causes.length > 0)
      .map(({ pod }) => pod),
  );
  for (const pod of unsteadyPods(snapshot)) {
    if (told.has(pod) || pod.status?.phase !== 'Pending' || !isWaiting(pod)) continue;
    // It is held on purpose (sched-gated tells of it), or the scheduler says why in words of its own.
    if (pod.status.reason === 'SchedulingGated' || ownWordsOf(snapshot, pod) !== undefined) continue;
    if (snapshot.sourcesOf(pod).some(({ detail }) => detail !== 'row')) continue;
    const { namespace, name, creationTimestamp = '' } = pod.metadata;
    const age = (snapshot.now ?? Number.NaN) - Date.parse(creationTimestamp);
    if (snapshot.listed('events', namespace) && age <= EVENTS_KEPT_MS) continue;
    const events = snapshot.eventsAbout({ kind: 'Pod', namespace: namespace ?? '', name });
    if (!events.some(({ reason }) => BEYOND_SCHEDULING.has(reason ?? ''))) yield pod;
  }
}
