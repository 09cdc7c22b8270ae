import { unscheduledPods } from '../../simulation/scheduler/unscheduled.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'sched-message-unparsed',
  layer: 2,
  title: "Every reason in the scheduler's verdicts is known",
  failureTitle: 'The scheduler gives a reason that this tool does not know',
  why: 'A custom scheduler plugin or a newer version words it in its own way: read it as it stands.',
  fix: ['Look up the plugin that rejects the nodes with these words'],
  next: ['kubectl describe pod {name} -n {namespace}'],
  severity: 'info',
  confidence: 'high',
  needsAny: ['pods', 'events'],
  *run(_facts, { snapshot }) {
    for (const waiting of unscheduledPods(snapshot)) {
      const unknown = waiting.message?.reasons.filter((reason) => reason.kind === 'unknown') ?? [];
      if (unknown.length === 0) continue;
      yield {
        subject: snapshot.subject(waiting.pod),
        message: `Pod ${waiting.view.name}: ${unknown
          .map((one) => `${one.count} nodes: "${one.text}"`)
          .join('; ')
          .slice(0, 600)}`,
        evidence: waiting.evidence,
      };
    }
  },
});
