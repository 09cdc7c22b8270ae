import { eventMessage } from '../../snapshot/events.ts';
import { clusterDns, NODELOCAL_ADDRESS } from '../../snapshot/network/dns.ts';
import { machineSubject } from '../../snapshot/nodes/node-health.ts';
import { defineCheck } from '../check.ts';

/** What a pod with dnsPolicy ClusterFirst has: its own namespace in the search list. A node's file has none. */
const POD_SEARCH = /^\s*search\s(?:\S{1,253}\s){0,9}[a-z0-9-]{1,63}\.svc\./m;
const nameservers = (text: string): readonly string[] =>
  [...text.matchAll(/^\s*nameserver\s+(\S{1,60})/gm)].map(([, server = '']) => server);

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
    for (const file of configFiles) {
      const servers = POD_SEARCH.test(file.text) ? nameservers(file.text) : [];
      if (addresses.length === 0 || servers.length === 0) continue;
      if (servers.some((server) => addresses.includes(server) || server === NODELOCAL_ADDRESS)) continue;
      const { pod } = file;
      const spec = pod === undefined ? undefined : snapshot.get('pods', pod.namespace, pod.name)?.spec;
      if (spec?.dnsPolicy === 'None') continue;
      yield {
        subject:
          pod === undefined
            ? machineSubject(snapshot, file)
            : snapshot.named('Pod', pod.name, { namespace: pod.namespace }),
        variant: 'address',
        message: `${pod === undefined ? 'A pod' : `Pod ${pod.name}`} asks the DNS server ${servers.join(', ')}, but the cluster DNS is ${addresses.join(', ')}`,
        evidence: [file.source],
        related: spec?.nodeName === undefined ? [] : [{ kind: 'Node', name: spec.nodeName }],
        params: { node: spec?.nodeName ?? file.node ?? 'its node' },
      };
    }
    const event = events.find((e) => e.reason === 'MissingClusterDNS');
    const about = event?.involvedObject;
    if (event === undefined || about?.name === undefined) return;
    yield {
      subject: snapshot.named(about.kind ?? 'Node', about.name, { namespace: about.namespace }),
      variant: 'missing',
      message: `The kubelet has no clusterDNS: ${eventMessage(event)}`,
      evidence: [snapshot.quoteEvent(event)],
    };
  },
});
