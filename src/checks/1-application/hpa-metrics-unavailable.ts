import { pointerTo } from '../../lib/json-pointer.ts';
import { headAndTail } from '../../lib/excerpt.ts';
import { eventCount, eventMessage } from '../../snapshot/events.ts';
import type { KubeEvent, ObjectOf } from '../../snapshot/kinds/index.ts';
import type { Condition } from '../../snapshot/kinds/meta.ts';
import { UNNAMED } from '../../parsers/kubectl/nameless.ts';
import type { Evidence } from '../../parsers/records.ts';
import { onlyOne } from '../../lib/only-one.ts';
import { ageOf } from '../../snapshot/ages.ts';
import { scaleTargetOf } from '../../snapshot/scale-target.ts';
import { causeIn, type Causes } from '../causes.ts';
import { refOf, type Ref } from '../../snapshot/ref.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck, type FindingDraft } from '../check.ts';

/** ms until metrics of a new autoscaler are there: metrics-server scrapes every 15 s, new pods are left out for 5 min. */
const SETTLED = 300_000;

const FAILED =
  /^(?:FailedGet(?:Resource|Pods|External|Object|ContainerResource)Metric|FailedComputeMetricsReplicas|InvalidMetricSourceType|InvalidSelector|AmbiguousSelector|SelectorRequired)$/;

/** Events of one autoscaler that are more than its beginning (one every 15 s). */
const LEAST = 4;
/** Events, HEUR: a listing as short as this was cut out by somebody. */
const EXCERPT = 40;

/** What the message says is missing, and what to do about it. */
const CAUSES: Causes = [
  [
    /selector is required|missing a selector|couldn't convert selector/,
    'no-selector',
    'The scale subresource of the target tells no selector (labelSelectorPath of its CRD, status.selector): the operator of that kind has to',
  ],
  [
    /missing request for \S/,
    'missing-request',
    'Set resources.requests for every container of the target: utilisation is a share of the request',
  ],
  [
    /did not receive metrics for (?:any ready|targeted) pods|no metrics returned/,
    'no-pod-metrics',
    'The pods of the target are not ready or too young for metrics: look at them first',
  ],
  [
    /the server could not find the requested resource|no matches for kind|not registered/,
    'no-metrics-api',
    'Install metrics-server (or the adapter of that metric)',
  ],
  [
    /(?:external|custom)\.metrics\.k8s\.io|from (?:external|custom) metrics API/,
    'adapter',
    'Repair the adapter that serves this metric (KEDA, prometheus-adapter, that of the cloud): its APIService does not answer, or it has no such metric',
  ],
  [
    /unable to (?:get|fetch) metrics|currently unable to handle|connection refused|timeout/,
    'metrics-api',
    'Repair metrics-server: its APIService does not answer',
  ],
];

export default defineCheck({
  id: 'hpa-metrics-unavailable',
  layer: 1,
  title: 'Autoscalers can read their metrics',
  failureTitle: 'The HorizontalPodAutoscaler cannot read its metrics',
  why: 'Without metrics it neither scales up nor down.',
  fix: ['Repair what the message names: metrics-server, the adapter, or missing requests'],
  next: [
    'kubectl describe hpa {name} -n {namespace}; kubectl get apiservice v1beta1.metrics.k8s.io; kubectl top pods -n {namespace}',
  ],
  severity: 'warning',
  confidence: 'high',
  needsAny: ['horizontalPodAutoscalers', 'events'],
  wants: ['apiServices'],
  *run(_facts, { snapshot }) {
    const lone = loneWithoutValue(snapshot);
    yield* byEventAlone(snapshot, lone !== undefined);
    for (const hpa of snapshot.list('horizontalPodAutoscalers')) {
      const failure = failureOf(snapshot, hpa, hpa === lone);
      if (failure === undefined) continue;
      const { reason, text, evidence } = failure;
      const taken = takenFromKeda(snapshot, hpa, text);
      const target = scaleTargetOf(hpa);
      yield {
        subject: snapshot.subject(hpa),
        ...(taken !== undefined ? OTHER_ADAPTER : text === '' ? { variant: 'no-value' } : causeIn(CAUSES, text)),
        message: `Autoscaler ${hpa.metadata.name} cannot read its metrics${text === '' ? ': it has no current value (<unknown>)' : ` (${reason})${taken === undefined ? '' : `: it is of KEDA, and external.metrics.k8s.io is served by ${taken.by}`}: ${headAndTail(text, 400)}`}`,
        // Without a reason it may as well be a scale to zero.
        ...(text === '' ? { confidence: 'medium' as const } : {}),
        evidence: [evidence, ...(taken === undefined ? [] : [taken.evidence])],
        related: target === undefined ? [] : [target, ...servicesOf(snapshot, target)],
      };
    }
  },
});

type Autoscaler = ObjectOf<'horizontalPodAutoscalers'>;

/** The only autoscaler without a value: a pasted event that names none is about it. */
function loneWithoutValue(snapshot: Snapshot): Autoscaler | undefined {
  const bare = snapshot
    .list('horizontalPodAutoscalers')
    .filter(({ status }) =>
      status?.conditions?.some(
        (one) => one.type === 'ScalingActive' && one.status === 'False' && one.message === undefined,
      ),
    )
    // Nothing is said of one that sleeps: with an event it is awake.
    .filter((hpa) => !sleeps(snapshot, hpa) || snapshot.list('events').some(isOfNobody));
  const only = onlyOne(bare);
  return only === undefined || isNew(snapshot, only) ? undefined : only;
}

const isNew = (snapshot: Snapshot, hpa: Autoscaler): boolean => (ageOf(snapshot, hpa) ?? SETTLED) < SETTLED;

interface Failure {
  readonly reason: string;
  /** '' where nothing says why. */
  readonly text: string;
  readonly evidence: Evidence;
}

/** Why it cannot read its metrics, as its condition or else its events say. */
function failureOf(snapshot: Snapshot, hpa: Autoscaler, isLone: boolean): Failure | undefined {
  const { conditions, pointer } = conditionsOf(hpa);
  const active = conditions.filter(({ type }) => type === 'ScalingActive');
  const condition = active.find(
    ({ status, reason }) =>
      status === 'False' &&
      // A table has no more than `<unknown>`, which a new autoscaler shows too.
      (reason === undefined ? !isNew(snapshot, hpa) && (isLone || !sleeps(snapshot, hpa)) : FAILED.test(reason)),
  );
  const told = active.some(({ status, reason }) => (reason ?? status) !== 'False');
  const mute = condition !== undefined && condition.message === undefined;
  const event = told && !mute ? undefined : failureEvent(snapshot, hpa, isLone);
  if (event !== undefined)
    return {
      reason: condition?.reason ?? event.reason ?? '',
      text: condition?.message ?? eventMessage(event),
      evidence: snapshot.quoteEvent(event),
    };
  if (condition === undefined) return undefined;
  const at = `/status/conditions/${conditions.indexOf(condition)}/${mute ? 'status' : 'message'}`;
  return {
    reason: condition.reason ?? '',
    text: condition.message ?? '',
    evidence: snapshot.quote(hpa, pointer ?? at),
  };
}

/** The last event that says so: its own, or, of the only one it can mean, one that names nobody. */
const failureEvent = (snapshot: Snapshot, hpa: Autoscaler, isLone: boolean): KubeEvent | undefined =>
  snapshot.eventsAbout(refOf(hpa)).findLast(({ reason }) => FAILED.test(reason ?? '')) ??
  (isLone ? snapshot.list('events').findLast(isOfNobody) : undefined);

/** The Services behind which the target stands: what cannot grow with the load answers them late. */
const servicesOf = (snapshot: Snapshot, target: Ref): readonly Ref[] => {
  const [pod] = snapshot.podsOf(target);
  return pod === undefined ? [] : snapshot.servicesSelecting(pod).map(refOf);
};

/** KEDA and others scale to zero; then there is nothing to measure. */
function sleeps(snapshot: Snapshot, hpa: Autoscaler): boolean {
  const name = hpa.spec?.scaleTargetRef?.name;
  const target = name === undefined ? undefined : snapshot.get('deployments', hpa.metadata.namespace, name);
  return target?.spec?.replicas === undefined
    ? hpa.status?.currentReplicas === 0 && hpa.metadata.name.startsWith('keda-hpa-')
    : target.spec.replicas === 0;
}

/** What to do where another adapter serves them. */
const OTHER_ADAPTER = {
  variant: 'other-adapter',
  title: 'The autoscaler of KEDA asks an adapter that is not of KEDA for its metric',
  fix: [
    'Only one adapter can serve external.metrics.k8s.io. Give it to KEDA (its chart brings the APIService), and let the other adapter serve custom.metrics.k8s.io only (prometheus-adapter without rules.external)',
  ],
  next: ['kubectl get apiservice v1beta1.external.metrics.k8s.io -o yaml'],
} as const satisfies Partial<FindingDraft>;

/** Who serves external metrics instead of KEDA, for an autoscaler that KEDA made: it alone knows their metrics. */
function takenFromKeda(
  snapshot: Snapshot,
  { metadata }: Autoscaler,
  text: string,
): { readonly by: string; readonly evidence: Evidence } | undefined {
  const keda = metadata.labels?.['scaledobject.keda.sh/name'] !== undefined || metadata.name.startsWith('keda-hpa-');
  if (!keda || !/external metric/.test(text)) return undefined;
  const api = snapshot.list('apiServices').find((one) => one.metadata.name.endsWith('.external.metrics.k8s.io'));
  const service = api?.spec?.service;
  if (api === undefined || service?.name === undefined || /keda/.test(`${service.namespace ?? ''}/${service.name}`))
    return undefined;
  return {
    by: `Service ${service.namespace === undefined ? '' : `${service.namespace}/`}${service.name}`,
    evidence: snapshot.quote(api, '/spec/service/name'),
  };
}

/** autoscaling/v1 has no conditions: they stand in an annotation, as JSON, of which the end may be cut. */
const ANNOTATION = 'autoscaling.alpha.kubernetes.io/conditions';
const NOTED =
  /\{"type":"(\w{1,40})","status":"(\w{1,10})"[^{}]{0,200}?"reason":"(\w{1,60})"(?:,"message":"((?:[^"\\]|\\.){0,900}))?/g;

function conditionsOf({ status, metadata }: Autoscaler): {
  readonly conditions: readonly Condition[];
  readonly pointer?: string;
} {
  const noted = status?.conditions === undefined ? metadata.annotations?.[ANNOTATION] : undefined;
  if (noted === undefined) return { conditions: status?.conditions ?? [] };
  return {
    conditions: [...noted.matchAll(NOTED)].map(([, type, truth, reason, message]) => ({
      type: type ?? '',
      status: truth ?? '',
      reason: reason ?? '',
      ...(message === undefined ? {} : { message }),
    })),
    pointer: pointerTo('metadata', 'annotations', ANNOTATION),
  };
}

/** A failure of an autoscaler that is not named. */
function isOfNobody(event: KubeEvent): boolean {
  const about = event.involvedObject;
  return about?.kind === 'HorizontalPodAutoscaler' && about.name === UNNAMED && FAILED.test(event.reason ?? '');
}

/** Autoscalers of which only events are there. */
function* byEventAlone(snapshot: Snapshot, joined: boolean): Iterable<FindingDraft> {
  const told = new Set<string>();
  for (const event of snapshot.list('events').toReversed()) {
    const about = event.involvedObject;
    if (about?.kind !== 'HorizontalPodAutoscaler' || about.name === undefined || !FAILED.test(event.reason ?? ''))
      continue;
    if (joined && isOfNobody(event)) continue;
    const namespace = about.namespace ?? event.metadata?.namespace;
    const key = `${namespace ?? ''}/${about.name}`;
    if (told.has(key) || snapshot.get('horizontalPodAutoscalers', namespace, about.name) !== undefined) continue;
    told.add(key);
    const text = eventMessage(event);
    yield {
      subject: snapshot.named('HorizontalPodAutoscaler', about.name, { namespace }),
      ...causeIn(CAUSES, text),
      message: `Autoscaler ${about.name} cannot read its metrics (${event.reason ?? ''}): ${headAndTail(text, 400)}`,
      evidence: [snapshot.quoteEvent(event)],
      // Fewer are what a new autoscaler shows.
      ...(eventCount(event) >= LEAST || snapshot.list('events').length <= EXCERPT ? {} : { severity: 'info' as const }),
    };
  }
}
