import { clusterDns } from '../../snapshot/network/dns.ts';
import { counter, processesWith, spanOf } from '../../snapshot/metrics.ts';
import { defineCheck } from '../check.ts';

/** Above it most queries are for names that do not exist: search domains tried in vain. */
const SHARE = 0.5;
/** Fewer answers are a DNS that has just started. */
const ENOUGH = 1000;

export default defineCheck({
  id: 'dns-ndots-amplification',
  layer: 3,
  title: 'Most questions to the cluster DNS have an answer',
  failureTitle: 'Most answers of the cluster DNS are "no such name" (NXDOMAIN)',
  why: 'With the default ndots:5 a name with fewer than five dots is first tried with each search domain, for A and AAAA each: up to eight questions for one outside name. It costs the DNS most of its work, and matters when that is not keeping up.',
  fix: [
    'Set dnsConfig.options ndots to 2 for workloads that call outside names, or end those names with a dot; use NodeLocal DNSCache.',
  ],
  next: ['kubectl exec POD -- cat /etc/resolv.conf', 'kubectl -n kube-system top pods -l k8s-app=kube-dns'],
  severity: 'info',
  confidence: 'medium',
  needs: ['metrics'],
  wants: ['services'],
  *run(_facts, { snapshot }) {
    const overloaded = snapshot.hits('dns-coredns-overloaded')[0];
    for (const process of processesWith(snapshot, 'coredns_dns_responses_total')) {
      const all = counter(process, 'coredns_dns_responses_total');
      const lost = counter(process, 'coredns_dns_responses_total', (labels) => labels['rcode'] === 'NXDOMAIN');
      if (all === undefined || lost === undefined || all.value < ENOUGH || lost.value <= all.value * SHARE) continue;
      yield {
        subject: snapshot.named('Service', clusterDns(snapshot).service?.metadata.name ?? 'kube-dns', {
          namespace: clusterDns(snapshot).service?.metadata.namespace ?? 'kube-system',
        }),
        ...(overloaded === undefined ? {} : { severity: 'warning' as const }),
        message: `${Math.round((100 * lost.value) / all.value)} % of the ${all.value} answers of the cluster DNS (${spanOf(lost)}) are NXDOMAIN: names are tried with every search domain first (ndots:5)${overloaded === undefined ? '' : ', and it does not keep up with the queries'}`,
        evidence: [lost.evidence, ...(overloaded === undefined ? [] : [snapshot.evidenceOf(overloaded)[0]])],
      };
      return;
    }
  },
});
