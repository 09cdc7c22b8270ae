import { eventMessage } from '../../snapshot/events.ts';
import { timing, wordsOfHits } from '../../snapshot/logs/hits.ts';
import { defineCheck } from '../check.ts';

const REASONS = new Set([
  'ClusterIPNotAllocated',
  'ClusterIPOutOfRange',
  'PortAlreadyAllocated',
  'ClusterIPAlreadyAllocated',
  'PortOutOfRange',
]);
const WORDS = /failed to allocate a (?:serviceIP|nodePort): range is full|provided (?:IP|port) is already allocated/i;

export default defineCheck({
  id: 'svc-ip-or-port-allocation',
  layer: 3,
  title: 'Service addresses and node ports are allocated',
  failureTitle: 'A Service address or node port cannot be allocated',
  why: 'Cluster addresses and node ports come from ranges of fixed size, each given once. A full range or a double allocation leaves a Service without a working address.',
  fix: [
    'Free Services that are not used, add a ServiceCIDR (1.33), or recreate the Service without a fixed address or port.',
  ],
  next: ['kubectl get services -A', 'kubectl get events -A --field-selector involvedObject.kind=Service'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['events', 'containerLogs', 'commandFailures'],
  reads: ['svc-ip-or-port-allocation'],
  wants: ['events'],
  *run({ events }, { snapshot }) {
    for (const event of events) {
      const message = eventMessage(event);
      if (!REASONS.has(event.reason ?? '') && !WORDS.test(message)) continue;
      const about = event.involvedObject;
      if (about?.kind !== 'Service' || about.name === undefined) continue;
      yield {
        subject: snapshot.named('Service', about.name, { namespace: about.namespace }),
        message: `Service ${about.name}: ${event.reason ?? ''}: ${message}`,
        evidence: [snapshot.quoteEvent(event)],
      };
    }
    // What kubectl answered to whoever created the Service.
    for (const failure of snapshot.facts('commandFailures')) {
      if (!WORDS.test(failure.message)) continue;
      const service = /\bService "([^"]{1,253})" is invalid/.exec(failure.message)?.[1];
      yield {
        subject: snapshot.named('Service', service ?? 'of the command', { namespace: failure.namespace }),
        variant: /range is full/.test(failure.message) ? 'range-full' : 'taken',
        message: `${service === undefined ? 'A Service' : `Service ${service}`} cannot be created: ${failure.message.slice(0, 300)}`,
        evidence: [failure.source],
      };
    }
    // Whoever creates the Service is told by the API server; the line is wherever they look.
    for (const hit of snapshot.hits('svc-ip-or-port-allocation')) {
      // `The Service "web" is invalid: …`, `Service "web" is invalid: …`: kubectl names it.
      const service = /\bService "([^"]{1,253})" is invalid/.exec(hit.first.text)?.[1];
      yield {
        subject:
          service === undefined
            ? snapshot.named('Component', 'kube-apiserver', {})
            : snapshot.named('Service', service, {}),
        variant: hit.groups['what'] === undefined ? 'range-full' : 'taken',
        message: `No Service address or port can be given: ${wordsOfHits([hit])}`,
        evidence: snapshot.evidenceOf(hit),
        ...timing(snapshot, [hit]),
      };
    }
  },
});
