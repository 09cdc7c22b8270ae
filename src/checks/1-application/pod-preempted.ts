import { podsWithNews } from '../../snapshot/pods/pods-seen.ts';
import { eventFirstTime, eventMessage } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'pod-preempted',
  layer: 1,
  title: 'No pod had to make room for a more important one',
  failureTitle: 'The pod was ended to make room for one with a higher priority',
  why: 'There is not enough capacity for all: pods with lower priority give way.',
  fix: ['Add capacity, or review the PriorityClasses.'],
  next: ['kubectl get priorityclasses'],
  severity: 'info',
  confidence: 'high',
  needsAny: ['pods', 'events'],
  *run(_facts, { snapshot }) {
    for (const seen of podsWithNews(snapshot)) {
      const event = seen.events.findLast((e) => e.reason === 'Preempted' || e.reason === 'Preempting');
      const index =
        seen.pod?.status?.conditions?.findIndex(
          (c) => c.type === 'DisruptionTarget' && c.reason === 'PreemptionByScheduler',
        ) ?? -1;
      if (event === undefined && index < 0) continue;
      const since = event === undefined ? undefined : eventFirstTime(event);
      yield {
        subject: seen.subject(),
        message: `Pod ${seen.ref.name} was preempted${event === undefined ? '' : `: ${eventMessage(event).slice(0, 200)}`}`,
        evidence:
          event === undefined
            ? [snapshot.quote(seen.pod, `/status/conditions/${index}`)]
            : [snapshot.quoteEvent(event)],
        ...(since === undefined ? {} : { since }),
      };
    }
  },
});
