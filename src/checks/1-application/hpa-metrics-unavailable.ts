import { pointerTo } from '../../lib/json-pointer.ts';
import { headAndTail } from '../../lib/excerpt.ts';
import { eventCount, eventMessage } from '../../snapshot/events.ts';
import type { KubeEvent, ObjectOf } from '../../snapshot/kinds/index.ts';
import type { Condition } from '../../snapshot/kinds/meta.ts';
import { UNNAMED } from '../../parsers/kubectl/nameless.ts';
import type { Evidence } from '../../parsers/records.ts';
import { ageOf } from '../../snapshot/ages.ts';
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
const CAUSES: readonly (readonly [RegExp, string, string])[] = [
  [
    /selector is required|missing a selector|couldn't convert selector/,
    'no-selector',
    'The scale subresource of the target tells no selector (labelSelectorPath of its CRD, status.selector): the operator of that kind has to',
  ],
  [
    /missing request for (?:cpu|memory|\S{1,60})/,
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
    const bare = snapshot
      .list('horizontalPodAutoscalers')
      .filter((hpa) =>
        hpa.status?.conditions?.some(
          (one) => one.type === 'ScalingActive' && one.status === 'False' && one.message === undefined,
        ),
      )
      // Nothing is said of one that sleeps: with an event it is awake.
      .filter((hpa) => !sleeps(snapshot, hpa) || snapshot.list('events').some(ofNobody));
    const [only] = bare;
    // One autoscaler without a value, and a pasted event that names none: it is that one's.
    const lone =
      bare.length === 1 && only !== undefined && (ageOf(snapshot, only) ?? SETTLED) >= SETTLED ? only : undefined;
    yield* byEventAlone(snapshot, lone !== undefined);
    for (const hpa of snapshot.list('horizontalPodAutoscalers')) {
      const { conditions, pointer } = conditionsOf(hpa);
      const index = conditions.findIndex(
        (one) =>
          one.type === 'ScalingActive' &&
          one.status === 'False' &&
          // A table has no more than `<unknown>`, which a new autoscaler shows too.
          (one.reason === undefined
            ? (ageOf(snapshot, hpa) ?? SETTLED) >= SETTLED && (hpa === lone || !sleeps(snapshot, hpa))
            : FAILED.test(one.reason)),
      );
      const condition = conditions[index];
      // A table has no more than `<unknown>`: then its events tell.
      const known = conditions.some((one) => one.type === 'ScalingActive' && (one.reason ?? one.status) !== 'False');
      const failed = (name: string, namespace: string): KubeEvent | undefined =>
        [...snapshot.eventsAbout({ kind: 'HorizontalPodAutoscaler', namespace, name })]
          .reverse()
          .find((one) => FAILED.test(one.reason ?? ''));
      // A condition without words has those of its events.
      const event =
        known && (condition === undefined || condition.message !== undefined)
          ? undefined
          : (failed(hpa.metadata.name, hpa.metadata.namespace ?? '') ??
            (hpa === lone ? snapshot.list('events').findLast(ofNobody) : undefined));
      if (condition === undefined && event === undefined) continue;
      const text = condition?.message ?? (event === undefined ? '' : eventMessage(event));
      const cause = CAUSES.find(([pattern]) => pattern.test(text));
      const taken = takenFromKeda(snapshot, hpa, text);
      yield {
        subject: snapshot.subject(hpa),
        ...(cause === undefined ? {} : { variant: cause[1], fix: [cause[2]] }),
        ...(taken === undefined
          ? {}
          : {
              variant: 'other-adapter',
              title: 'The autoscaler of KEDA asks an adapter that is not of KEDA for its metric',
              fix: [
                'Only one adapter can serve external.metrics.k8s.io. Give it to KEDA (its chart brings the APIService), and let the other adapter serve custom.metrics.k8s.io only (prometheus-adapter without rules.external)',
              ],
              next: ['kubectl get apiservice v1beta1.external.metrics.k8s.io -o yaml'],
            }),
        message: `Autoscaler ${hpa.metadata.name} cannot read its metrics${text === '' ? ': it has no current value (<unknown>)' : ` (${condition?.reason ?? event?.reason ?? ''})${taken === undefined ? '' : `: it is of KEDA, and external.metrics.k8s.io is served by ${taken.by}`}: ${headAndTail(text, 400)}`}`,
        // Without a reason it may as well be a scale to zero.
        ...(text === '' ? { confidence: 'medium' as const } : {}),
        evidence: [
          event !== undefined
            ? snapshot.quoteEvent(event)
            : snapshot.quote(
                hpa,
                pointer ?? `/status/conditions/${index}/${condition?.message === undefined ? 'status' : 'message'}`,
              ),
          ...(taken === undefined ? [] : [taken.evidence]),
        ],
        related: targetOf(hpa).flatMap((target) => [target, ...servicesOf(snapshot, target)]),
      };
    }
  },
});

/** The Services behind which the target stands: what cannot grow with the load answers them late. */
const servicesOf = (snapshot: Snapshot, target: Ref): readonly Ref[] => {
  const [pod] = snapshot.podsOf(target);
  return pod === undefined ? [] : snapshot.servicesSelecting(pod).map(refOf);
};

/** KEDA and others scale to zero; then there is nothing to measure. */
function sleeps(snapshot: Snapshot, hpa: ObjectOf<'horizontalPodAutoscalers'>): boolean {
  const name = hpa.spec?.scaleTargetRef?.name;
  const target = name === undefined ? undefined : snapshot.get('deployments', hpa.metadata.namespace, name);
  return target?.spec?.replicas === undefined
    ? hpa.status?.currentReplicas === 0 && hpa.metadata.name.startsWith('keda-hpa-')
    : target.spec.replicas === 0;
}

/** Who serves external metrics instead of KEDA, for an autoscaler that KEDA made: it alone knows their metrics. */
function takenFromKeda(
  snapshot: Snapshot,
  { metadata }: ObjectOf<'horizontalPodAutoscalers'>,
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

function conditionsOf({ status, metadata }: ObjectOf<'horizontalPodAutoscalers'>): {
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
function ofNobody(event: KubeEvent): boolean {
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
    if (joined && ofNobody(event)) continue;
    const namespace = about.namespace ?? event.metadata?.namespace;
    const key = `${namespace ?? ''}/${about.name}`;
    if (told.has(key) || snapshot.get('horizontalPodAutoscalers', namespace, about.name) !== undefined) continue;
    told.add(key);
    const text = eventMessage(event);
    const cause = CAUSES.find(([pattern]) => pattern.test(text));
    yield {
      subject: snapshot.named('HorizontalPodAutoscaler', about.name, { namespace }),
      ...(cause === undefined ? {} : { variant: cause[1], fix: [cause[2]] }),
      message: `Autoscaler ${about.name} cannot read its metrics (${event.reason ?? ''}): ${headAndTail(text, 400)}`,
      evidence: [snapshot.quoteEvent(event)],
      // Fewer are what a new autoscaler shows.
      ...(eventCount(event) >= LEAST || snapshot.list('events').length <= EXCERPT ? {} : { severity: 'info' as const }),
    };
  }
}

function targetOf(hpa: {
  readonly metadata: { readonly namespace?: string };
  readonly spec?: { readonly scaleTargetRef?: { readonly kind?: string; readonly name?: string } };
}) {
  const target = hpa.spec?.scaleTargetRef;
  return target?.kind === undefined || target.name === undefined
    ? []
    : [{ kind: target.kind, namespace: hpa.metadata.namespace ?? '', name: target.name }];
}
