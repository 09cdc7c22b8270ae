import type { Probe } from '../../parsers/records.ts';
import type { Subject } from '../../result.ts';
import { isLookup } from '../../snapshot/network/connections.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck, type FindingDraft } from '../check.ts';

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

/** The pod in which somebody looked; the DNS of the cluster where nobody says. */
const subjectOf = (snapshot: Snapshot, pod: string | undefined, namespace: string | undefined): Subject =>
  pod === undefined
    ? snapshot.named('Service', 'kube-dns', { namespace: 'kube-system' })
    : snapshot.named('Pod', pod, { namespace });

/**
 * Who answers has a certificate for the search domain and not for the name; or the name is known elsewhere as it is.
 */
const isWhole = (snapshot: Snapshot, name: string, domain: string): boolean =>
  snapshot.hits('app-tls-failure').some(({ last: { text } }) => {
    const [, names = '', wanted] = /is valid for (.{1,300}?), not ([\w.-]{1,253})/.exec(text) ?? [];
    return wanted === name && names.split(', ').some((one) => one === domain || one.endsWith(`.${domain}`));
  }) ||
  (name.includes('.') &&
    snapshot
      .facts('probes')
      .some(
        (other) => other.target === name && other.answered === undefined && other.outcome === 'ok' && isLookup(other),
      ));

/** A look-up that tells under which longer name it found its answer. */
function* completed(snapshot: Snapshot): Iterable<FindingDraft> {
  for (const { tool, target, answered, address, from, outcome, source } of snapshot.facts('probes')) {
    if (answered === undefined || !answered.startsWith(`${target}.`)) continue;
    const domain = answered.slice(target.length + 1);
    if (
      !(isWhole(snapshot, target, domain) || WHOLE.test(target) || SERVICE.test(target) || ANSWERS_ALL.test(domain)) ||
      CLUSTER.test(domain)
    )
      continue;
    yield {
      subject: subjectOf(snapshot, from?.pod, from?.namespace),
      message:
        outcome === 'unresolved'
          ? `${tool} of ${target} ends at ${answered}: the DNS of the search domain ${domain} knows that name, without an address (a wildcard record, or a server that never says that a name does not exist), so that the name itself is not asked for`
          : `${tool} of ${target} is answered with ${answered}${address === undefined ? '' : ` (${address})`}: the search domain ${domain} has a wildcard record that answers for every name it is put behind`,
      evidence: [source],
    };
  }
}

/** A dot at the end of a name keeps search domains off: the same name without it has another address. */
function* dotted(snapshot: Snapshot): Iterable<FindingDraft> {
  const lookups = snapshot.facts('probes').filter((probe) => probe.outcome === 'ok' && isLookup(probe));
  const domains = snapshot
    .facts('configFiles')
    .flatMap(({ path, text }) => (path.endsWith('resolv.conf') ? (searchList(text) ?? []) : []))
    .filter((domain) => !CLUSTER.test(domain));
  const addressesOf = (name: string): ReadonlySet<string> =>
    new Set(lookups.flatMap(({ target, address }) => (target === name ? (address ?? []) : [])));
  const differs = ({ target, address }: Probe): boolean => {
    const whole = addressesOf(`${target}.`);
    return whole.size > 0 && address !== undefined && !whole.has(address);
  };
  for (const probe of lookups) {
    // One that has several addresses gives them in turn: without a domain that could have answered it proves nothing.
    const domain = domains.find((one) => probe.source.text.includes(one)) ?? domains[0];
    if (domain === undefined || !differs(probe)) continue;
    const { tool, target, address, from, source } = probe;
    const whole = lookups.find((one) => one.target === `${target}.`);
    yield {
      subject: subjectOf(snapshot, from?.pod, from?.namespace),
      variant: 'dotted',
      confidence: source.text.includes(domain) ? 'high' : 'medium',
      message: `${tool} of ${target} gives ${address ?? ''}, and with a dot at its end, which keeps search domains off, ${whole?.address ?? ''}: the search domain ${domain} has a wildcard record that answers for every name it is put behind`,
      evidence: [source, ...(whole === undefined ? [] : [whole.source])],
    };
  }
}

/** The search list of a pod has a zone that answers every name. */
function* listed(snapshot: Snapshot): Iterable<FindingDraft> {
  for (const { path, text, pod, source } of snapshot.facts('configFiles')) {
    const domain = path.endsWith('resolv.conf') ? searchList(text)?.find((one) => ANSWERS_ALL.test(one)) : undefined;
    if (domain === undefined) continue;
    yield {
      subject: subjectOf(snapshot, pod?.name, pod?.namespace),
      variant: 'search-list',
      severity: 'warning',
      message: `The search list of ${pod === undefined ? 'a pod' : `pod ${pod.name}`} has ${domain}, a zone that answers every name (a wildcard): with ndots above 1, outside names and names that are not found get its address`,
      evidence: [{ ...source, text: text.split('\n').find((line) => line.startsWith('search')) ?? source.text }],
    };
  }
}

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
  *run(_facts, { snapshot }) {
    // One name tells the whole story: the surest way of knowing it.
    for (const way of [completed, dotted, listed])
      for (const draft of way(snapshot)) {
        yield draft;
        return;
      }
  },
});
