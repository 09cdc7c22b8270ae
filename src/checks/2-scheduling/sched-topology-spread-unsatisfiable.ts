import { defineCheck } from '../check.ts';
import { because, rejected, share } from './rejected.ts';

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
        const hard = (waiting.view.spec.topologySpreadConstraints ?? []).find(
          ({ whenUnsatisfiable }) => whenUnsatisfiable !== 'ScheduleAnyway',
        );
        // The scheduler counts nodes without the label apart from those where there are too many already.
        const said = waiting.message?.reasons.filter(({ kind }) => kind === 'topology-spread') ?? [];
        const count = Math.max(
          cause.reason.count,
          said.reduce((sum, one) => sum + one.count, 0),
        );
        const unlabelled = said.find(({ text }) => text.includes('missing required label'))?.count;
        const rule =
          hard === undefined ? '' : ` (${hard.topologyKey ?? ''}, maxSkew ${hard.maxSkew ?? 1}, DoNotSchedule)`;
        const lacks = unlabelled === undefined ? '' : `; ${unlabelled} of them lack the label (missing required label)`;
        return {
          message: `The topology spread constraints of pod ${waiting.view.name}${rule} exclude ${share({ ...cause, reason: { ...cause.reason, count } }, waiting)}${lacks}${because(cause)}`,
        };
      },
    );
  },
});
