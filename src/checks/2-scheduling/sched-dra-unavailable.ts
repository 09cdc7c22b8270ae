import { eventMessage } from '../../snapshot/events.ts';
import { podFailures } from '../../snapshot/pods/pod-events.ts';
import { defineCheck } from '../check.ts';
import { because, rejected } from './rejected.ts';

/** The kubelet's words for a claim in whose status the pod does not stand; that is written before a pod is placed. */
const NOT_RESERVED = /is not allowed to use (?:resource claim|ResourceClaim) \(?(?<claim>[\w./-]{1,300})/;

export default defineCheck({
  id: 'sched-dra-unavailable',
  layer: 2,
  title: 'Resource claims (DRA) can be allocated',
  failureTitle: 'A ResourceClaim (DRA) cannot be allocated',
  why: 'The driver of the device class publishes no free device, or the class does not exist.',
  fix: ['Check the pods of the DRA driver and the ResourceSlices of the nodes'],
  next: ['kubectl get resourceslices,resourceclaims -A'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['pods', 'events'],
  wants: ['nodes'],
  *run(_facts, { snapshot }) {
    yield* rejected(
      snapshot,
      ({ reason }) => reason.kind === 'resource-claim',
      (cause, waiting) => {
        return {
          message: `A resource claim of pod ${waiting.view.name} cannot be allocated (${cause.reason.text})${because(cause)}`,
        };
      },
    );
    // The claim itself could not be made, so no scheduler gets to the pod.
    for (const failure of podFailures(snapshot, ['FailedResourceClaimCreation'], /(?<why>[^\n]{3,400})/))
      yield {
        subject: failure.seen.subject(),
        variant: 'not-created',
        message: `The resource claim of pod ${failure.seen.ref.name} cannot be made: ${failure.match.groups?.['why'] ?? ''}`,
        evidence: [snapshot.quoteEvent(failure.event)],
        state: failure.state,
        fix: [
          'Make the ResourceClaimTemplate that the pod names, in its namespace, or correct the name in spec.resourceClaims',
        ],
        ...(failure.since === undefined ? {} : { since: failure.since }),
      };
    for (const failure of podFailures(snapshot, ['FailedPrepareDynamicResources'], NOT_RESERVED))
      yield {
        subject: failure.seen.subject(),
        variant: 'not-reserved',
        title: 'The pod was placed without its ResourceClaim (DRA)',
        message: `Pod ${failure.seen.ref.name} was placed on ${failure.node ?? 'its node'}, and its resource claim ${failure.match.groups?.['claim'] ?? ''} was never reserved for it: "${eventMessage(failure.event).slice(0, 300)}". Whoever placed the pod does not know of claims (DynamicResourceAllocation is off in that kube-scheduler, a scheduler of its own, or nodeName is set by hand)`,
        evidence: [snapshot.quoteEvent(failure.event)],
        state: failure.state,
        fix: [
          'Switch DynamicResourceAllocation on in kube-scheduler and kube-controller-manager as in the API server and the kubelets, drop nodeName, and create the pod anew',
        ],
        next: [
          'kubectl -n kube-system get pod -l component=kube-scheduler -o yaml | grep feature-gates',
          'kubectl get resourceclaims -A',
        ],
        ...(failure.since === undefined ? {} : { since: failure.since }),
      };
  },
});
