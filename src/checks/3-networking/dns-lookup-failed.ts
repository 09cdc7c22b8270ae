import type { Probe } from '../../parsers/records.ts';
import { isBareName } from '../../snapshot/network/addresses.ts';
import { isLookup, podOfProbe } from '../../snapshot/network/connections.ts';
import { stubZoneOf } from '../../snapshot/network/corefile.ts';
import { gradedHits, logFinding, speaker, times } from '../log-findings.ts';
import { defineCheck } from '../check.ts';

/** Names that every cluster resolves. */
const CLUSTER = /\.svc(?:\.|$)|^kubernetes(?:\.default)?$|\.cluster\.local\.?$/;

/** The server's own fault, whatever the name: it does not answer this client, or cannot. */
const REFUSES = /\b(?:REFUSED|SERVFAIL)\b/;

export default defineCheck({
  id: 'dns-lookup-failed',
  layer: 3,
  title: 'Names resolve when they are tried',
  failureTitle: 'A name look-up from the cluster failed',
  why: 'A look-up that was tried and failed is better evidence than any setting. When names of the cluster fail too, the cluster DNS is at fault; when only outside names fail, its upstream is.',
  fix: [
    'Follow the DNS checks: pods and Service of the cluster DNS first, then its upstream, then policies and kube-proxy.',
  ],
  next: [
    'kubectl exec POD -- nslookup kubernetes.default.svc.cluster.local',
    'kubectl -n kube-system get pods -l k8s-app=kube-dns',
  ],
  severity: 'critical',
  confidence: 'medium',
  needsAny: ['probes', 'containerLogs'],
  reads: ['dns-lookup-at-server-failed'],
  wants: ['services', 'pods', 'configMaps'],
  *run({ probes }, { snapshot }) {
    // A program that gets no answer from the server it asks is a look-up that was tried: the way there is broken.
    for (const hits of gradedHits(snapshot, ['dns-lookup-at-server-failed'], ({ groups }) =>
      /no such host|misbehaving/.test(groups['why'] ?? '') ? undefined : groups['server'],
    )) {
      const [hit] = hits.hits;
      const { host = '', server = '' } = hit?.groups ?? {};
      yield logFinding(
        hits,
        { failing: 'critical', ongoing: 'warning' },
        {
          variant: CLUSTER.test(host) ? 'cluster-no-answer' : 'no-answer',
          message: `The DNS server ${server} gives ${speaker(hits)} no answer${times(hits.count)}, as to ${host}: requests or answers are lost on the way (network plug-in, kube-proxy, policy, firewall), or nothing serves there`,
        },
      );
    }
    // A connection that ends at the name has looked it up.
    const lookups = probes.filter((probe) => isLookup(probe) || probe.outcome === 'unresolved');
    const failed = lookups.filter((probe) => probe.outcome !== 'ok');
    const [first] = failed;
    if (first === undefined) return;
    const isCluster = (probe: Probe) =>
      CLUSTER.test(probe.target) || snapshot.resolve(probe.target, probe.from?.namespace).service !== undefined;
    const cluster = failed.filter(isCluster);
    const well = lookups.filter((probe) => probe.outcome === 'ok');
    const [shown] = cluster.length > 0 ? cluster : failed;
    if (shown === undefined) return;
    // One outside name that does not exist is the answer to a question, not a fault.
    const single =
      cluster.length === 0 && failed.length === 1 && shown.outcome === 'unresolved' && !REFUSES.test(shown.source.text);
    const stub = cluster.length > 0 ? undefined : stubZoneOf(snapshot, shown.target);
    const direct = stub === undefined ? undefined : failed.find(({ server }) => stub.servers.includes(server ?? ''));
    const better =
      stub === undefined
        ? undefined
        : well.find((probe) => probe.target === shown.target && probe.server !== undefined);
    const forwarded =
      stub === undefined
        ? ''
        : `; the Corefile (ConfigMap ${stub.configMap}) forwards ${stub.zone} to ${stub.servers.join(', ')}${direct === undefined ? '' : `, which fails when it is asked itself (${REFUSES.exec(direct.source.text)?.[0] ?? direct.outcome})`}${better === undefined ? '' : `; ${better.server ?? ''} answers`}`;
    const asker = podOfProbe(snapshot, shown);
    yield {
      subject:
        asker !== undefined
          ? snapshot.subject(asker)
          : shown.from?.pod === undefined
            ? snapshot.named('Service', 'kube-dns', { namespace: 'kube-system' })
            : snapshot.named('Pod', shown.from.pod, { namespace: shown.from.namespace }),
      variant: cluster.length > 0 ? 'cluster' : stub === undefined ? 'external' : 'stub-zone',
      ...(stub === undefined
        ? {}
        : {
            title: 'Names of a zone that the cluster DNS forwards do not resolve',
            fix: [
              `Name servers that serve ${stub.zone} to this client after "forward" in its block of the Corefile, or let ${stub.servers.join(', ')} answer CoreDNS (recursion and access lists of that server)`,
            ],
          }),
      // A bare name that a pod asks for is a Service's: it is not there, or the search list is broken.
      ...(!single
        ? {}
        : shown.from !== undefined && isBareName(shown.target)
          ? { severity: 'warning' as const, confidence: 'low' as const }
          : { severity: 'info' as const }),
      message: `${shown.tool} of ${shown.target}${shown.from?.pod === undefined ? '' : ` in pod ${shown.from.pod}`} failed (${REFUSES.exec(shown.source.text)?.[0] ?? shown.outcome}); ${failed.length} of ${lookups.length} look-ups failed${cluster.length === 0 && well.some(isCluster) ? ', only those of outside names' : ''}${forwarded}`,
      evidence: [
        shown.source,
        ...(stub === undefined ? [] : [stub.evidence]),
        ...failed
          .filter((probe) => probe !== shown)
          .slice(0, 2)
          .map((probe) => probe.source),
      ],
    };
  },
});
