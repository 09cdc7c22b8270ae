import { defineCheck } from '../check.ts';
import { names, rejected, share } from './rejected.ts';

export default defineCheck({
  id: 'sched-volume-binding-no-pv',
  layer: 2,
  title: 'Volumes can be bound where pods may run',
  failureTitle: 'No volume can be bound on any node',
  why: 'Claims that wait for their first consumer need a free local volume or an allowed topology on the node; drivers that publish capacity need enough of it.',
  fix: ['Add a volume or capacity in the right topology, or correct allowedTopologies of the StorageClass'],
  next: ['kubectl get pv; kubectl get csistoragecapacities -A'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['pods', 'events'],
  wants: ['nodes'],
  *run(_facts, { snapshot }) {
    yield* rejected(
      snapshot,
      ({ reason }) =>
        reason.kind === 'volume-binding' || reason.kind === 'storage-capacity' || reason.kind === 'volume-missing',
      (cause, waiting) => {
        const because = [...new Set(cause.rejections.flatMap((rejection) => rejection.because ?? []))];
        const claims = [...cause.reason.text.matchAll(/persistentvolumeclaim "([a-z0-9.-]{1,253})"/g)];
        const { namespace } = waiting.view;
        return {
          related: claims.map(([, name = '']) => ({
            kind: 'PersistentVolumeClaim',
            ...(namespace === undefined ? {} : { namespace }),
            name,
          })),
          message: `No volume can be bound for pod ${waiting.view.name} on ${share(cause, waiting)} (${cause.reason.text})${because.length === 0 ? '' : `: ${names(because)}`}`,
        };
      },
    );
  },
});
