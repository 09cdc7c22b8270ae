import { isLoopback } from '../../lib/cidr.ts';
import { corefileLines, portOf, quoteCorefile, serversOf, withoutPort } from '../../snapshot/network/corefile.ts';
import { clusterDns, NODELOCAL_ADDRESS } from '../../snapshot/network/dns.ts';
import { defineCheck } from '../check.ts';

/** Addresses that installers give the cluster DNS where nobody says otherwise: kubeadm, k3s and RKE2, EKS, MicroK8s, OpenShift, AKS, DigitalOcean. */
const USUAL = new Set([
  '10.96.0.10',
  '10.43.0.10',
  '10.100.0.10',
  '172.20.0.10',
  '10.152.183.10',
  '172.30.0.10',
  '10.0.0.10',
  '10.245.0.10',
]);

/** Loopback, at the port of DNS: at another one a block of the same Corefile or a sidecar answers. */
const isOwnLoopback = (server: string): boolean => isLoopback(withoutPort(server)) && portOf(server) === 53;

export default defineCheck({
  id: 'dns-forwards-to-self',
  layer: 3,
  title: 'The cluster DNS forwards to other servers',
  failureTitle: 'The cluster DNS forwards to itself or to loopback',
  why: 'A query for an outside name that is forwarded to the DNS Service itself, or to a loopback address inside the pod, goes in a circle until it times out.',
  fix: [
    'Name real upstream servers after "forward ." in the Corefile, or correct the resolv.conf that the kubelet hands out.',
  ],
  next: ['kubectl -n kube-system get configmap coredns -o yaml', 'cat /etc/resolv.conf'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['configMaps', 'containerLogs'],
  wants: ['services'],
  reads: ['dns-upstream-line', 'dns-dnsmasq-local-line', 'dns-dnsmasq-upstream-line'],
  *run(_facts, { snapshot }) {
    const dns = clusterDns(snapshot);
    for (const line of corefileLines(snapshot)) {
      const { name } = line.config.metadata;
      // The node-local cache rightly forwards cluster names to the DNS Service.
      if (/node-?local/.test(name)) continue;
      const bad = serversOf(line).find((server) => {
        const address = withoutPort(server);
        return isOwnLoopback(server) || dns.addresses.includes(address) || address === NODELOCAL_ADDRESS;
      });
      if (bad === undefined) continue;
      yield {
        subject: snapshot.subject(line.config),
        message: `The Corefile in ConfigMap ${name} forwards to ${bad}, which is ${isOwnLoopback(bad) ? 'the DNS pod itself (loopback)' : 'the cluster DNS itself'}`,
        evidence: [quoteCorefile(snapshot, line)],
      };
    }
    // dnsmasq leaves out what would ask itself; when nothing is left, outside names have nobody to ask.
    for (const hit of snapshot.hits('dns-dnsmasq-local-line')) {
      const others = snapshot
        .hits('dns-dnsmasq-upstream-line')
        .some(({ origin }) => origin.file === hit.origin.file && origin.firstLine === hit.origin.firstLine);
      if (others) continue;
      yield {
        subject: snapshot.subjectOfLog(hit.origin, { program: hit.program }),
        variant: 'dnsmasq',
        message: `kube-dns has no upstream name server: its dnsmasq ignores ${hit.groups['server'] ?? ''} of the node's resolv.conf, a local interface, and names no other, so outside names do not resolve`,
        evidence: [snapshot.evidenceOf(hit)[0]],
      };
      break;
    }
    for (const hit of snapshot.hits('dns-upstream-line')) {
      const upstream = hit.groups['upstream'] ?? hit.groups['kubeDns'] ?? '';
      const known = dns.addresses.length > 0;
      if (known ? !dns.addresses.includes(upstream) : !USUAL.has(upstream)) continue;
      yield {
        subject: snapshot.subjectOfLog(hit.origin, { program: hit.program }),
        variant: 'log',
        ...(known ? {} : { confidence: 'medium' as const }),
        message: `The cluster DNS asks ${known ? 'its own Service address' : 'what is usually its own Service address,'} ${upstream}${known ? '' : ','} for outside names: the resolv.conf that it got, or its Corefile, leads back to itself`,
        evidence: [snapshot.evidenceOf(hit)[0]],
      };
      return;
    }
  },
});
