import { eventMessage } from '../../snapshot/snapshot.ts';
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
  needs: ['events'],
  *run({ events }, { snapshot }) {
    for (const event of events) {
      const message = eventMessage(event);
      if (!REASONS.has(event.reason ?? '') && !WORDS.test(message)) continue;
      const about = event.involvedObject ?? event.regarding;
      if (about?.kind !== 'Service' || about.name === undefined) continue;
      yield {
        subject: snapshot.named('Service', about.name, { namespace: about.namespace }),
        message: `Service ${about.name}: ${event.reason ?? ''}: ${message}`,
        evidence: [snapshot.quoteEvent(event)],
      };
    }
  },
});
