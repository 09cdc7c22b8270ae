/** The pods that wait for a node, each with the scheduler's verdict, the simulation, and the decisive causes. */
import { groupBy } from '../../lib/group-by.ts';
import { eventFirstTime, eventMessage, eventTime, bySeen } from '../../snapshot/events.ts';
import { ageOf, isBeingDeleted } from '../../snapshot/ages.ts';
import { oncePer } from '../../lib/once-per.ts';
import type { Evidence } from '../../parsers/records.ts';
import type { KubeEvent, Pod } from '../../snapshot/kinds/index.ts';
import { parseSchedulingMessage, type SchedulingMessage } from '../../snapshot/scheduling/scheduling-message.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { unsteadyPods } from '../../snapshot/pods/steady.ts';
import { askFor, viewCluster, type AskingPod, type ClusterView } from './cluster.ts';
import { decide, type Cause } from './decide.ts';
import { simulate, type NodeVerdict } from './simulate.ts';

export interface Unscheduled {
  readonly pod: Pod;
  readonly view: AskingPod;
  readonly cluster: ClusterView;
  readonly message: SchedulingMessage | undefined;
  /** The scheduler's words, or the pod's phase when there are none. */
  readonly evidence: readonly [Evidence, ...Evidence[]];
  readonly verdicts: readonly NodeVerdict[];
  readonly causes: readonly Cause[];
  /** It waits as it is meant to: it keeps room for others, or an autoscaler has just ordered the node. */
  readonly expected: boolean;
  readonly since?: number;
}

/** Pods of one workload wait for one reason: only so many are simulated. */
const SIMULATED_PER_WORKLOAD = 3;
/** And so many in all: every one asks every node. */
const SIMULATED = 200;

/** Whether a pod has no node yet and is not held back on purpose. */
export function isWaiting(pod: Pod): boolean {
  return (
    (pod.status?.phase === 'Pending' ||
      (pod.status?.phase === undefined && scheduledCondition(pod)?.status === 'False')) &&
    !pod.spec?.nodeName &&
    (pod.spec?.schedulingGates ?? []).length === 0 &&
    scheduledCondition(pod)?.status !== 'True' &&
    !isBeingDeleted(pod) &&
    // A Pending pod with containers in some state is on a node already; a table row without a node column hides that.
    !(pod.status?.containerStatuses ?? []).some(
      (one) => one.state?.waiting?.reason !== undefined || one.state?.terminated !== undefined,
    )
  );
}

const scheduledCondition = (pod: Pod) => pod.status?.conditions?.find((condition) => condition.type === 'PodScheduled');

interface Words {
  readonly message: SchedulingMessage;
  readonly evidence: Evidence;
  readonly since: number | undefined;
}

/** Whether an event about a pod does not say in which namespace it is. */
const saysNoNamespace = oncePer((snapshot: Snapshot) =>
  snapshot.list('events').some((event) => {
    const about = event.involvedObject;
    return about?.kind === 'Pod' && (about.namespace ?? event.metadata?.namespace) === undefined;
  }),
);

const podEventsByName = oncePer((snapshot: Snapshot) => {
  const out = groupBy(snapshot.list('events'), (event) => {
    const about = event.involvedObject;
    return about?.kind === 'Pod' ? about.name : undefined;
  });
  for (const events of out.values()) events.sort(bySeen);
  return out;
});

/** Events about a pod, oldest first; pastes leave the namespace out on one side or the other. */
function eventsOf(snapshot: Snapshot, pod: Pod): readonly KubeEvent[] {
  const { namespace, name } = pod.metadata;
  if (namespace !== undefined && !saysNoNamespace(snapshot))
    return snapshot.eventsAbout({ kind: 'Pod', namespace, name });
  return (podEventsByName(snapshot).get(name) ?? []).filter((event) => {
    const its = event.involvedObject?.namespace ?? event.metadata?.namespace;
    return its === undefined || namespace === undefined || its === namespace;
  });
}

/** The newest verdict: of the condition, which survives the events, or of the events. */
function wordsFor(snapshot: Snapshot, pod: Pod): Words | undefined {
  const events = eventsOf(snapshot, pod);
  if (placed(events)) return undefined;
  for (const event of [...events].reverse()) {
    if (event.reason !== 'FailedScheduling') continue;
    const message = parseSchedulingMessage(eventMessage(event));
    if (message !== undefined) return { message, evidence: snapshot.quoteEvent(event), since: firstFailure(events) };
  }
  const index = pod.status?.conditions?.findIndex((condition) => condition.type === 'PodScheduled') ?? -1;
  const condition = pod.status?.conditions?.[index];
  const message = condition?.status === 'False' ? parseSchedulingMessage(condition.message ?? '') : undefined;
  if (message === undefined) return undefined;
  const since = Date.parse(condition?.lastTransitionTime ?? '');
  return {
    message,
    evidence: snapshot.quote(pod, `/status/conditions/${index}/message`),
    since: Number.isNaN(since) ? undefined : since,
  };
}

const firstFailure = (events: readonly KubeEvent[]): number | undefined => {
  const first = events.find((event) => event.reason === 'FailedScheduling');
  return first === undefined ? undefined : eventFirstTime(first);
};

/** Whether the pod got its node after the last refusal, or does things that only a placed pod does. */
function placed(events: readonly KubeEvent[]): boolean {
  const refused = Math.max(...events.filter((e) => e.reason === 'FailedScheduling').map((e) => eventTime(e) ?? 0), 0);
  return events.some(
    (event) =>
      ['Scheduled', 'Pulling', 'Pulled', 'Created', 'Started'].includes(event.reason ?? '') &&
      (eventTime(event) ?? 0) >= refused,
  );
}

const podNames = oncePer((snapshot: Snapshot) => new Set(snapshot.list('pods').map((pod) => pod.metadata.name)));
/** Pods of tables without a namespace. */
const unplaced = oncePer(
  (snapshot: Snapshot) =>
    new Set(
      snapshot
        .list('pods')
        .filter((pod) => pod.metadata.namespace === undefined)
        .map((pod) => pod.metadata.name),
    ),
);

/** Pods of whose wait only events tell, when the pods themselves were not listed. */
function fromEvents(snapshot: Snapshot): readonly Pod[] {
  const found = new Map<string, Pod>();
  for (const event of snapshot.list('events')) {
    if (event.reason !== 'FailedScheduling') continue;
    const about = event.involvedObject;
    const namespace = about?.namespace ?? event.metadata?.namespace;
    if (about?.name === undefined || (about.kind !== undefined && about.kind !== 'Pod')) continue;
    // The end of a description says what the pod asks for, and not how it is.
    const part = snapshot.get('pods', namespace, about.name);
    if (
      part !== undefined &&
      (part.status?.phase !== undefined || part.spec?.nodeName !== undefined || isWaiting(part))
    )
      continue;
    if (snapshot.listed('pods', namespace)) continue;
    const elsewhere =
      unplaced(snapshot).has(about.name) || (namespace === undefined && podNames(snapshot).has(about.name));
    if (part === undefined && elsewhere) continue;
    const metadata = { name: about.name, ...(namespace === undefined ? {} : { namespace }) };
    found.set(`${namespace ?? ''}/${about.name}`, part ?? ({ kind: 'Pod', metadata } as Pod));
  }
  return [...found.values()];
}

/** ms: clouds bring a node within so long (our judgement; the cluster autoscaler gives them 15 minutes). */
const NODE_COMES_MS = 10 * 60_000;

/**
 * A pod of negative priority is a placeholder: it gives way to every other and waits for the next node. One whose
 * autoscaler has ordered a node waits for that.
 */
function isExpected(snapshot: Snapshot, pod: Pod): boolean {
  if ((pod.spec?.priority ?? 0) < 0) return true;
  const age = ageOf(snapshot, pod);
  if (age === undefined || age > NODE_COMES_MS) return false;
  const events = eventsOf(snapshot, pod);
  return (
    events.some(({ reason }) => reason === 'TriggeredScaleUp') &&
    !events.some(({ reason }) => reason === 'NotTriggerScaleUp' || reason === 'FailedToScaleUpGroup')
  );
}

function examine(snapshot: Snapshot): readonly Unscheduled[] {
  const cluster = viewCluster(snapshot);
  const simulated = new Map<string, number>();
  let simulations = 0;
  const listed = unsteadyPods(snapshot).filter(isWaiting);
  const waiting = new Set(listed);
  return [...listed, ...fromEvents(snapshot)].flatMap((pod): Unscheduled[] => {
    const inBundle = waiting.has(pod);
    const words = wordsFor(snapshot, pod);
    if (words === undefined && (!inBundle || placed(eventsOf(snapshot, pod)))) return [];
    const view = askFor(snapshot, pod);
    const owner = snapshot.workloadOf(pod);
    const key = `${pod.metadata.namespace ?? ''}/${owner?.kind ?? 'Pod'}/${owner?.name ?? pod.metadata.name}`;
    const before = simulated.get(key) ?? 0;
    simulated.set(key, before + 1);
    const judged = before < SIMULATED_PER_WORKLOAD && simulations < SIMULATED && view.spec.containers !== undefined;
    if (judged) simulations++;
    const verdicts = judged ? simulate(view, cluster) : [];
    return [
      {
        pod,
        view,
        cluster,
        message: words?.message,
        evidence: [words?.evidence ?? snapshot.quote(pod, '/status/phase')],
        verdicts,
        causes: decide(words?.message, verdicts, view.spec),
        expected: isExpected(snapshot, pod),
        ...(words?.since === undefined ? {} : { since: words.since }),
      },
    ];
  });
}

/** All pods that wait for a node, in bundle order; made once per snapshot. */
export const unscheduledPods = oncePer(examine);
