import { defineCheck } from '../check.ts';
import { because, rejected, share } from './rejected.ts';

export default defineCheck({
  id: 'sched-volume-limit',
  layer: 2,
  title: 'Nodes can attach more volumes',
  failureTitle: 'The volume limit of the nodes is reached (exceed max volume count)',
  why: 'Clouds and CSI drivers attach only so many volumes per node; CPU and memory do not matter here.',
  fix: ['Add nodes or larger ones, spread the pods with volumes, delete stale VolumeAttachments'],
  next: ['kubectl get csinodes -o yaml; kubectl get volumeattachments'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['pods', 'events'],
  wants: ['nodes'],
  *run(_facts, { snapshot }) {
    yield* rejected(
      snapshot,
      ({ reason }) => reason.kind === 'volume-limit',
      (cause, waiting) => {
        return {
          message: `Volume limit reached: ${share(cause, waiting)} would exceed the max volume count with the volumes of pod ${waiting.view.name}${because(cause)}`,
        };
      },
    );
  },
});
