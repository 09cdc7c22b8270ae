import { podFailures } from '../../snapshot/pods/pod-events.ts';
import { defineCheck } from '../check.ts';
import { names, rejected } from './rejected.ts';

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
        const because = [...new Set(cause.rejections.flatMap((rejection) => rejection.because ?? []))];
        return {
          message: `A resource claim of pod ${waiting.view.name} cannot be allocated (${cause.reason.text})${because.length === 0 ? '' : `: ${names(because)}`}`,
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
  },
});
