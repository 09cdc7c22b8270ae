import { timeOf } from '../../snapshot/node-health.ts';
import { defineCheck } from '../check.ts';

/** What the reasons of the Available condition mean [K8S kube-aggregator]. */
const REASONS: Readonly<Record<string, string>> = {
  ServiceNotFound: 'its Service does not exist',
  ServicePortError: 'its Service lacks the port',
  ServiceAccessError: 'its Service cannot be read',
  EndpointsNotFound: 'its Service has no Endpoints',
  EndpointsAccessError: 'its Endpoints cannot be read',
  MissingEndpoints: 'no ready pod stands behind its Service',
  FailedDiscoveryCheck: 'the API server gets no good answer from it',
};

export default defineCheck({
  id: 'apiservice-unavailable',
  layer: 4,
  title: 'The aggregated APIs are available',
  failureTitle: 'An aggregated API (APIService) is not available',
  why: 'Clients that discover all APIs are slowed down; namespaces do not finish deleting, garbage collection and quota stall; without metrics.k8s.io autoscalers are blind.',
  fix: ['Repair the pods behind Service {service}; delete APIService {name} when nothing serves it any more'],
  next: ['kubectl get apiservice {name} -o yaml', 'kubectl get endpointslices,pods -n {serviceNamespace}'],
  severity: 'critical',
  confidence: 'high',
  needs: ['apiServices'],
  *run({ apiServices }, { snapshot }) {
    for (const api of apiServices) {
      const conditions = api.status?.conditions ?? [];
      const index = conditions.findIndex((one) => one.type === 'Available' && one.status === 'False');
      const condition = conditions[index];
      if (condition === undefined) continue;
      const { name } = api.metadata;
      const service = api.spec?.service;
      const metrics = name.endsWith('metrics.k8s.io');
      const since = timeOf(condition.lastTransitionTime);
      yield {
        subject: { kind: 'APIService', name },
        ...(condition.reason === undefined ? {} : { variant: condition.reason }),
        // Metrics serve kubectl top and autoscalers; other groups hold objects that people need.
        ...(metrics ? { severity: 'warning' as const } : {}),
        message: `APIService ${name}${service?.name === undefined ? '' : ` (Service ${service.namespace ?? ''}/${service.name})`} is not available${condition.reason === undefined ? '' : ` (${condition.reason})`}: ${REASONS[condition.reason ?? ''] ?? 'it reports so'}${condition.message === undefined ? '' : `: ${condition.message.slice(0, 300)}`}`,
        evidence: [snapshot.quote(api, `/status/conditions/${index}`)],
        related:
          service?.name === undefined
            ? []
            : [{ kind: 'Service', namespace: service.namespace ?? '', name: service.name }],
        params: {
          service: `${service?.namespace ?? ''}/${service?.name ?? ''}`,
          serviceNamespace: service?.namespace ?? 'NAMESPACE',
        },
        ...(since === undefined ? {} : { since }),
      };
    }
  },
});
