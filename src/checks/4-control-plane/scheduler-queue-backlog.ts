import { componentSubject } from '../../snapshot/control-plane/control-plane.ts';
import { counter, gauge, processesWith } from '../../snapshot/metrics.ts';
import { defineCheck } from '../check.ts';

/** Pods that wait for their first attempt: a working scheduler does hundreds a second (ours). */
const BACKLOG = 100;

export default defineCheck({
  id: 'scheduler-queue-backlog',
  layer: 4,
  title: 'The scheduler keeps up with new pods',
  failureTitle: 'Pods pile up in the scheduler queue',
  why: 'These pods were not tried yet; that is not the same as pods that fit nowhere.',
  fix: ['Look at the latency of scheduling and of the API server; errors in attempts are in the log of the scheduler'],
  next: ['kubectl -n kube-system logs -l component=kube-scheduler --tail=200'],
  severity: 'warning',
  confidence: 'medium',
  needs: ['metrics'],
  *run(_facts, { snapshot }) {
    for (const process of processesWith(snapshot, 'scheduler_pending_pods')) {
      const active = gauge(process, 'scheduler_pending_pods', (labels) => labels['queue'] === 'active');
      if (active !== undefined && active.value > BACKLOG)
        yield {
          subject: componentSubject(snapshot, 'kube-scheduler', process.node),
          variant: 'backlog',
          message: `${active.value} pods wait in the scheduler's active queue for their first attempt`,
          evidence: [active.evidence],
        };
    }
    for (const process of processesWith(snapshot, 'scheduler_schedule_attempts_total')) {
      const errors = counter(process, 'scheduler_schedule_attempts_total', (labels) => labels['result'] === 'error');
      if (errors === undefined || errors.value < 1) continue;
      yield {
        subject: componentSubject(snapshot, 'kube-scheduler', process.node),
        variant: 'errors',
        severity: errors.recent ? 'warning' : 'info',
        message: `${errors.value} scheduling attempts ended in an error (not "does not fit") ${errors.recent ? 'between two scrapes' : 'since the scheduler started'}`,
        evidence: [errors.evidence],
      };
    }
  },
});
