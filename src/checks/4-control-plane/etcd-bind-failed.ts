import type { Evidence } from '../../parsers/records.ts';
import { subjectOfEtcdHit, hostOfEndpoint } from '../../snapshot/control-plane/etcd.ts';
import { bySubject, quotesOf, timing } from '../../snapshot/logs/hits.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'etcd-bind-failed',
  layer: 4,
  title: 'etcd listens on addresses that its machine has',
  failureTitle: 'etcd cannot bind its address: the address is not on the host',
  why: 'etcd ends at once, and the API server on that machine cannot start without it. The port is not taken: the address is missing, because the node got another IP address or its network came up after etcd started.',
  fix: [
    'Give the machine its address back (static IP or DHCP reservation), or start etcd after the network is online',
    'After a lasting change of address: rewrite the listen and advertise URLs in the manifest, renew the certificates for the new address and update the member list',
  ],
  next: ['ip -br addr; ip route', 'grep -hE "listen|advertise|initial-cluster" /etc/kubernetes/manifests/etcd.yaml'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['containerLogs', 'hostLogs'],
  reads: ['etcd-bind-failed', 'etcd-no-default-route'],
  *run(_facts, { snapshot }) {
    const routes = snapshot.hits('etcd-no-default-route');
    for (const { subject, hits } of bySubject(snapshot.hits('etcd-bind-failed'), (hit) =>
      subjectOfEtcdHit(snapshot, hit),
    )) {
      const quotes = quotesOf(hits);
      if (quotes === undefined) continue;
      const addresses = [...new Set(hits.flatMap((hit) => hit.groups['address'] ?? []))];
      const hosts = [...new Set(addresses.map(hostOfEndpoint))];
      const near = routes.filter((route) => hits.some((hit) => hit.origin.file === route.origin.file));
      const evidence: [Evidence, ...Evidence[]] = [
        ...quotes,
        ...near.slice(0, 1).map((hit) => snapshot.evidenceOf(hit)[0]),
      ];
      yield {
        subject,
        message:
          `etcd cannot listen on ${addresses.join(', ')}: cannot assign requested address, so ${hosts.join(', ')} is not configured on the machine` +
          (near.length === 0 ? '' : '; the machine had no default route either, its network was not up'),
        evidence,
        ...timing(snapshot, hits),
      };
    }
  },
});
