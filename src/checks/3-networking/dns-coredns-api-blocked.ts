import { groupBy } from '../../lib/group-by.ts';
import { plural } from '../../lib/in-words.ts';
import { isDnsPod } from '../../snapshot/network/dns.ts';
import { podReady } from '../../snapshot/pods/readiness.ts';
import { defineCheck } from '../check.ts';

/** While it starts, CoreDNS says a few times that it waits (HEUR). */
const START_UP_LINES = 5;

export default defineCheck({
  id: 'dns-coredns-api-blocked',
  layer: 3,
  title: 'The cluster DNS reads Services from the API server',
  failureTitle: 'The cluster DNS cannot reach the API server',
  why: 'Without Services and endpoints from the API the DNS server answers no cluster name and stays unready. The way from pods to the kubernetes Service (kube-proxy, network plug-in, firewall) is broken, its RBAC is, or the API server is down.',
  fix: [
    'Test the address of the kubernetes Service from a pod and from the node of the DNS pod; mend kube-proxy or the network plug-in there.',
  ],
  next: ['kubectl get endpointslices -n default', 'kubectl logs -n kube-system -l k8s-app=kube-dns --tail=100'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['containerLogs'],
  reads: ['dns-api-line', 'dns-upstream-line'],
  *run(_facts, { snapshot }) {
    const hits = snapshot.hits('dns-api-line');
    const bySource = groupBy(hits, ({ origin }) => `${origin.pod ?? ''}/${origin.file}`);
    for (const mine of bySource.values()) {
      const failed = mine.find((hit) => hit.groups['reason'] !== undefined);
      const first = failed ?? mine[0];
      if (first === undefined) continue;
      const count = mine.reduce((sum, hit) => sum + hit.count, 0);
      const { pod } = snapshot.ownerOfLog(first.origin);
      if (pod !== undefined && !isDnsPod(pod)) continue;
      const well = pod !== undefined && podReady(pod) === true;
      const api = first.groups['api'];
      // The server outside does not answer either: it is not the API server.
      const outside = snapshot
        .hits('dns-upstream-line')
        .find((hit) => hit.origin.file === first.origin.file && hit.origin.pod === first.origin.pod);
      const server = / (?:read|dial|write) (?:udp|tcp) (?:\S{3,50}->)?(\S{3,50}): i\/o timeout/.exec(
        outside === undefined ? '' : snapshot.evidenceOf(outside)[0].text,
      )?.[1];
      yield {
        subject: snapshot.subjectOfLog(first.origin, { program: first.program }),
        ...(well || (failed === undefined && count < START_UP_LINES) ? { severity: 'info' as const } : {}),
        message: `The cluster DNS cannot reach the API server${api === undefined ? '' : ` at ${api}`}${failed === undefined ? '' : ` (${failed.groups['reason'] ?? ''})`}, ${plural(count, 'line')}: it does not know the Services${server === undefined ? '' : `; the DNS server ${server} outside does not answer it either (i/o timeout): nothing gets out of the pod (firewall of the node, routes, network plug-in)`}`,
        evidence: [
          snapshot.evidenceOf(first)[0],
          ...(outside === undefined || server === undefined ? [] : [snapshot.evidenceOf(outside)[0]]),
        ],
      };
    }
  },
});
