import { defineCheck } from '../check.ts';

/** Ends of names that are whole; a name of a site (`db.prod`) is meant to be completed. */
const WHOLE = /\.(?:com|net|org|io|dev|app|edu|gov|info|co|ai|cloud|sh|me|us|uk|de|fr|nl|ch|eu|cn|jp|in|br)$/;
/** Names of the cluster that are whole as well. */
const SERVICE = /\.svc\.[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,4}$/;
/** Endings that the cluster adds itself. */
const CLUSTER = /(?:^|\.)svc\.|\.local$|\.internal$/;

export default defineCheck({
  id: 'dns-search-wildcard',
  layer: 3,
  title: 'Outside names are not completed with a search domain',
  failureTitle: 'A search domain with a wildcard record answers for outside names',
  why: 'With ndots:5 a pod tries each search domain before the name itself, and the kubelet hands on those of the node. When one of them has a wildcard record (*.example.com), every outside name resolves to its address: wrong certificates, redirects, refused connections. musl (Alpine) takes the first answer that it gets.',
  fix: [
    "Take the search domain out of the node's resolv.conf (or give the kubelet another one with --resolv-conf), remove the wildcard record, or set dnsConfig with ndots 1 for the pods.",
  ],
  next: ['kubectl exec POD -- cat /etc/resolv.conf', 'nslookup does-not-exist.SEARCH-DOMAIN'],
  severity: 'critical',
  confidence: 'high',
  needs: ['probes'],
  *run({ probes }, { snapshot }) {
    for (const { tool, target, answered, address, from, source } of probes) {
      if (answered === undefined || !(WHOLE.test(target) || SERVICE.test(target)) || !answered.startsWith(`${target}.`))
        continue;
      const domain = answered.slice(target.length + 1);
      if (CLUSTER.test(domain)) continue;
      yield {
        subject:
          from?.pod === undefined
            ? snapshot.named('Service', 'kube-dns', { namespace: 'kube-system' })
            : snapshot.named('Pod', from.pod, { namespace: from.namespace }),
        message: `${tool} of ${target} is answered with ${answered}${address === undefined ? '' : ` (${address})`}: the search domain ${domain} has a wildcard record that answers for every name it is put behind`,
        evidence: [source],
      };
      return;
    }
  },
});
