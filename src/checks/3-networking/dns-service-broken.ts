import { clusterDns, isDnsName } from '../../snapshot/network/dns.ts';
import { podReady } from '../../snapshot/pods/readiness.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'dns-service-broken',
  layer: 3,
  title: 'The DNS Service is whole',
  failureTitle: 'The DNS Service is missing or altered',
  why: 'Pods ask the cluster address of this Service, over UDP and TCP on port 53. When it is gone, or has lost a port or its selector, no name resolves although the DNS pods are well.',
  fix: ['Restore the kube-dns Service with its original clusterIP, both ports 53 and the selector k8s-app=kube-dns.'],
  next: ['kubectl -n kube-system get service kube-dns -o yaml'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['services', 'endpoints'],
  wants: ['pods'],
  *run({ endpoints }, { snapshot }) {
    const { service, pods } = clusterDns(snapshot);
    const [pod] = pods;
    const empty = endpoints.find(
      ({ metadata, subsets = [] }) =>
        isDnsName(metadata.name, metadata.namespace) && subsets.every(({ addresses = [] }) => addresses.length === 0),
    );
    // Pods that are not ready have a finding of their own (dns-coredns-down).
    if (empty !== undefined && pods.length > 0 && pods.every((one) => podReady(one) === true)) {
      yield {
        subject: snapshot.named('Service', empty.metadata.name, { namespace: empty.metadata.namespace }),
        variant: 'endpoints',
        message: `Service ${empty.metadata.name} of the cluster DNS has no endpoints although ${pods.length === 1 ? 'its pod is' : 'its pods are'} ready (${pods
          .map((p) => p.metadata.name)
          .slice(0, 3)
          .join(', ')}): look-ups reach nobody`,
        evidence: [snapshot.quote(empty, '/subsets')],
        fix: [
          'Compare the selector of the Service with the labels of the DNS pods; when they fit, look at the controller manager, which writes the endpoints.',
        ],
      };
      return;
    }
    if (service === undefined) {
      if (pod === undefined || !snapshot.listed('services', 'kube-system') || pod.metadata.namespace !== 'kube-system')
        return;
      // Some distributions give it a name of their own: any Service that selects the pods will do.
      if (snapshot.servicesSelecting(pod).length > 0 || pod.metadata.labels === undefined) return;
      yield {
        subject: snapshot.named('Service', 'kube-dns', { namespace: 'kube-system' }),
        variant: 'missing',
        message: `No Service leads to the DNS pods (${pods
          .map((p) => p.metadata.name)
          .slice(0, 3)
          .join(', ')}): kube-system/kube-dns does not exist`,
        evidence: [snapshot.quote(pod, '/metadata/labels')],
      };
      return;
    }
    const at53 = (service.spec?.ports ?? []).filter((port) => port.port === 53).map((port) => port.protocol ?? 'TCP');
    const ports = service.spec?.ports ?? [];
    if (ports.length === 0 || at53.includes('UDP')) return;
    yield {
      subject: snapshot.subject(service),
      variant: 'ports',
      message: `Service ${service.metadata.name} has no port 53/UDP (it has ${ports.map((p) => `${p.port ?? ''}/${p.protocol ?? 'TCP'}`).join(', ')}): look-ups do not reach the DNS pods`,
      evidence: [snapshot.quote(service, '/spec/ports')],
    };
  },
});
