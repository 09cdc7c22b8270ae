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
  },
});
