/**
 * Objects that the API server refused to store: pods that controllers could not create (event `FailedCreate`,
 * condition `ReplicaFailure`), and things that a person's kubectl could not. No pod exists then, so looking at pods
 * shows nothing.
 */
import { isLaterEvent } from '../ages.ts';
import { bySeen, eventFirstTime, eventMessage } from '../events.ts';
import { refTo, type Ref } from '../ref.ts';
import { oncePer } from '../../lib/once-per.ts';
import { UNNAMED } from '../../parsers/kubectl/nameless.ts';
import type { Evidence } from '../../parsers/records.ts';
import { areaOfKind, type KubeEvent } from '../kinds/index.ts';
import type { Snapshot } from '../snapshot.ts';

export type RefusalKind =
  | 'quota'
  | 'quota-unspecified'
  | 'limit-range'
  | 'pod-security'
  | 'service-account'
  | 'priority-class'
  | 'runtime-class'
  | 'webhook-denied'
  | 'webhook-failed'
  | 'quota-scope'
  | 'timeout'
  | 'forbidden'
  | 'other';

export interface Refusal {
  readonly kind: RefusalKind;
  /** What could not be created, as far as the message says: `pods "web-1"` is kind pods. */
  readonly wanted: string;
  readonly namespace: string | undefined;
  /** The workload at the top that lacks its pods; undefined for what a person tried to create. */
  readonly workload: Ref | undefined;
  readonly text: string;
  readonly evidence: Evidence;
  readonly since: number | undefined;
}

const KINDS: readonly (readonly [RegExp, RefusalKind])[] = [
  [/[Ee]xceeded quota: /, 'quota'],
  [/failed quota: /, 'quota-unspecified'],
  [/insufficient quota to match these scopes/, 'quota-scope'],
  [
    /violates PodSecurity|unable to validate against any (?:pod security policy|security context constraint)/,
    'pod-security',
  ],
  [/serviceaccounts? "[^"]{1,253}" not found/, 'service-account'],
  [/no PriorityClass with name /, 'priority-class'],
  [/RuntimeClass(?:\.node\.k8s\.io)? "[^"]{1,253}" not found/i, 'runtime-class'],
  [/(?:maximum|minimum) \S{1,100} usage per |max limit to request ratio/, 'limit-range'],
  [/admission webhook "[^"]{1,253}" denied the request/, 'webhook-denied'],
  [/failed calling (?:admission )?webhook/, 'webhook-failed'],
  // Other plugins of the API server; what it finds invalid, or a controller without the right, is another matter.
  [/\bpods? "[^"]{0,253}" is forbidden: (?!User ")/i, 'forbidden'],
  // A policy that the API server itself evaluates decides like a webhook.
  [/ValidatingAdmissionPolicy '[^']{1,253}' .{0,300}?denied request/, 'webhook-denied'],
  [/request did not complete within|^(?:Error creating: )?context deadline exceeded/, 'timeout'],
];

/** Which admission step refused, by its literal words. */
export function refusalKind(text: string): RefusalKind {
  return KINDS.find(([pattern]) => pattern.test(text))?.[1] ?? 'other';
}

interface Counted {
  readonly spec?: { readonly replicas?: number; readonly parallelism?: number; readonly completions?: number };
  readonly status?: {
    readonly replicas?: number;
    readonly readyReplicas?: number;
    readonly updatedReplicas?: number;
    readonly active?: number;
    readonly succeeded?: number;
    readonly failed?: number;
    readonly currentNumberScheduled?: number;
    readonly desiredNumberScheduled?: number;
    readonly conditions?: readonly { readonly type?: string; readonly status?: string }[];
  };
}

/** Fewer pods than replicas; a row of a table tells how many are ready, and no more. */
function hasFewer({ spec, status }: Counted): boolean | undefined {
  const wanted = spec?.replicas;
  if (wanted === undefined) return undefined;
  if (status?.replicas !== undefined) return status.replicas < wanted;
  return status?.readyReplicas !== undefined && status.readyReplicas >= wanted ? false : undefined;
}

/** Whether a controller has fewer pods than it wants; undefined when the bundle does not tell. */
export function lacksPods(snapshot: Snapshot, ref: Ref): boolean | undefined {
  const object = snapshot.find(ref) as Counted | undefined;
  const status = object?.status;
  if (object === undefined || status === undefined) return undefined;
  switch (ref.kind) {
    case 'ReplicaSet':
    case 'StatefulSet':
    case 'ReplicationController':
      return hasFewer(object);
    case 'Deployment': {
      if (status.conditions?.some((one) => one.type === 'ReplicaFailure' && one.status === 'True') === true)
        return true;
      // A row shows no conditions; its old pods say nothing of the new ones that a rollout wants.
      const isRollingOut = (status.updatedReplicas ?? Infinity) < (object.spec?.replicas ?? 0);
      const fewer = hasFewer(object);
      return fewer === false && status.conditions === undefined && isRollingOut ? undefined : fewer;
    }
    case 'DaemonSet':
      return status.desiredNumberScheduled === undefined || status.currentNumberScheduled === undefined
        ? undefined
        : status.currentNumberScheduled < status.desiredNumberScheduled;
    case 'Job':
      return (status.active ?? 0) + (status.succeeded ?? 0) + (status.failed ?? 0) === 0;
    default:
      return undefined;
  }
}

/** Controllers that make pods; a CronJob that could not make its Job is one too. */
const CONTROLLERS = new Set([
  'ReplicaSet',
  'ReplicationController',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'CronJob',
]);

const isRefusal = (reason: string | undefined): boolean => reason === 'FailedCreate' || reason === 'FailedCreatePod';

/** `services "web" is forbidden: exceeded quota: …`, as kubectl prints it. */
const FORBIDDEN = /\b([a-z]{3,60})(?:\.[a-z0-9.-]{1,100})? "([^"]{1,253})" is forbidden: /;

/** The same of a pod, in the words of whoever wanted to start it; a right that the program lacks is another matter. */
const POD_REFUSED = /\bpods? "[^"]{1,253}" is forbidden: (?!User ")/;

/** kubectl 1.13 and 1.14 printed events without the object's name: it is the one Deployment that lacks its pods. */
function onlyLacking(snapshot: Snapshot, ref: Ref): Ref | undefined {
  if (ref.kind !== 'ReplicaSet' || ref.name !== UNNAMED) return undefined;
  const lacking = snapshot
    .list('deployments')
    .filter(
      ({ metadata, status }) =>
        (metadata.namespace ?? '') === (ref.namespace ?? '') &&
        status?.conditions?.some((one) => one.type === 'ReplicaFailure' && one.status === 'True') === true,
    );
  const [only] = lacking;
  return only === undefined || lacking.length > 1 ? undefined : refTo('Deployment', ref.namespace, only.metadata.name);
}

function* byControllers(snapshot: Snapshot): Iterable<Refusal> {
  const newest = new Map<
    string,
    { ref: Ref; text: string; evidence: Evidence; event: KubeEvent; since: number | undefined }
  >();
  for (const event of snapshot.list('events')) {
    const about = event.involvedObject;
    const text = eventMessage(event);
    if (about?.name === undefined || text === '') continue;
    const byController = isRefusal(event.reason) && CONTROLLERS.has(about.kind ?? '');
    // A virtual cluster makes each of its pods in the cluster below, which has rules of its own.
    const byOthers = isOperated(about.kind ?? '') || (about.kind === 'Pod' && /^Error syncing\b/.test(text));
    if (!byController && !(event.type === 'Warning' && byOthers && POD_REFUSED.test(text))) continue;
    const namespace = about.namespace ?? event.metadata?.namespace;
    const ref: Ref = { kind: about.kind ?? '', ...(namespace === undefined ? {} : { namespace }), name: about.name };
    const key = `${ref.kind}/${namespace ?? ''}/${ref.name}`;
    const known = newest.get(key);
    // The last word counts: what was refused for another reason before has been put right.
    if (known !== undefined && bySeen(known.event, event) > 0) continue;
    newest.set(key, { ref, text, evidence: snapshot.quoteEvent(event), event, since: eventFirstTime(event) });
  }
  for (const { ref, text, evidence, event, since } of newest.values()) {
    const made = snapshot.eventsAbout(ref).some((one) => one.reason === 'SuccessfulCreate' && isLaterEvent(one, event));
    if (lacksPods(snapshot, ref) === false || (lacksPods(snapshot, ref) === undefined && made)) continue;
    const object = snapshot.find(ref) ?? { kind: ref.kind, metadata: { ...ref } };
    const workload = snapshot.workloadOf(object) ?? onlyLacking(snapshot, ref) ?? ref;
    // Refused by the newest ReplicaSet while the workload is complete: an old revision tells nothing.
    if (workload !== ref && snapshot.find(ref) === undefined && lacksPods(snapshot, workload) === false) continue;
    // A StatefulSet may lack the claim of a pod, not the pod.
    const wanted = FORBIDDEN.exec(text)?.[1] ?? 'pods';
    yield { kind: refusalKind(text), wanted, namespace: ref.namespace, workload, text, evidence, since };
  }
  for (const deployment of snapshot.list('deployments')) {
    const index =
      deployment.status?.conditions?.findIndex((one) => one.type === 'ReplicaFailure' && one.status === 'True') ?? -1;
    const condition = deployment.status?.conditions?.[index];
    if (condition?.message === undefined || condition.message === '') continue;
    const { namespace, name } = deployment.metadata;
    const since = Date.parse(condition.lastTransitionTime ?? '');
    yield {
      kind: refusalKind(condition.message),
      wanted: 'pods',
      namespace,
      workload: refTo('Deployment', namespace, name),
      text: condition.message,
      evidence: snapshot.quote(deployment, `/status/conditions/${index}/message`),
      since: Number.isNaN(since) ? undefined : since,
    };
  }
}

/** Kinds that no controller of Kubernetes makes pods for: operators do, and say with reasons of their own what failed. */
const isOperated = (kind: string): boolean => kind !== '' && !CONTROLLERS.has(kind) && areaOfKind(kind) === undefined;

/** Resources of operators that tell in their status that they were refused a pod. */
function* byOperators(snapshot: Snapshot): Iterable<Refusal> {
  for (const { resourceKind, namespace, name, conditions, message, source } of snapshot.facts('customResources')) {
    const refused =
      conditions.find((one) => POD_REFUSED.test(one.message ?? '')) ??
      (POD_REFUSED.test(message ?? '') ? { message, source } : undefined);
    if (refused?.message === undefined) continue;
    yield {
      kind: refusalKind(refused.message),
      wanted: 'pods',
      namespace,
      workload: refTo(resourceKind, namespace, name),
      text: refused.message,
      evidence: refused.source,
      since: undefined,
    };
  }
}

/** What somebody wanted to create, as far as the answer says. */
function wantedIn(message: string): string | undefined {
  const made = /failed to create ([a-z]{3,60}): |error when (?:creating|applying patch|replacing) ("[^"]{1,300}")/.exec(
    message,
  );
  return FORBIDDEN.exec(message)?.[1] ?? made?.[1] ?? (made?.[2] === undefined ? undefined : `what ${made[2]} holds`);
}

function* byPeople(snapshot: Snapshot): Iterable<Refusal> {
  for (const failure of snapshot.facts('commandFailures')) {
    const kind = refusalKind(failure.message);
    const wanted = wantedIn(failure.message);
    if (kind === 'other' || failure.overcome === true || (wanted === undefined && kind !== 'webhook-denied')) continue;
    yield {
      kind,
      wanted: wanted ?? 'an object',
      namespace: failure.namespace,
      workload: undefined,
      text: failure.message,
      evidence: failure.source,
      since: undefined,
    };
  }
}

/** Whether the event tells of a controller that has made its pods since. */
export function isOvercome(snapshot: Snapshot, { reason, involvedObject: about, metadata }: KubeEvent): boolean {
  if (!isRefusal(reason) || about?.name === undefined || !CONTROLLERS.has(about.kind ?? '')) return false;
  const ref = refTo(about.kind ?? '', about.namespace ?? metadata?.namespace, about.name);
  const workload = snapshot.workloadOf(snapshot.find(ref) ?? { kind: ref.kind, metadata: { ...ref } }) ?? ref;
  return !refusals(snapshot).some(
    ({ workload: one }) =>
      one?.kind === workload.kind && one.namespace === workload.namespace && one.name === workload.name,
  );
}

/** Refusals that still stand, one per controller; made once per snapshot. */
export const refusals = oncePer((snapshot: Snapshot): readonly Refusal[] => {
  const seen = new Set<string>();
  return [...byControllers(snapshot), ...byOperators(snapshot), ...byPeople(snapshot)].filter((one) => {
    const key = `${one.kind}\u0000${one.namespace ?? ''}\u0000${one.workload?.kind ?? ''}\u0000${one.workload?.name ?? one.text}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
});
