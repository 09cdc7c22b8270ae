import { componentSubject } from '../../snapshot/control-plane/control-plane.ts';
import { countOf, quotesOf, timing, weightOf } from '../../snapshot/logs/hits.ts';
import { counter, labelValues, perHour, processesWith } from '../../snapshot/metrics.ts';
import { defineCheck } from '../check.ts';

const FAMILY = 'apiserver_flowcontrol_rejected_requests_total';
const FEW = 3;
/** One a minute for as long as the process runs is no burst (ours). */
const PER_HOUR = 60;
/** Where nobody knows for how long: no burst rejects so many (ours). */
const MANY = 10_000;

export default defineCheck({
  id: 'api-apf-rejecting',
  layer: 4,
  title: 'The API server takes all requests',
  failureTitle: 'The API server rejects requests (429) because it has too many',
  why: 'Priority and fairness found no place in the queue of that level. A client floods the API server, or it is slow and its queues fill up.',
  fix: ['Find the client with the most requests; give it its own flow schema, or make it watch instead of list'],
  next: [
    'kubectl get --raw /metrics | grep apiserver_flowcontrol_rejected_requests_total',
    'kubectl get flowschemas,prioritylevelconfigurations',
  ],
  severity: 'warning',
  confidence: 'high',
  needsAny: ['metrics', 'containerLogs', 'hostLogs', 'commandFailures'],
  reads: ['api-throttled-by-server'],
  *run({ commandFailures }, { snapshot, now }) {
    const throttled = commandFailures.filter(
      (failure) => failure.reason === 'throttled' && /too many requests/i.test(failure.message),
    );
    const hits = snapshot.hits('api-throttled-by-server');
    const answers = [...throttled.map((failure) => failure.source), ...(quotesOf(hits) ?? [])];
    const count = countOf(hits) + throttled.length;
    const told = `answered "too many requests" (429) ${times(count)}`;
    const counters = processesWith(snapshot, FAMILY).flatMap((process) =>
      labelValues(process, FAMILY, 'flow_schema').flatMap((schema) => {
        const rejected = counter(process, FAMILY, (labels) => labels['flow_schema'] === schema);
        if (rejected === undefined || rejected.value < 1) return [];
        const rate = perHour(process, rejected, now);
        const lasting = rejected.recent || (rate === undefined ? rejected.value > MANY : rate > PER_HOUR);
        return [{ process, schema, rejected, lasting }];
      }),
    );
    // The counter says whose requests these are: what the clients were answered is told with the fullest level.
    const fullest = counters.filter((one) => one.lasting).sort((x, y) => y.rejected.value - x.rejected.value)[0];
    for (const one of counters) {
      const { process, schema, rejected, lasting } = one;
      const level = labelValues(process, FAMILY, 'priority_level', (labels) => labels['flow_schema'] === schema).join(
        ', ',
      );
      const witnesses = one === fullest ? answers : [];
      yield {
        subject: componentSubject(snapshot, 'kube-apiserver', process.node),
        variant: schema,
        severity: lasting ? 'warning' : 'info',
        message: `The API server rejected ${rejected.value} requests of flow schema ${schema}${level === '' || level === schema ? '' : ` (priority level ${level})`} ${rejected.recent ? 'between two scrapes' : 'since it started'}${witnesses.length === 0 ? '' : `; it ${told}`}`,
        evidence: [rejected.evidence, ...witnesses],
      };
    }
    const [first, ...rest] = answers;
    if (first === undefined || fullest !== undefined) return;
    yield {
      subject: componentSubject(snapshot, 'kube-apiserver'),
      variant: 'clients',
      // kubectl waits and asks again before it gives up: what it prints is no single answer.
      severity: throttled.length === 0 && count < FEW && weightOf(snapshot, hits, FEW) === 'few' ? 'info' : 'warning',
      message: `The API server ${told}`,
      evidence: [first, ...rest],
      ...timing(snapshot, hits),
    };
  },
});

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);
