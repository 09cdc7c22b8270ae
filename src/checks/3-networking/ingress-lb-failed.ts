import type { KubeEvent } from '../../snapshot/kinds/index.ts';
import { eventFirstTime, eventMessage, type Ref } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';

/** Events of load balancer controllers (AWS, GKE, Azure) on what they cannot build. */
const REASONS = /^(?:FailedBuildModel|FailedDeployModel|FailedReconcile|BackendNotFound|Translate|NoValidIngress)$/;
const KINDS = new Set(['Ingress', 'Service', 'Gateway', 'TargetGroupBinding', 'HTTPRoute']);

export default defineCheck({
  id: 'ingress-lb-failed',
  layer: 3,
  title: 'Load balancers of Ingresses and Services are built',
  failureTitle: 'The load balancer of an Ingress or Service cannot be built',
  why: 'The controller of the cloud turns the object into a load balancer. It says in an event what stands in the way: subnets without tags, a certificate or Service that does not exist, a wrong annotation.',
  fix: ['Mend what the message names: tags of subnets, annotations, the Service, the certificate.'],
  next: ['kubectl describe {kind} {name} -n {namespace}'],
  severity: 'critical',
  confidence: 'high',
  needs: ['events'],
  *run({ events }, { snapshot }) {
    const last = new Map<string, { event: KubeEvent; about: Ref }>();
    for (const event of events) {
      const about = event.involvedObject ?? event.regarding;
      if (event.type === 'Normal' || !REASONS.test(event.reason ?? '')) continue;
      if (about?.kind === undefined || about.name === undefined || !KINDS.has(about.kind)) continue;
      const namespace = about.namespace ?? event.metadata.namespace;
      const ref = { kind: about.kind, ...(namespace === undefined ? {} : { namespace }), name: about.name };
      last.set(`${ref.kind}/${namespace ?? ''}/${ref.name}`, { event, about: ref });
    }
    for (const { event, about } of last.values()) {
      const since = eventFirstTime(event);
      yield {
        subject: snapshot.named(about.kind, about.name, { namespace: about.namespace }),
        variant: event.reason ?? '',
        message: `The load balancer of ${about.kind} ${about.name} is not built (${event.reason ?? ''}): ${eventMessage(event).slice(0, 400)}`,
        evidence: [snapshot.quoteEvent(event)],
        params: { kind: about.kind.toLowerCase() },
        ...(since === undefined ? {} : { since }),
      };
    }
  },
});
