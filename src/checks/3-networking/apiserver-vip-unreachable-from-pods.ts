import type { LogHit } from '../../parsers/records.ts';
import { podsOfLog } from '../../snapshot/logs/log-owner.ts';
import { quoteBackends } from '../../snapshot/network/reachability.ts';
import { isWell } from '../../snapshot/pods/pods-seen.ts';
import { refOf, refTo, type Ref } from '../../snapshot/ref.ts';
import { addressOf, isApiAddress } from '../../snapshot/network/api-address.ts';
import { defineCheck } from '../check.ts';

const MEANS: Readonly<Record<string, string>> = {
  'i/o timeout': 'packets to the Service address are dropped or not translated: kube-proxy or the network of the node',
  'connection timed out':
    'packets to the Service address are dropped or not translated: kube-proxy or the network of the node',
  'no route to host': 'a host firewall rejects them',
  'connection refused': 'the kubernetes Service has no endpoint that answers',
  'network is unreachable': 'the node has no route for them (no default route of that family of addresses)',
};

export default defineCheck({
  id: 'apiserver-vip-unreachable-from-pods',
  layer: 3,
  title: 'Pods reach the API server through its Service address',
  failureTitle: 'Pods cannot reach the API server through its Service address (the service network is broken)',
  why: 'Controllers, network agents and the cluster DNS talk to the API through the kubernetes Service. When its address leads nowhere on a node, kube-proxy or the network plug-in of that node does not work, although the API server may be well.',
  fix: [
    'Check kube-proxy (or its replacement) and the network plug-in on {node}; compare the endpoints of the kubernetes Service with the addresses of the control plane; look for a host firewall.',
  ],
  next: [
    'kubectl get endpoints kubernetes -n default',
    'kubectl -n kube-system get pods -l k8s-app=kube-proxy -o wide',
    'iptables-save -t nat | grep {address}',
  ],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['containerLogs', 'hostLogs'],
  wants: ['services', 'endpoints', 'endpointSlices', 'pods'],
  reads: ['api-vip-line'],
  *run(_facts, { snapshot }) {
    const groups = new Map<string, { hits: LogHit[]; node: string | undefined }>();
    for (const hit of snapshot.hits('api-vip-line')) {
      const address = addressOf(hit);
      if (!isApiAddress(snapshot, address)) continue;
      const pod = snapshot.ownerOfLog(hit.origin).pod;
      const node = pod?.spec?.nodeName ?? hit.node ?? hit.origin.node;
      const at = `${node ?? ''}/${node === undefined ? hit.origin.file : ''}/${address}`;
      const group = groups.get(at);
      if (group === undefined) groups.set(at, { hits: [hit], node });
      else group.hits.push(hit);
    }
    for (const { hits, node } of groups.values()) {
      const [hit] = hits;
      if (hit === undefined) continue;
      const address = addressOf(hit);
      const why = hit.groups['why'] ?? 'i/o timeout';
      const count = hits.reduce((sum, one) => sum + one.count, 0);
      const pods = hits.flatMap((one) => podsOfLog(snapshot, one));
      // Who says so runs and is ready by now: the line is old.
      const settled = pods.length > 0 && pods.every(isWell);
      const backends = snapshot.get('services', 'default', 'kubernetes');
      const endpoints = snapshot
        .list('endpoints')
        .find((e) => e.metadata.name === 'kubernetes' && (e.metadata.namespace ?? 'default') === 'default');
      const behind = (endpoints?.subsets ?? []).flatMap((s) =>
        (s.addresses ?? []).map((a) => `${a.ip ?? ''}:${s.ports?.[0]?.port ?? ''}`),
      );
      const there =
        behind.length === 0 ? '' : `, although the kubernetes Service has the endpoint ${behind.join(', ')}`;
      yield {
        subject:
          node === undefined
            ? snapshot.subjectOfLog(hit.origin, { program: hit.program })
            : snapshot.named('Node', node, { node }),
        ...(settled ? { state: 'recovered' as const } : {}),
        confidence: backends === undefined ? 'medium' : 'high',
        message: `Pods${node === undefined ? '' : ` on node ${node}`} cannot reach the API server through its service IP ${address.includes(':') ? `[${address}]` : address}:443 (${why}), ${count} ${count === 1 ? 'time' : 'times'}${there}: the service network is broken; ${MEANS[why] ?? why}`,
        evidence: [
          snapshot.evidenceOf(hit)[0],
          ...hits.slice(1, 3).map((one) => snapshot.evidenceOf(one)[0]),
          ...(endpoints === undefined ? [] : [quoteBackends(snapshot, endpoints)]),
        ],
        params: { address, ...(node === undefined ? { node: 'the node' } : {}) },
        // A log pasted alone is its own subject: what else it says joins here.
        related: hits
          .slice(0, 5)
          .map((one): Ref => {
            const { kind, namespace, name } = snapshot.subjectOfLog(one.origin, { program: one.program });
            return refTo(kind, namespace, name);
          })
          .concat(
            pods.slice(0, 20).flatMap((pod) => {
              const workload = snapshot.workloadOf(pod);
              return [refOf(pod), ...(workload === undefined ? [] : [workload])];
            }),
          ),
        ...(hit.first.time === undefined ? {} : { since: hit.first.time }),
      };
    }
  },
});
