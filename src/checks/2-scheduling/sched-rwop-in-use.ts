import { defineCheck } from '../check.ts';
import { because, rejected } from './rejected.ts';

export default defineCheck({
  id: 'sched-rwop-in-use',
  layer: 2,
  title: 'Exclusive volumes have one user',
  failureTitle: 'The exclusive volume is in use by another pod',
  why: 'A ReadWriteOncePod claim, and some disk types, serve one pod at a time; a rolling update starts the second before the first ends.',
  fix: ['Stop the other pod; set the Deployment strategy to Recreate'],
  next: ['kubectl get pods -n {namespace} -o wide'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['pods', 'events'],
  wants: ['nodes'],
  *run(_facts, { snapshot }) {
    yield* rejected(
      snapshot,
      ({ reason }) => reason.kind === 'rwop-in-use' || reason.kind === 'disk-conflict',
      (cause, waiting) => {
        return {
          message: `The volume of pod ${waiting.view.name} is in use elsewhere (${cause.reason.text})${because(cause)}`,
        };
      },
    );
  },
});
