import { quoteBackends } from '../../snapshot/network/reachability.ts';
import { podReady, quoteReadiness } from '../../snapshot/pods/readiness.ts';
import { refOf, soleNodeOf } from '../../snapshot/ref.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'svc-endpoints-all-unready',
  layer: 3,
  title: 'Every Service has a ready pod among those it selects',
  failureTitle: 'None of the pods behind the Service is ready',
  why: 'Pods that are not Ready get no traffic. When that holds for all pods behind a Service, its callers are refused although the Service itself is right.',
  fix: ['Find out why the pods are not ready (layer 1, 2 or 5); the Service needs no change.'],
  next: ['kubectl get pods -n {namespace} -o wide', 'kubectl describe service {name} -n {namespace}'],
  severity: 'critical',
  confidence: 'high',
  needs: ['services', 'pods'],
  wants: ['endpoints', 'endpointSlices'],
  *run({ services }, { snapshot }) {
    for (const service of services) {
      if (service.spec?.type === 'ExternalName' || service.spec?.publishNotReadyAddresses === true) continue;
      const pods = snapshot
        .podsSelectedBy(service)
        .filter((pod) => pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed');
      const [first] = pods;
      if (first === undefined || pods.some((pod) => podReady(pod) !== false)) continue;
      const backends = snapshot.backendsOf(service);
      if (backends.addresses.some((address) => address.ready)) continue;
      const names = pods.slice(0, 3).map((pod) => pod.metadata.name);
      const workload = snapshot.workloadOf(first);
      yield {
        subject: snapshot.subject(service),
        message: `Service ${service.metadata.name} selects ${pods.length} ${pods.length === 1 ? 'pod' : 'pods'} (${names.join(', ')}${pods.length > 3 ? ' …' : ''}) and none is Ready, so it has no ready endpoint`,
        evidence: [
          quoteReadiness(snapshot, first),
          snapshot.quote(service, '/spec/selector'),
          ...backends.objects.slice(0, 1).map((object) => quoteBackends(snapshot, object)),
        ],
        related: [...pods.slice(0, 20).map(refOf), ...(workload === undefined ? [] : [workload]), ...soleNodeOf(pods)],
      };
    }
  },
});
