import { eventCount, eventFirstTime, eventTime } from '../../snapshot/events.ts';
import { defineCheck } from '../check.ts';

/** One object with this many events of one reason at this rate is a controller in a hot loop (ours). */
const COUNT = 1000;
const PER_MINUTE = 60;
/** All events of the bundle; the API server drops them after an hour. */
const TOTAL = 20_000;

export default defineCheck({
  id: 'api-event-storm',
  layer: 4,
  title: 'Events come in usual numbers',
  failureTitle: 'A flood of events',
  why: 'A controller in a hot loop writes to etcd all the time, and real events drown.',
  fix: ['Repair what the event complains about, or the controller that repeats it'],
  next: ['kubectl get events -A --sort-by=.count | tail'],
  severity: 'warning',
  confidence: 'medium',
  needs: ['events'],
  *run({ events }, { snapshot }) {
    let worst: { readonly rate: number; readonly event: (typeof events)[number] } | undefined;
    for (const event of events) {
      const count = eventCount(event);
      const from = eventFirstTime(event);
      const to = eventTime(event);
      if (count < COUNT || from === undefined || to === undefined) continue;
      const rate = count / Math.max(1, (to - from) / 60_000);
      if (rate >= PER_MINUTE && rate > (worst?.rate ?? 0)) worst = { rate, event };
    }
    const [any] = events;
    if (worst !== undefined) {
      const { event, rate } = worst;
      const about = event.involvedObject;
      yield {
        subject: {
          kind: about?.kind ?? 'Event',
          ...(about?.namespace === undefined ? {} : { namespace: about.namespace }),
          name: about?.name ?? 'unknown',
        },
        variant: 'rate',
        message: `Event ${event.reason ?? ''} about ${about?.kind ?? ''} ${about?.name ?? ''} happened ${eventCount(event)} times, ${Math.round(rate)} a minute`,
        evidence: [snapshot.quoteEvent(event)],
      };
    } else if (events.length > TOTAL && any !== undefined)
      yield {
        subject: snapshot.named('Component', 'kube-apiserver'),
        variant: 'total',
        message: `The cluster holds ${events.length} events, which it keeps for an hour`,
        evidence: [snapshot.quoteEvent(any)],
      };
  },
});
