import { quoteBackends } from '../../snapshot/network/reachability.ts';
import { podReady } from '../../snapshot/pods/readiness.ts';
import type { Pod } from '../../snapshot/kinds/index.ts';
import { labelsKnown } from '../../snapshot/pods/pod-labels.ts';
import { defineCheck } from '../check.ts';

function addressesOf(pods: readonly Pod[]): ReadonlySet<string | undefined> {
  const out = new Set<string | undefined>();
  for (const { status } of pods) {
    out.add(status?.podIP);
    // Nearly always one, and the same.
    for (const { ip } of status?.podIPs ?? []) if (ip !== status?.podIP) out.add(ip);
  }
  return out;
}

export default defineCheck({
  id: 'svc-endpoints-stale',
  layer: 3,
  title: 'Endpoints are the addresses of living pods',
  failureTitle: 'The endpoints of the Service are addresses that no pod has',
  why: 'The controller manager keeps endpoints up to date. Addresses of pods that are gone mean that it is behind or down; part of the traffic goes nowhere.',
  fix: ['Look at the controller manager (lease, log, API access).'],
  next: ['kubectl -n kube-system get lease kube-controller-manager -o yaml'],
  severity: 'critical',
  confidence: 'medium',
  needs: ['services', 'pods'],
  needsAny: ['endpoints', 'endpointSlices'],
  *run({ services, pods }, { snapshot }) {
    const addresses = addressesOf(pods);
    for (const service of services) {
      const { namespace, name } = service.metadata;
      if (Object.keys(service.spec?.selector ?? {}).length === 0 || !snapshot.listed('pods', namespace)) continue;
      const selected = snapshot.podsSelectedBy(service);
      // Addresses must be known of all pods that could be meant, or nothing can be said.
      if (selected.length === 0 || selected.some((pod) => pod.status?.podIP === undefined && podReady(pod) !== false))
        continue;
      if (!labelsKnown(snapshot, namespace)) continue;
      const backends = snapshot.backendsOf(service);
      const gone = backends.addresses.filter((address) => address.ready && !addresses.has(address.ip));
      const [first] = gone;
      const [object] = backends.objects;
      if (first === undefined || object === undefined || gone.length < backends.addresses.length / 2) continue;
      yield {
        subject: snapshot.subject(service),
        message: `${gone.length} of ${backends.addresses.length} endpoints of Service ${name} (${first.ip}${first.pod === undefined ? '' : `, pod ${first.pod}`}) belong to no pod that exists`,
        evidence: [quoteBackends(snapshot, object)],
      };
    }
  },
});
