import { groupBy } from '../../lib/group-by.ts';
import { connections } from '../../snapshot/network/connections.ts';
import { outcomeText } from '../../snapshot/network/reachability.ts';
import { podReady } from '../../snapshot/pods/readiness.ts';
import { refOf } from '../../snapshot/ref.ts';
import { defineCheck } from '../check.ts';

const BETWEEN = [
  'The pods are on different nodes: let the traffic of the network plug-in pass between them (host firewall, security group, hypervisor) - VXLAN 8472/UDP (flannel, Cilium) or 4789/UDP (Calico), IP-in-IP (protocol 4), BGP 179/TCP, WireGuard 51820/UDP, Geneve 6081/UDP -, and see with tcpdump on both nodes whether it arrives. Then look at NetworkPolicies.',
];

export default defineCheck({
  id: 'net-pod-to-pod-failed',
  layer: 3,
  title: 'Pods answer at their addresses when they are tried',
  failureTitle: 'A pod did not answer a connection to its address',
  why: 'The address of a pod was tried, without Service and DNS in between. A refusal comes from the pod: nothing listens there. No answer means that the packets are lost: a NetworkPolicy, the network plug-in or the network between the nodes.',
  fix: [
    'Refused: compare the port with the one that the program listens on. No answer: look at NetworkPolicies, then at the network plug-in on both nodes.',
  ],
  next: [
    'kubectl get networkpolicies -n {namespace}',
    'kubectl exec POD -- curl -sv --connect-timeout 3 http://ADDRESS:PORT',
  ],
  severity: 'warning',
  confidence: 'medium',
  needs: ['probes', 'pods'],
  wants: ['services'],
  *run(_facts, { snapshot }) {
    for (const [pod, tried] of groupBy(connections(snapshot), ({ to }) => to.pod)) {
      const failed = tried.filter(({ probe }) => probe.outcome !== 'ok');
      // A pod that is not ready has findings of its own.
      const first = failed.find(({ lost }) => lost) ?? failed[0];
      if (first === undefined || podReady(pod) === false) continue;
      const { probe } = first;
      const well = tried.length - failed.length;
      const from = first.from?.spec?.nodeName;
      const between =
        first.lost && from !== undefined && pod.spec?.nodeName !== undefined && from !== pod.spec.nodeName;
      const where = pod.spec?.nodeName === undefined ? '' : ` on node ${pod.spec.nodeName}`;
      yield {
        subject: snapshot.subject(pod),
        variant: probe.outcome,
        severity: well > failed.length ? 'info' : first.lost ? 'critical' : 'warning',
        message: `A connection to pod ${pod.metadata.name} (${first.to.host}${probe.port === undefined ? '' : ` port ${probe.port}`})${where} ${outcomeText(probe)} (${probe.tool}${probe.from?.pod === undefined ? '' : ` in pod ${probe.from.pod}`}${first.from?.spec?.nodeName === undefined ? '' : ` on node ${first.from.spec.nodeName}`})${well > 0 ? `; ${well} other tries succeeded` : ''}`,
        ...(between ? { fix: BETWEEN } : {}),
        evidence: [
          probe.source,
          ...failed
            .filter((one) => one !== first)
            .slice(0, 2)
            .map((one) => one.probe.source),
        ],
        related: [
          ...snapshot.servicesSelecting(pod).slice(0, 5).map(refOf),
          ...[...new Set(failed.flatMap(({ fromNode, toNode }) => [fromNode ?? [], toNode ?? []].flat()))]
            .slice(0, 10)
            .map((name) => ({ kind: 'Node', name })),
        ],
      };
    }
  },
});
