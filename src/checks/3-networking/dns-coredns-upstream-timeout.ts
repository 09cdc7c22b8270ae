import { groupBy } from '../../lib/group-by.ts';
import { plural } from '../../lib/in-words.ts';
import type { LogHit } from '../../parsers/records.ts';
import { podOfLog } from '../../snapshot/logs/log-owner.ts';
import { clusterDns } from '../../snapshot/network/dns.ts';
import { timeOf } from '../../snapshot/nodes/node-health.ts';
import { isWell } from '../../snapshot/pods/pods-seen.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';

/** Look-ups that got no answer from one upstream: fewer are everyday losses of UDP (HEUR). */
const ENOUGH = 3;

/** And of a server that has run for an hour and is ready: one that gets no answers prints as many in a minute (ours). */
const ENOUGH_OF_HOURS = 10;
const HOUR_MS = 3_600_000;

/** Whether the lines are of a pod that is ready and has run for an hour or more. */
function hasRun(snapshot: Snapshot, hit: LogHit): boolean {
  const pod = podOfLog(snapshot, hit);
  if (pod === undefined || !isWell(pod) || snapshot.now === undefined) return false;
  const started = timeOf(pod.status?.containerStatuses?.[0]?.state?.running?.startedAt);
  return started !== undefined && snapshot.now - started > HOUR_MS;
}

export default defineCheck({
  id: 'dns-coredns-upstream-timeout',
  layer: 3,
  title: 'The upstream name servers answer the cluster DNS',
  failureTitle: 'The upstream name server does not answer the cluster DNS',
  why: 'Names outside the cluster are forwarded to the servers of the Corefile or of the resolv.conf of the node. When none answers they fail after a timeout, while names of the cluster still resolve. The server is down or wrong, a firewall or policy drops the packets, or packets leave the pod network without source NAT and the replies do not find back.',
  fix: [
    'Test the server from the node that runs CoreDNS (dig @{upstream}). If it answers there, pod traffic is blocked or not masqueraded; if not, correct forward in the Corefile or the resolv.conf of the node.',
  ],
  next: [
    'dig @{upstream} kubernetes.io',
    'kubectl get configmap coredns -n kube-system -o yaml',
    'iptables -t nat -S POSTROUTING',
  ],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['containerLogs'],
  reads: ['dns-upstream-line'],
  *run(_facts, { snapshot }) {
    const dns = clusterDns(snapshot);
    const byUpstream = groupBy(
      snapshot.hits('dns-upstream-line'),
      ({ groups }) => groups['upstream'] ?? groups['dialled'] ?? groups['kubeDns'],
    );
    for (const [upstream, hits] of byUpstream) {
      // dns-forwards-to-self tells of those.
      if (dns.addresses.includes(upstream)) continue;
      const count = hits.reduce((sum, hit) => sum + hit.count, 0);
      const [hit] = hits;
      if (hit === undefined) continue;
      const why = hit.groups['reason'] ?? hit.groups['cause'] ?? 'i/o timeout';
      yield {
        subject: snapshot.subjectOfLog(hit.origin, {
          node: hit.class === 'container' ? undefined : hit.node,
          program: hit.program,
        }),
        ...(count < (hits.every((one) => hasRun(snapshot, one)) ? ENOUGH_OF_HOURS : ENOUGH)
          ? { severity: 'info' as const }
          : {}),
        message: `The cluster DNS gets no answer from its upstream name server ${upstream}:53 (${why}), ${plural(count, 'time')}: names outside the cluster do not resolve`,
        evidence: [snapshot.evidenceOf(hit)[0], ...hits.slice(1, 3).map((one) => snapshot.evidenceOf(one)[0])],
        params: { upstream },
        ...(hit.first.time === undefined ? {} : { since: hit.first.time }),
      };
    }
  },
});
