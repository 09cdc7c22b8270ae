import { refOf } from '../../snapshot/ref.ts';
import { nearest } from '../../lib/near-miss.ts';
import type { LogHit } from '../../parsers/records.ts';
import type { Pod } from '../../snapshot/kinds/index.ts';
import { podReady } from '../../snapshot/pods/readiness.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';
import { gradedHits, logFinding, speaker, times } from '../log-findings.ts';

/** Which half of DNS fails: the name does not exist, or no server answers. */
function howOf(hit: LogHit): 'nxdomain' | 'timeout' | 'refused' | 'servfail' | 'unresolved' {
  const text = `${hit.groups['how'] ?? ''} ${hit.groups['what'] ?? ''} ${hit.last.text}`;
  if (/i\/o timeout|[Tt]emporary failure|EAI_AGAIN|Try again|Resource temporarily unavailable/.test(text))
    return 'timeout';
  if (/connection refused|network is unreachable/.test(text)) return 'refused';
  if (/server misbehaving/.test(text)) return 'servfail';
  if (
    /no such host|ENOTFOUND|not known|nodename nor servname|does not resolve|bad address|(?:host|name) not found|NXDOMAIN|could not find address/i.test(
      text,
    )
  )
    return 'nxdomain';
  return 'unresolved';
}

const WORDS = {
  nxdomain: 'the name does not exist',
  timeout: 'the DNS server does not answer',
  refused: 'the DNS server refuses',
  servfail: 'the DNS server fails (SERVFAIL)',
  unresolved: 'it is not resolved',
};

const nameOf = (hit: LogHit): string | undefined => {
  const name = hit.groups['name'] ?? hit.groups['subject'];
  return name === undefined || /^(?:error|err|msg|failed|java|socket)$/i.test(name)
    ? undefined
    : name.replace(/[.:]$/, '');
};

/**
 * The pods that bear the name, none of them ready: that of a headless Service, which leads nowhere meanwhile (a
 * StatefulSet's name is mostly that of its Service).
 */
function unreadyNamed(snapshot: Snapshot, name: string | undefined, namespace: string | undefined): readonly Pod[] {
  if (name === undefined) return [];
  const bearers = snapshot
    .list('pods')
    .filter(
      (pod) =>
        (namespace === undefined || pod.metadata.namespace === namespace) &&
        (pod.metadata.name === name || snapshot.workloadOf(pod)?.name === name),
    );
  return bearers.some((pod) => podReady(pod) !== false) ? [] : bearers.slice(0, 5);
}

export default defineCheck({
  id: 'log-dns-failure',
  layer: 1,
  title: 'Programs can resolve names',
  failureTitle: 'The log shows that names are not resolved',
  why: '"no such host" means that the name is wrong (Service, namespace); a timeout or "temporary failure" means that the way to the DNS servers is broken: a NetworkPolicy, CoreDNS itself, or the settings of the pod.',
  fix: [
    'For a name that does not exist, correct Service and namespace in the address; for timeouts follow the findings on DNS.',
  ],
  next: [
    'kubectl exec {name} -n {namespace} -- nslookup {host}',
    'kubectl get pods -n kube-system -l k8s-app=kube-dns -o wide',
  ],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['containerLogs'],
  wants: ['pods', 'services'],
  reads: ['app-dns-lookup', 'app-dns-name', 'app-dns-other', 'app-dns-dotnet'],
  *run(_facts, { snapshot }) {
    for (const hits of gradedHits(snapshot, ['app-dns-lookup', 'app-dns-name', 'app-dns-other', 'app-dns-dotnet'])) {
      // The line with a name says more than one without.
      const hit = hits.hits.find((one) => nameOf(one) !== undefined) ?? hits.hits[0];
      if (hit === undefined) continue;
      const name = nameOf(hit);
      const variants = new Set(hits.hits.map(howOf));
      const variant =
        (['timeout', 'refused', 'servfail', 'nxdomain'] as const).find((v) => variants.has(v)) ?? 'unresolved';
      const server = hits.hits.find((one) => one.groups['server'] !== undefined)?.groups['server'];
      const { service } = name === undefined ? {} : snapshot.resolve(name, hits.subject.namespace);
      const plain = name?.split('.')[0];
      const namespace = name?.includes('.') === true ? name.split('.')[1] : hits.subject.namespace;
      const close =
        service !== undefined || plain === undefined || variant !== 'nxdomain'
          ? undefined
          : nearest(
              plain,
              snapshot
                .list('services')
                .filter((s) => namespace === undefined || s.metadata.namespace === namespace)
                .map((s) => s.metadata.name),
            );
      const elsewhere =
        service === undefined && plain !== undefined && variant === 'nxdomain'
          ? snapshot.list('services').find((s) => s.metadata.name === plain && s.metadata.namespace !== namespace)
          : undefined;
      const hint =
        elsewhere !== undefined
          ? `; a Service of that name is in namespace ${elsewhere.metadata.namespace}`
          : close !== undefined && close !== plain
            ? `; the nearest Service is ${close}`
            : service !== undefined
              ? `; Service ${service.metadata.name} exists, so DNS itself fails`
              : '';
      yield logFinding(
        hits,
        { failing: 'critical', ongoing: 'warning' },
        {
          variant,
          message: `${speaker(hits)} cannot resolve ${name ?? 'a name'}: ${WORDS[variant]}${server === undefined ? '' : ` (server ${server})`}${hint}${times(hits.count)}: ${hits.line}`,
          params: { host: name ?? 'NAME' },
          related: service === undefined ? unreadyNamed(snapshot, plain, namespace).map(refOf) : [refOf(service)],
          // Where the Services lie does not pass: who asks once more is told the same.
          ...(elsewhere !== undefined && namespace !== undefined
            ? { severity: 'critical' as const, state: 'current' as const }
            : {}),
        },
      );
    }
  },
});
