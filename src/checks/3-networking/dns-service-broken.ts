import { clusterDns } from '../../snapshot/network/dns.ts';
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
  needs: ['services', 'pods'],
  *run(_facts, { snapshot }) {
    const { service, pods } = clusterDns(snapshot);
    const [pod] = pods;
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
      subject: snapshot.subject(service as never),
      variant: 'ports',
      message: `Service ${service.metadata.name} has no port 53/UDP (it has ${ports.map((p) => `${p.port ?? ''}/${p.protocol ?? 'TCP'}`).join(', ')}): look-ups do not reach the DNS pods`,
      evidence: [snapshot.quote(service, '/spec/ports')],
    };
  },
});
