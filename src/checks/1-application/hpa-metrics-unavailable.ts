import type { AnyObject } from '../../snapshot/kinds/index.ts';
import { eventMessage } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';

const FAILED =
  /^(?:FailedGet(?:Resource|Pods|External|Object|ContainerResource)Metric|FailedComputeMetricsReplicas|InvalidMetricSourceType|InvalidSelector|AmbiguousSelector)$/;

/** What the message says is missing, and what to do about it. */
const CAUSES: readonly (readonly [RegExp, string, string])[] = [
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
  needs: ['horizontalPodAutoscalers'],
  wants: ['events'],
  *run({ horizontalPodAutoscalers }, { snapshot }) {
    for (const hpa of horizontalPodAutoscalers) {
      const conditions = hpa.status?.conditions ?? [];
      const index = conditions.findIndex(
        (one) => one.type === 'ScalingActive' && one.status === 'False' && FAILED.test(one.reason ?? ''),
      );
      const condition = conditions[index];
      const known = conditions.some((one) => one.type === 'ScalingActive');
      const event = known
        ? undefined
        : [
            ...snapshot.eventsAbout({
              kind: 'HorizontalPodAutoscaler',
              namespace: hpa.metadata.namespace ?? '',
              name: hpa.metadata.name,
            }),
          ]
            .reverse()
            .find((one) => FAILED.test(one.reason ?? ''));
      if (condition === undefined && event === undefined) continue;
      const text = condition?.message ?? (event === undefined ? '' : eventMessage(event));
      const cause = CAUSES.find(([pattern]) => pattern.test(text));
      yield {
        subject: snapshot.subject(hpa as unknown as AnyObject),
        ...(cause === undefined ? {} : { variant: cause[1], fix: [cause[2]] }),
        message: `Autoscaler ${hpa.metadata.name} cannot read its metrics (${condition?.reason ?? event?.reason ?? ''}): ${text.slice(0, 400)}`,
        evidence: [
          condition === undefined && event !== undefined
            ? snapshot.quoteEvent(event)
            : snapshot.quote(hpa, `/status/conditions/${index}/message`),
        ],
        related: targetOf(hpa),
      };
    }
  },
});

function targetOf(hpa: {
  readonly metadata: { readonly namespace?: string };
  readonly spec?: { readonly scaleTargetRef?: { readonly kind?: string; readonly name?: string } };
}) {
  const target = hpa.spec?.scaleTargetRef;
  return target?.kind === undefined || target.name === undefined
    ? []
    : [{ kind: target.kind, namespace: hpa.metadata.namespace ?? '', name: target.name }];
}
