import type { Evidence } from '../../parsers/records.ts';
import { refOf } from '../../snapshot/ref.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'svc-external-ip-is-node',
  layer: 3,
  title: 'With kube-proxy in IPVS mode no Service takes the address of a node',
  failureTitle: 'A Service has the address of a node as an external IP, and IPVS gives that address to every node',
  why: 'In IPVS mode kube-proxy puts each external IP on the interface kube-ipvs0 of every node. A node that has the address of another node itself never sends to that one: the API server and the kubelet of the node, and all pods on it, are out of reach, and it becomes NotReady. In iptables mode the same Service does no harm.',
  fix: [
    'Take the addresses of nodes out of spec.externalIPs of Service {service} (a NodePort is reached at them anyway), or use addresses that no machine has; then look that kube-ipvs0 has let them go (ip addr show kube-ipvs0).',
  ],
  next: ['kubectl get service {service} -n {namespace} -o yaml', 'ip addr show kube-ipvs0', 'ipvsadm -Ln'],
  severity: 'critical',
  confidence: 'high',
  needs: ['services', 'nodes', 'hostValues'],
  *run({ services, nodes, hostValues }, { snapshot }) {
    // One machine is at all addresses anyway.
    if (nodes.length < 2) return;
    const bound = new Map<string, Evidence>();
    for (const { topic, key, value, source } of hostValues) {
      const address =
        topic === 'network' && key === 'kube-ipvs0.address'
          ? value.replace(/\/\d{1,3}$/, '')
          : topic === 'ipvs'
            ? key.replace(/:\d{1,5}$/, '')
            : undefined;
      if (address !== undefined && !bound.has(address)) bound.set(address, source);
    }
    for (const service of services) {
      const taken = (service.spec?.externalIPs ?? []).flatMap((address) => {
        const node = nodes.find((one) => one.status?.addresses?.some((its) => its.address === address));
        const evidence = bound.get(address);
        return node === undefined || evidence === undefined ? [] : [{ address, node, evidence }];
      });
      const [first] = taken;
      if (first === undefined) continue;
      const names = taken.map(({ address, node }) => `${address} (node ${node.metadata.name})`).join(', ');
      yield {
        subject: snapshot.subject(service),
        message: `Service ${service.metadata.name} has external IPs that are addresses of nodes: ${names}; kube-proxy in IPVS mode binds them to kube-ipvs0 on every node`,
        evidence: [
          first.evidence,
          snapshot.quote(service, '/spec/externalIPs'),
          ...taken.slice(1, 4).map((one) => one.evidence),
        ],
        related: taken.slice(0, 10).map(({ node }) => refOf(node)),
        params: { service: service.metadata.name },
      };
    }
  },
});
