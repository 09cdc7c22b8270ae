import { connections, isOutside, type Connection } from '../../snapshot/network/connections.ts';
import { outcomeText } from '../../snapshot/network/reachability.ts';
import { defineCheck } from '../check.ts';

const targetOf = ({ probe }: Connection): string =>
  `${probe.target}${probe.port === undefined ? '' : `:${probe.port}`}`;

export default defineCheck({
  id: 'net-external-failed',
  layer: 3,
  title: 'Pods reach the outside when that is tried',
  failureTitle: 'A pod does not reach an address outside of the cluster',
  why: 'When the node reaches the same target, the way of pods out of the cluster is broken: masquerading, forwarding or an egress policy. When the node does not reach it either, it is the firewall or proxy of the site.',
  fix: [
    'Try the same target from the node. It answers there: look at egress NetworkPolicies and masquerading. It does not: ask for the rule in the firewall, or set the proxy.',
  ],
  next: ['ip route get ADDRESS', 'iptables -t nat -S POSTROUTING', 'kubectl get networkpolicies -A'],
  severity: 'warning',
  confidence: 'medium',
  needs: ['probes'],
  wants: ['pods', 'services', 'nodes'],
  *run(_facts, { snapshot }) {
    const outside = connections(snapshot).filter(isOutside);
    const failed = outside.filter(({ fromPod, lost }) => fromPod && lost);
    const [first] = failed;
    if (first === undefined) return;
    const targets = new Set(failed.map(targetOf));
    const fromNodes = outside.filter(
      (one) => !one.fromPod && one.probe.node !== undefined && targets.has(targetOf(one)),
    );
    // One target of several is that target's trouble.
    const others = outside.filter((one) => one.fromPod && one.probe.outcome === 'ok').length;
    const site = fromNodes.some(({ lost }) => lost) && !fromNodes.some(({ probe }) => probe.outcome === 'ok');
    const pod = first.probe.from?.pod;
    yield {
      subject:
        first.from !== undefined
          ? snapshot.subject(first.from)
          : snapshot.named('Pod', pod ?? 'unknown', { namespace: first.probe.from?.namespace, node: first.fromNode }),
      variant: site ? 'site' : 'pods',
      ...(site || others > 0 ? { severity: 'info' as const } : {}),
      message: `A connection from pod ${pod ?? ''} to ${targetOf(first)} outside of the cluster ${outcomeText(first.probe)} (${first.probe.tool})${
        site
          ? ', and the node does not reach it either: a firewall or proxy of the site'
          : fromNodes.length > 0
            ? ', while the node reaches it: the way of pods out of the cluster is broken'
            : ''
      }${others > 0 ? `; ${others} other tries of outside targets succeeded` : ''}`,
      evidence: [
        first.probe.source,
        ...failed.slice(1, 3).map(({ probe }) => probe.source),
        ...fromNodes.slice(0, 1).map(({ probe }) => probe.source),
      ],
      related: [...new Set(failed.flatMap(({ fromNode }) => fromNode ?? []))]
        .slice(0, 10)
        .map((name) => ({ kind: 'Node', name })),
    };
  },
});
