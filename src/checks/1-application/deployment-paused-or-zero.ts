import { refTo, type Ref } from '../../snapshot/ref.ts';
import type { Evidence } from '../../parsers/records.ts';
import { probesOf } from '../../snapshot/network/reachability.ts';
import { isDnsDeployment } from '../../snapshot/network/dns.ts';
import { serviceGraph } from '../../snapshot/network/service-graph.ts';
import { matchesLabels } from '../../lib/labels.ts';
import { isDeclaredOnly } from '../../snapshot/declared.ts';
import type { Service } from '../../snapshot/kinds/index.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';

/** Services that only this workload could back: its template carries their labels, no pod does. */
function servicesOf(
  snapshot: Snapshot,
  namespace: string | undefined,
  labels: Readonly<Record<string, string>> | undefined,
  name: string,
) {
  return snapshot.list('services').filter((service) => {
    if (service.metadata.namespace !== namespace) return false;
    const selector = service.spec?.selector;
    if (selector === undefined || Object.keys(selector).length === 0) return false;
    // A table row of a Deployment has no template labels; a Service of the same name is then the best guess.
    return labels === undefined ? service.metadata.name === name : matchesLabels(selector, labels);
  });
}

const left = (snapshot: Snapshot, service: Service): boolean => {
  const backends = snapshot.backendsOf(service);
  if (backends.known) return backends.addresses.length === 0;
  return snapshot.listed('pods', service.metadata.namespace) && snapshot.podsSelectedBy(service).length === 0;
};

/** The Service that gives the pods of a StatefulSet their names comes and goes with it; it is no front for callers. */
const namesPodsOnly = (service: Service, workload: { readonly kind?: string }): boolean =>
  workload.kind === 'StatefulSet' && service.spec?.clusterIP === 'None';

export default defineCheck({
  id: 'deployment-paused-or-zero',
  layer: 1,
  title: 'Deployments are neither paused nor scaled to zero while they are needed',
  failureTitle: 'The Deployment is paused or scaled to zero',
  why: 'With replicas 0 there is no pod, so nothing looks broken, but whoever calls its Service gets "connection refused". A paused Deployment does not roll out changes.',
  fix: [
    'Scale it up (kubectl scale deployment {name} -n {namespace} --replicas=1) if it is needed, or resume the rollout.',
  ],
  next: [
    "kubectl get deployment {name} -n {namespace} -o jsonpath='{.spec.paused} {.spec.replicas}'",
    'kubectl get endpoints -n {namespace}',
  ],
  severity: 'info',
  confidence: 'high',
  needsAny: ['deployments', 'statefulSets'],
  wants: ['services', 'endpoints', 'endpointSlices'],
  *run(_facts, { snapshot }) {
    for (const area of ['deployments', 'statefulSets'] as const)
      for (const workload of snapshot.list(area)) {
        const { namespace, name } = workload.metadata;
        if (isDeclaredOnly(snapshot, workload)) continue;
        const paused = (workload.spec as { paused?: boolean } | undefined)?.paused === true;
        if (workload.spec?.replicas === 0 && (workload.status?.replicas ?? 0) === 0) {
          // What the network misses then is told there (dns-coredns-down).
          if (workload.kind === 'Deployment' && isDnsDeployment(workload)) continue;
          const labels = workload.spec.template?.metadata?.labels ?? workload.spec.selector?.matchLabels;
          const services = servicesOf(snapshot, namespace, labels, name).filter((service) => left(snapshot, service));
          const callers = services.flatMap((service) =>
            serviceGraph(snapshot)
              .callsTo(service)
              .map((call) => call.address.workload.name),
          );
          const evidence: Evidence[] = [snapshot.quote(workload, '/spec/replicas')];
          for (const service of services) {
            const [endpoints] = snapshot.backendsOf(service).objects;
            if (endpoints !== undefined)
              evidence.push(snapshot.quote(endpoints, endpoints.kind === 'Endpoints' ? '/subsets' : '/endpoints'));
          }
          const [first, ...rest] = evidence;
          if (first === undefined) continue;
          const related: Ref[] = services.map((service) => refTo('Service', namespace, service.metadata.name));
          yield {
            subject: snapshot.subject(workload),
            variant: 'zero',
            severity:
              services.length === 0
                ? 'info'
                : callers.length > 0 || services.some((service) => probesOf(snapshot, service).failed.length > 0)
                  ? 'critical'
                  : services.every((service) => namesPodsOnly(service, workload))
                    ? 'info'
                    : 'warning',
            title: `${workload.kind} is scaled to zero replicas`,
            message: `${workload.kind} ${name} is scaled to 0 replicas${
              services.length === 0
                ? ''
                : `, so Service ${services.map((service) => service.metadata.name).join(', ')} has no endpoint${
                    callers.length === 0
                      ? ''
                      : `, though ${[...new Set(callers)].sort().slice(0, 4).join(', ')} call it`
                  }`
            }`,
            evidence: [first, ...rest],
            related,
          };
        }
        if (paused)
          yield {
            subject: snapshot.subject(workload),
            variant: 'paused',
            title: 'The Deployment is paused',
            message: `Deployment ${name} is paused: changes of its template are not rolled out`,
            evidence: [snapshot.quote(workload, '/spec/paused')],
          };
      }
  },
});
