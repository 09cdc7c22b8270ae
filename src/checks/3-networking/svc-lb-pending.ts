import { refTo } from '../../snapshot/ref.ts';
import { eventMessage } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';

/** A cloud needs a minute or two (the catalogue: 5 minutes). */
const WAIT_MS = 5 * 60 * 1000;
const REASONS = new Set([
  'SyncLoadBalancerFailed',
  'UnAvailableLoadBalancer',
  'AllocationFailed',
  'CreatingLoadBalancerFailed',
]);

export default defineCheck({
  id: 'svc-lb-pending',
  layer: 3,
  title: 'LoadBalancer Services have an address',
  failureTitle: 'The LoadBalancer Service has no external address',
  why: 'Somebody has to hand out the address: the cloud, MetalLB, kube-vip. Without one, or with an empty pool, EXTERNAL-IP stays <pending>.',
  fix: ['Install or repair the load balancer controller, enlarge its pool, or use NodePort or an Ingress.'],
  next: ['kubectl describe service {name} -n {namespace}'],
  severity: 'warning',
  confidence: 'high',
  needsAny: ['services', 'events'],
  *run({ services, events }, { snapshot, now }) {
    const told = new Set<string>();
    for (const service of services) {
      if (service.spec?.type !== 'LoadBalancer' || (service.spec.externalIPs ?? []).length > 0) continue;
      if ((service.status?.loadBalancer?.ingress ?? []).length > 0) continue;
      const created = Date.parse(service.metadata.creationTimestamp ?? '');
      if (now !== undefined && now - created < WAIT_MS) continue;
      const { namespace, name } = service.metadata;
      const event = snapshot
        .eventsAbout(refTo('Service', namespace, name))
        .findLast((e) => REASONS.has(e.reason ?? ''));
      // A table row that was cut, or a describe without the line, says nothing about the address.
      const full = snapshot.sourcesOf(service as never).some((source) => source.detail === 'full');
      if (!full && event === undefined && service.status?.loadBalancer === undefined) continue;
      told.add(name);
      yield {
        subject: snapshot.subject(service as never),
        message: `Service ${name} of type LoadBalancer has no external address${event === undefined ? '' : `: ${eventMessage(event)}`}`,
        evidence: [event === undefined ? snapshot.quote(service, '/status/loadBalancer') : snapshot.quoteEvent(event)],
      };
    }
    // Events alone: what became of the Service is not known.
    for (const event of events) {
      const about = event.involvedObject ?? event.regarding;
      if (about?.kind !== 'Service' || about.name === undefined || !REASONS.has(event.reason ?? '')) continue;
      if (told.has(about.name) || snapshot.get('services', about.namespace, about.name) !== undefined) continue;
      if (snapshot.listed('services', about.namespace)) continue;
      told.add(about.name);
      yield {
        subject: snapshot.named('Service', about.name, { namespace: about.namespace }),
        message: `Service ${about.name} of type LoadBalancer gets no external address: ${event.reason ?? ''}: ${eventMessage(event)}`,
        evidence: [snapshot.quoteEvent(event)],
      };
    }
  },
});
