import { parseLogLine } from '../../parsers/logs/line.ts';
import { eventMessage } from '../../snapshot/events.ts';
import { besideHits, quotesOf, timing } from '../../snapshot/logs/hits.ts';
import type { KubeEvent } from '../../snapshot/kinds/index.ts';
import { parseSchedulingMessage } from '../../snapshot/scheduling/scheduling-message.ts';
import { unscheduledPods } from '../../simulation/scheduler/unscheduled.ts';
import { defineCheck } from '../check.ts';

const REASONS = new Set([
  'NotTriggerScaleUp',
  'FailedScaleUp',
  'FailedToScaleUpGroup',
  'NoCompatibleInstanceTypes',
  'FailedProvisioning',
  'ScaleUpFailed',
]);

/** Karpenter speaks in an event of the scheduler's name, in words of its own. */
const isKarpenter = (event: KubeEvent): boolean =>
  event.reason === 'FailedScheduling' &&
  (event.source?.component ?? event.reportingComponent ?? '').includes('karpenter') &&
  parseSchedulingMessage(eventMessage(event)) === undefined;

/** It tried, and the cloud did not deliver: then a node of the group would have taken the pod. */
const TRIED =
  /^(?:FailedScaleUp|FailedToScaleUpGroup|ScaleUpFailed|FailedProvisioning)$|in backoff after failed scale-up|in backoff\b/;

/** Pods of it could be placed if the group, or the cluster, were allowed one more node. */
const AT_MAXIMUM =
  /max (?:node group size|limit) reached|max cluster .{1,40} limit reached|max(?:imum)? (?:total )?nodes? .{0,20}reached/;

/** The size that it plans for the group that it names lies below the least that the group may have. */
const BELOW_MINIMUM = /size decrease too large - desired:\d{1,6} min:\d{1,6}/;

/** The line before a failure, with the group and the sizes. */
const PLAN = /Final scale-up plan: \[.{1,300}?\]/;

/** What the cloud refuses it, when it asks for a machine, is told of it. */
const AUTOSCALER = { kind: 'Component', name: 'cluster-autoscaler' };

export default defineCheck({
  id: 'autoscaler-no-scale-up',
  layer: 2,
  title: 'The cluster autoscaler adds nodes for pods that wait',
  failureTitle: 'The cluster autoscaler adds no node for the pod',
  why: 'No node group could take the pod, a limit is reached, or the cloud refused.',
  fix: ['Raise the maximum of a node group, add one that fits the pod, or raise the cloud quota'],
  next: ['kubectl -n kube-system get configmap cluster-autoscaler-status -o yaml'],
  severity: 'warning',
  confidence: 'high',
  needsAny: ['events', 'containerLogs'],
  reads: ['autoscaler-no-scale-up-log'],
  wants: ['pods'],
  *run(_facts, { snapshot }) {
    for (const waiting of unscheduledPods(snapshot)) {
      const { namespace, name } = waiting.view;
      const event = snapshot
        .eventsAbout({ kind: 'Pod', namespace, name })
        .findLast((one) => REASONS.has(one.reason ?? '') || isKarpenter(one));
      if (event === undefined) continue;
      const full = AT_MAXIMUM.test(eventMessage(event));
      const tried = TRIED.test(event.reason ?? '') || TRIED.test(eventMessage(event));
      yield {
        subject: snapshot.subject(waiting.pod),
        ...(tried
          ? {
              variant: 'failed',
              severity: 'critical' as const,
              title: 'The autoscaler tried to add a node for the pod, and got none',
            }
          : full
            ? { variant: 'maximum', severity: 'critical' as const }
            : { variant: 'unfit' }),
        message: `The autoscaler adds no node for pod ${name} (${event.reason ?? ''}): ${eventMessage(event).slice(0, 400)}`,
        evidence: [snapshot.quoteEvent(event)],
        ...(tried ? { related: [AUTOSCALER] } : {}),
      };
    }
    const [hit, ...more] = snapshot.hits('autoscaler-no-scale-up-log');
    if (hit === undefined) return;
    yield {
      subject: snapshot.named(AUTOSCALER.kind, AUTOSCALER.name),
      ...(BELOW_MINIMUM.test(hit.first.text)
        ? {
            variant: 'below-minimum',
            title: 'The autoscaler cannot grow a node group that is smaller than its minimum',
            fix: [
              'Bring the group to its minimum by hand, or lower the minimum: the autoscaler does not do that by itself (--enforce-node-group-min-size makes it)',
            ],
          }
        : {}),
      message: `The cluster autoscaler adds no node: ${parseLogLine(hit.first.text).message.slice(0, 300)}${besideHits([hit], PLAN)}`,
      evidence: quotesOf([hit, ...more.slice(-1)]) ?? snapshot.evidenceOf(hit),
      ...timing(snapshot, [hit, ...more]),
    };
  },
});
