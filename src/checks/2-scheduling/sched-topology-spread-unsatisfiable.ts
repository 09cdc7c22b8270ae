import { defineCheck } from '../check.ts';
import { names, rejected, share } from './rejected.ts';

export default defineCheck({
  id: 'sched-topology-spread-unsatisfiable',
  layer: 2,
  title: 'Hard topology spread constraints can be met',
  failureTitle: 'A hard topology spread constraint cannot be met',
  why: 'A domain that cannot take pods caps all the others; nodes without the topology label are excluded.',
  fix: [
    'Set whenUnsatisfiable: ScheduleAnyway or nodeTaintsPolicy: Honor, label the nodes, or repair the empty domain',
  ],
  next: ['kubectl get nodes -L topology.kubernetes.io/zone'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['pods', 'events'],
  wants: ['nodes'],
  *run(_facts, { snapshot }) {
    yield* rejected(
      snapshot,
      ({ reason }) => reason.kind === 'topology-spread',
      (cause, waiting) => {
        const because = [...new Set(cause.rejections.flatMap((rejection) => rejection.because ?? []))];
        return {
          message: `The topology spread constraints of pod ${waiting.view.name} exclude ${share(cause, waiting)}${because.length === 0 ? '' : `: ${names(because)}`}`,
        };
      },
    );
  },
});
