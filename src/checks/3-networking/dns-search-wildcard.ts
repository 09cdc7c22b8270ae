import { isLookup } from '../../snapshot/network/connections.ts';
import { defineCheck } from '../check.ts';

/** Ends of names that are whole; a name of a site (`db.prod`) is meant to be completed. */
const WHOLE = /\.(?:com|net|org|io|dev|app|edu|gov|info|co|ai|cloud|sh|me|us|uk|de|fr|nl|ch|eu|cn|jp|in|br)$/;
/** Names of the cluster that are whole as well. */
const SERVICE = /\.svc\.[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,4}$/;
/** Endings that the cluster adds itself. */
const CLUSTER = /(?:^|\.)svc\.|\.local$|\.internal$/;

/** Public zones that answer every name with the address written in it. */
const ANSWERS_ALL = /(?:^|\.)(?:nip|sslip|xip)\.io$/;

/** The search list of a resolv.conf that a pod has: a node's is handed on, and says nothing of ndots. */
const searchList = (text: string): readonly string[] | undefined =>
  /^options\s.*\bndots:[2-9]/m.test(text) ? /^search\s+(.{1,1000})$/m.exec(text)?.[1]?.trim().split(/\s+/) : undefined;

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
  needsAny: ['probes', 'configFiles'],
  reads: ['app-tls-failure'],
  *run({ probes }, { snapshot }) {
    // Who answers has a certificate for the search domain and not for the name; or the name is known elsewhere as it is.
    const isWhole = (name: string, domain: string): boolean =>
      snapshot.hits('app-tls-failure').some(({ last: { text } }) => {
        const [, names = '', wanted] = /is valid for (.{1,300}?), not ([\w.-]{1,253})/.exec(text) ?? [];
        return wanted === name && names.split(', ').some((one) => one === domain || one.endsWith(`.${domain}`));
      }) ||
      (name.includes('.') &&
        probes.some(
          (other) => other.target === name && other.answered === undefined && other.outcome === 'ok' && isLookup(other),
        ));
    for (const { tool, target, answered, address, from, outcome, source } of probes) {
      if (answered === undefined || !answered.startsWith(`${target}.`)) continue;
      const domain = answered.slice(target.length + 1);
      if (
        !(isWhole(target, domain) || WHOLE.test(target) || SERVICE.test(target) || ANSWERS_ALL.test(domain)) ||
        CLUSTER.test(domain)
      )
        continue;
      yield {
        subject:
          from?.pod === undefined
            ? snapshot.named('Service', 'kube-dns', { namespace: 'kube-system' })
            : snapshot.named('Pod', from.pod, { namespace: from.namespace }),
        message:
          outcome === 'unresolved'
            ? `${tool} of ${target} ends at ${answered}: the DNS of the search domain ${domain} knows that name, without an address (a wildcard record, or a server that never says that a name does not exist), so that the name itself is not asked for`
            : `${tool} of ${target} is answered with ${answered}${address === undefined ? '' : ` (${address})`}: the search domain ${domain} has a wildcard record that answers for every name it is put behind`,
        evidence: [source],
      };
      return;
    }
    for (const { path, text, pod, source } of snapshot.facts('configFiles')) {
      const domain = path.endsWith('resolv.conf') ? searchList(text)?.find((one) => ANSWERS_ALL.test(one)) : undefined;
      if (domain === undefined) continue;
      yield {
        subject:
          pod === undefined
            ? snapshot.named('Service', 'kube-dns', { namespace: 'kube-system' })
            : snapshot.named('Pod', pod.name, { namespace: pod.namespace }),
        variant: 'search-list',
        severity: 'warning',
        message: `The search list of ${pod === undefined ? 'a pod' : `pod ${pod.name}`} has ${domain}, a zone that answers every name (a wildcard): with ndots above 1, outside names and names that are not found get its address`,
        evidence: [{ ...source, text: text.split('\n').find((line) => line.startsWith('search')) ?? source.text }],
      };
      return;
    }
  },
});
