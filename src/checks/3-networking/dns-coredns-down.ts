import type { Evidence } from '../../parsers/records.ts';
import { clusterDns, isDnsDeployment } from '../../snapshot/network/dns.ts';
import { ageOf, YOUNG_MS } from '../../snapshot/ages.ts';
import { quoteBackends } from '../../snapshot/network/reachability.ts';
import { podReady, quoteReadiness } from '../../snapshot/pods/readiness.ts';
import type { Pod } from '../../snapshot/kinds/index.ts';
import { containersOf, waitingReason } from '../../snapshot/pods/containers.ts';
import { staying } from '../../snapshot/pods/steady.ts';
import { refOf, type Ref } from '../../snapshot/ref.ts';
import { defineCheck } from '../check.ts';

/** What keeps the pod from being ready, as `kubectl get pods` says it; a pod in a crash loop is of phase Running. */
function stateOf(pod: Pod): string {
  const waiting = containersOf(pod).flatMap((container) => waitingReason(container) ?? [])[0];
  return waiting ?? (pod.status?.phase === 'Running' ? 'not ready' : (pod.status?.phase ?? 'not ready'));
}

export default defineCheck({
  id: 'dns-coredns-down',
  layer: 3,
  title: 'The cluster DNS is up',
  failureTitle: 'The cluster DNS (CoreDNS) is not available',
  why: 'Every Service name is resolved by these pods. Without a ready one no program in the cluster finds another by name.',
  fix: ['Bring the DNS pods up: see why they are not ready (scheduling, crash, image, node).'],
  next: [
    'kubectl -n kube-system get pods -l k8s-app=kube-dns -o wide',
    'kubectl -n kube-system describe pods -l k8s-app=kube-dns',
  ],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['pods', 'endpoints', 'endpointSlices'],
  wants: ['services', 'deployments'],
  *run({ endpoints, deployments }, { snapshot }) {
    const { service, pods: all } = clusterDns(snapshot);
    const pods = staying(all);
    const backends = service === undefined ? undefined : snapshot.backendsOf(service);
    const object =
      backends?.objects[0] ??
      endpoints.find((e) => e.metadata.namespace === 'kube-system' && /^(?:kube-dns|coredns)$/.test(e.metadata.name));
    const ready = pods.filter((pod) => podReady(pod) === true);
    const unready = pods.filter((pod) => podReady(pod) === false);
    const subsets = (object as { subsets?: readonly { addresses?: readonly unknown[] }[] } | undefined)?.subsets;
    const empty =
      backends?.known === true
        ? !backends.addresses.some((address) => address.ready)
        : object !== undefined && !(subsets ?? []).some((subset) => (subset.addresses ?? []).length > 0);
    const down =
      (pods.length > 0 && ready.length === 0 && unready.length === pods.length) || (empty && ready.length === 0);
    // Somebody took the pods away: that is all there is to say, and nothing else looks broken.
    const zero =
      pods.length > 0 ? undefined : deployments.find((one) => isDnsDeployment(one) && one.spec?.replicas === 0);
    const gone = zero !== undefined && (empty || backends?.known !== true);
    if (!down && !gone && unready.length === 0) return;
    const [first] = unready;
    const evidence: Evidence[] = [
      ...(gone ? [snapshot.quote(zero, '/spec/replicas')] : []),
      ...(first === undefined ? [] : [quoteReadiness(snapshot, first)]),
      ...(object === undefined || !empty ? [] : [quoteBackends(snapshot, object)]),
    ];
    const [one, ...more] = evidence;
    if (one === undefined) return;
    const phases = [...new Set(unready.map(stateOf))].join(', ');
    const related = unready.slice(0, 10).map(refOf);
    const dnsService: Ref = { kind: 'Service', namespace: 'kube-system', name: service?.metadata.name ?? 'kube-dns' };
    if (gone) {
      yield {
        subject: snapshot.subject(zero),
        variant: 'scaled-to-zero',
        title: 'The cluster DNS (CoreDNS) is scaled to zero replicas',
        message: `Deployment ${zero.metadata.name} of the cluster DNS (CoreDNS) is scaled to 0 replicas${empty ? ', and its Service has no endpoints' : ''}: names do not resolve in the cluster`,
        evidence: [one, ...more],
        fix: ['Scale it up: kubectl scale deployment {name} -n {namespace} --replicas=2'],
        related: [dnsService],
      };
      return;
    }
    yield {
      subject:
        first !== undefined
          ? snapshot.subject(first)
          : snapshot.named('Service', object?.metadata.name ?? 'kube-dns', { namespace: 'kube-system' }),
      variant: down ? 'all' : 'part',
      severity:
        unready.length > 0 && unready.every((pod) => (ageOf(snapshot, pod) ?? YOUNG_MS) < YOUNG_MS)
          ? 'info'
          : down
            ? 'critical'
            : 'warning',
      title: down ? 'The cluster DNS (CoreDNS) is down' : 'A pod of the cluster DNS (CoreDNS) is not ready',
      message: down
        ? `No pod of the cluster DNS (CoreDNS) is ready${
            unready.length === 0
              ? ''
              : ` (${unready
                  .map((p) => p.metadata.name)
                  .slice(0, 3)
                  .join(', ')}: ${phases})`
          }${empty ? ', and its Service has no endpoints' : ''}: names do not resolve in the cluster ("no such host")`
        : `${unready.length} of ${pods.length} pods of the cluster DNS (CoreDNS) are not ready (${phases})`,
      evidence: [one, ...more],
      related: [...related, dnsService],
    };
  },
});
