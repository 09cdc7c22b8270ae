import type { Evidence } from '../../parsers/records.ts';
import type { Subject } from '../../result.ts';
import { isLookup } from '../../snapshot/network/connections.ts';
import { clusterDns } from '../../snapshot/network/dns.ts';
import { defineCheck } from '../check.ts';

/** Resolvers wait 5 s for an answer before they ask again (resolv.conf, timeout); what is on top is the answer itself. */
const isRetry = (seconds: number): boolean => [5, 10, 15].some((n) => seconds >= n - 0.1 && seconds <= n + 0.6);
const LOOKUP_COMMAND = /(?:^|\s)(?:nslookup|dig|host|getent\s+hosts)\s|^curl: time_namelookup$/;

export default defineCheck({
  id: 'dns-five-second-latency',
  layer: 3,
  title: 'Names resolve at once',
  failureTitle: 'A name look-up took 5 seconds',
  why: 'Five seconds is how long a resolver waits before it asks again: the first packet, or its answer, was lost. Known causes are the race of the A and AAAA question in the connection table of older kernels, a full connection table, and an endpoint of the DNS Service that does not answer.',
  fix: [
    'Use NodeLocal DNSCache, or the resolver option single-request-reopen or use-vc; look for lost packets (conntrack -S, insert_failed) and for a DNS pod that does not answer.',
  ],
  next: ['conntrack -S | grep insert_failed', 'kubectl -n kube-system get pods -l k8s-app=kube-dns -o wide'],
  severity: 'warning',
  confidence: 'medium',
  needsAny: ['probes', 'commandTimings'],
  wants: ['services', 'hostValues'],
  *run({ probes, commandTimings, hostValues }, { snapshot }) {
    const slow: { seconds: number; what: string; source: Evidence; subject?: Subject }[] = [];
    const lookups = probes.filter((probe) => isLookup(probe) && probe.outcome === 'ok' && probe.tookMs !== undefined);
    for (const probe of lookups) {
      const seconds = (probe.tookMs ?? 0) / 1000;
      const pod = probe.from?.pod;
      if (isRetry(seconds))
        slow.push({
          seconds,
          what: `${probe.tool} of ${probe.target}`,
          source: probe.source,
          ...(pod === undefined ? {} : { subject: snapshot.named('Pod', pod, { namespace: probe.from?.namespace }) }),
        });
    }
    for (const { command, seconds, source } of commandTimings)
      if (LOOKUP_COMMAND.test(command) && isRetry(seconds)) slow.push({ seconds, what: command.slice(0, 120), source });
    const [first, ...more] = slow;
    if (first === undefined) return;
    const raced = hostValues.find(
      ({ topic, key, value }) => topic === 'conntrack-stats' && key === 'insert_failed' && Number(value) > 0,
    );
    yield {
      subject:
        first.subject ??
        snapshot.named('Service', clusterDns(snapshot).service?.metadata.name ?? 'kube-dns', {
          namespace: 'kube-system',
        }),
      message: `${first.what} took ${first.seconds.toFixed(1)} s, the time after which a resolver asks again${more.length === 0 ? '' : ` (${slow.length} look-ups did)`}: packets to or from the cluster DNS are lost${raced === undefined ? '' : `; conntrack counts ${raced.value} packets that it dropped because another of the same connection was entered first (insert_failed)`}`,
      evidence: [
        first.source,
        ...(raced === undefined ? [] : [raced.source]),
        ...more.slice(0, 2).map(({ source }) => source),
      ],
    };
  },
});
