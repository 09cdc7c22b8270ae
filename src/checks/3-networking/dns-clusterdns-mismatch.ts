import { clusterDns, NODELOCAL_ADDRESS } from '../../snapshot/network/dns.ts';
import { machineSubject } from '../../snapshot/nodes/node-health.ts';
import { eventMessage } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'dns-clusterdns-mismatch',
  layer: 3,
  title: 'Kubelets hand out the address of the cluster DNS',
  failureTitle: 'The kubelet hands out another DNS address than that of the cluster DNS',
  why: "Each pod's resolv.conf gets the clusterDNS of its kubelet. When that is not the address of the DNS Service, no name resolves in the pods of that node.",
  fix: [
    'Set clusterDNS in the kubelet configuration of {node} to the address of the kube-dns Service, restart the kubelet and recreate the pods.',
  ],
  next: ['grep -A2 clusterDNS /var/lib/kubelet/config.yaml', 'kubectl -n kube-system get service kube-dns'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['hostValues', 'events', 'configFiles'],
  wants: ['services'],
  *run({ hostValues, configFiles, events }, { snapshot }) {
    const { addresses } = clusterDns(snapshot);
    const settings = [
      ...hostValues
        .filter((value) => value.topic === 'kubelet-flag' && value.key === 'cluster-dns')
        .map((value) => ({ from: value, servers: value.value.split(',') })),
      ...configFiles
        .filter((file) => /kubelet.{0,40}config|kubelet\/config/.test(file.path))
        .map((file) => {
          const list = /^clusterDNS:\s*\n((?:\s*- [^\n]{1,60}\n?){1,5})/m.exec(file.text)?.[1] ?? '';
          return {
            from: file,
            servers: list.split('\n').map((line) => line.replace(/^\s*- /, '').replaceAll(/["']/g, '')),
          };
        }),
    ];
    for (const { from, servers } of settings) {
      const given = servers.map((server) => server.trim()).filter((server) => server !== '');
      if (addresses.length === 0 || given.length === 0) continue;
      if (given.some((server) => addresses.includes(server) || server === NODELOCAL_ADDRESS)) continue;
      const subject = machineSubject(snapshot, from);
      yield {
        subject,
        variant: 'address',
        message: `The kubelet of ${subject.name} hands out the DNS server ${given.join(', ')}, but the cluster DNS is ${addresses.join(', ')}`,
        evidence: [from.source],
      };
    }
    const event = events.find((e) => e.reason === 'MissingClusterDNS');
    const about = event?.involvedObject ?? event?.regarding;
    if (event === undefined || about?.name === undefined) return;
    yield {
      subject: snapshot.named(about.kind ?? 'Node', about.name, { namespace: about.namespace }),
      variant: 'missing',
      message: `The kubelet has no clusterDNS: ${eventMessage(event)}`,
      evidence: [snapshot.quoteEvent(event)],
    };
  },
});
