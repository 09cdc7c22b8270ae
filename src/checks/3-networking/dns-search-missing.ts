import type { Probe } from '../../parsers/records.ts';
import { isLookup } from '../../snapshot/network/connections.ts';
import { clusterNameUsedBy } from '../../snapshot/network/dns.ts';
import { podReady } from '../../snapshot/pods/readiness.ts';
import { defineCheck } from '../check.ts';

const isFull = (name: string): boolean => /\.svc(?:\.[a-z0-9.-]{1,200})?\.?$/.test(name);
/** The search list of a resolv.conf. */
const SEARCH = /^\s*search[ \t]+(\S.{0,1000})$/m;
/** `payments` of `payments`, `payments.shop` and `payments.shop.svc.cluster.local`. */
const head = (name: string): string => name.split('.')[0] ?? name;

/** A short name that failed where its full one resolved, tried from the same pod. */
function contradiction(lookups: readonly Probe[]): { short: Probe; full: Probe } | undefined {
  for (const short of lookups) {
    if (short.outcome !== 'unresolved' || isFull(short.target)) continue;
    const full = lookups.find(
      (other) =>
        other.outcome === 'ok' &&
        isFull(other.target) &&
        head(other.target) === head(short.target) &&
        other.from?.pod === short.from?.pod,
    );
    if (full !== undefined) return { short, full };
  }
  return undefined;
}

export default defineCheck({
  id: 'dns-search-missing',
  layer: 3,
  title: 'Short names of Services resolve in pods',
  failureTitle: 'The pod does not have the search domains of the cluster',
  why: 'Short names work by the search list in resolv.conf. A pod on the network of its host with dnsPolicy ClusterFirst silently gets the resolver of the node, without that list; it needs ClusterFirstWithHostNet.',
  fix: [
    'Set dnsPolicy: ClusterFirstWithHostNet (host network) or ClusterFirst, or write full names (NAME.NAMESPACE.svc.cluster.local).',
  ],
  next: ['kubectl exec -n {namespace} {name} -- cat /etc/resolv.conf'],
  severity: 'warning',
  confidence: 'high',
  needsAny: ['pods', 'probes', 'configFiles'],
  wants: ['services'],
  *run({ pods, probes, configFiles }, { snapshot }) {
    // wget, curl and ping that find no address have looked the name up, too.
    const unresolved = probes.filter(({ outcome, target }) => outcome === 'unresolved' && target !== '');
    const failed = unresolved.filter((probe) => isLookup(probe) && !isFull(probe.target));
    for (const { pod, path, text, source } of configFiles) {
      if (pod === undefined || !path.endsWith('resolv.conf')) continue;
      const list = SEARCH.exec(text);
      const name = unresolved.find(({ from }) => from?.pod === pod.name);
      if (list === null || name === undefined || !list[1]?.trim().split(/\s+/).includes('.')) continue;
      yield {
        subject: snapshot.named('Pod', pod.name, { namespace: pod.namespace }),
        variant: 'root-domain',
        severity: 'critical',
        title: 'The search list of the pod has the root domain, which musl does not take',
        fix: [
          'Take "search ." out of the resolv.conf that the kubelet hands on (systemd-resolved writes it where there is no domain; or give the kubelet another file with --resolv-conf), or update a kubelet 1.25.0, which hands it on; pods get the new list when they are made anew.',
        ],
        message: `The search list in the resolv.conf of pod ${pod.name} has "." (search ${list[1].trim()}), which its node hands on: musl (Alpine) gives up there, and ${name.target} does not resolve`,
        evidence: [{ ...source, text: list[0] }, name.source],
      };
    }
    for (const { pod, path, text, source } of configFiles) {
      if (pod === undefined || !path.endsWith('resolv.conf') || !/^\s*nameserver\s/m.test(text)) continue;
      if (/^\s*(?:search|domain)\s.*\bsvc\./m.test(text)) continue;
      const short = failed.find(({ from }) => from?.pod === pod.name);
      // Without a short name that failed it may be what its owner wants.
      if (short === undefined) continue;
      yield {
        subject: snapshot.named('Pod', pod.name, { namespace: pod.namespace }),
        variant: 'resolv-conf',
        message: `The resolv.conf of pod ${pod.name} has no search domain of the cluster, so the short name ${short.target} does not resolve`,
        evidence: [source, short.source],
      };
    }

    const pair = contradiction(probes.filter(isLookup));
    if (pair !== undefined) {
      const { pod, namespace } = pair.short.from ?? {};
      yield {
        subject:
          pod === undefined
            ? snapshot.named('Service', head(pair.short.target))
            : snapshot.named('Pod', pod, { namespace }),
        variant: 'lookup',
        message: `The short name ${pair.short.target} does not resolve${pod === undefined ? '' : ` in pod ${pod}`}, while ${pair.full.target} does: the search domains are missing or of another namespace`,
        evidence: [pair.short.source, pair.full.source],
      };
    }
    for (const pod of pods.filter(({ spec }) => spec?.hostNetwork === true)) {
      if ((pod.spec?.dnsPolicy ?? 'ClusterFirst') !== 'ClusterFirst') continue;
      const used = clusterNameUsedBy(snapshot, pod);
      if (used === undefined) continue;
      const hurt = podReady(pod) === false;
      yield {
        subject: snapshot.subject(pod),
        variant: 'host-network',
        // A pod that is ready may not need the name, or its node may resolve cluster names.
        ...(hurt ? {} : { severity: 'info' as const }),
        message: `Pod ${pod.metadata.name} is on the host network with dnsPolicy ClusterFirst, which gives it the resolver of the node, but it is told to call the Service name ${used.host} (${used.key})`,
        evidence: [snapshot.quote(pod, '/spec/hostNetwork'), snapshot.quote(used.holder, used.pointer)],
      };
    }
  },
});
