import { defineCheck } from '../check.ts';
import { eventMessage } from '../../snapshot/events.ts';
import { refTo } from '../../snapshot/ref.ts';
import { webhookDenials } from '../webhook-denials.ts';

/** Of the controller of NGINX Inc. (Rejected, …WithError) and of Kong, about what they do not serve as it is. */
const REASONS = /^(?:Rejected|RejectedWithError|(?:AddedOr)?UpdatedWithError|KongConfiguration\w{1,30}Failed)$/;
const KINDS = new Set([
  'Ingress',
  'VirtualServer',
  'VirtualServerRoute',
  'TransportServer',
  'Policy',
  'GlobalConfiguration',
  'HTTPRoute',
  'Service',
  'KongPlugin',
]);

export default defineCheck({
  id: 'ingress-refused',
  layer: 3,
  title: 'Ingress controllers accept the routes that they are given',
  failureTitle: 'The ingress controller refuses a route',
  why: 'The controller does not serve what it refuses: a host and path that another Ingress has, a field that it requires, or a configuration that it cannot load.',
  fix: [
    'Correct what the message names in the route. When it names another Ingress with the same host and path, delete or change one of the two.',
  ],
  next: ['kubectl get ingress -A', 'kubectl describe ingress {name} -n {namespace}'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['events', 'commandFailures', 'containerLogs'],
  reads: ['webhook-denied-line'],
  *run(_facts, { snapshot }) {
    yield* webhookDenials(snapshot, 'ingress');
    const told = new Set<string>();
    for (const event of snapshot.list('events')) {
      const { kind = '', name = '', namespace } = event.involvedObject ?? {};
      if (event.type === 'Normal' || !REASONS.test(event.reason ?? '') || !KINDS.has(kind)) continue;
      const key = `${kind}/${namespace ?? ''}/${name}`;
      if (told.has(key)) continue;
      told.add(key);
      yield {
        subject: snapshot.named(kind, name, { namespace }),
        variant: 'controller',
        message: `The ingress controller refuses ${kind} ${name} (${event.reason ?? ''}): ${eventMessage(event).slice(0, 400)}`,
        evidence: [snapshot.quoteEvent(event)],
        related: [refTo(kind, namespace, name)],
      };
    }
  },
});
