import { unscheduledPods } from '../../simulation/scheduler/unscheduled.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'sched-preemption-failed',
  layer: 2,
  title: 'Preemption could make room where it was tried',
  failureTitle: 'Preemption did not help',
  why: '"Not helpful" means that removing pods changes nothing there (taint, affinity, or too large a request); "no victims" that no pod of lower priority runs there.',
  fix: ['Add capacity, or give the pod a PriorityClass above what runs there'],
  next: ['kubectl get pods -A --sort-by=.spec.priority; kubectl get priorityclass'],
  severity: 'info',
  confidence: 'high',
  needsAny: ['pods', 'events'],
  *run(_facts, { snapshot }) {
    for (const waiting of unscheduledPods(snapshot)) {
      const { message, view } = waiting;
      // Only where resources are short can preemption ever help.
      if (message?.preemption === undefined || !/No preemption victims|not eligible/.test(message.preemption)) continue;
      yield {
        subject: snapshot.subject(waiting.pod),
        message: `Pod ${view.name}${view.spec.priority === undefined ? '' : ` (priority ${view.spec.priority})`}: ${message.preemption.slice(0, 300)}`,
        evidence: waiting.evidence,
      };
    }
  },
});
