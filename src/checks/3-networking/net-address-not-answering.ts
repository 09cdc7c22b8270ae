import { groupBy } from '../../lib/group-by.ts';
import { API_SERVER_PORT } from '../../snapshot/control-plane/api-access.ts';
import { connections, isOutside, type Connection } from '../../snapshot/network/connections.ts';
import { podRangeOf } from '../../snapshot/network/pod-ranges.ts';
import { outcomeText } from '../../snapshot/network/reachability.ts';
import type { NetworkPolicy } from '../../snapshot/kinds/index.ts';
import { refTo, type Ref } from '../../snapshot/ref.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';

/** Ports of a cluster's own parts (https://kubernetes.io/docs/reference/networking/ports-and-protocols/); the API server's has a check of its own. */
const PARTS: Readonly<Record<number, string>> = {
  179: 'BGP',
  2379: 'etcd for clients',
  2380: 'etcd for its peers',
  5473: 'Typha',
  9345: 'the supervisor of RKE2',
  10250: 'the kubelet',
  10256: 'the health check of kube-proxy',
};

const SERVER_ERROR = [
  'Behind {host} a proxy or the program itself answers: read the log of the ingress controller, then look at the endpoints and pods of the Service that it routes to.',
];

const TUNNEL = [
  'Let the traffic of the network plug-in pass between the nodes (host firewall, security group, source/destination check) - VXLAN 8472/UDP (flannel, Cilium) or 4789/UDP (Calico), IP-in-IP (protocol 4), BGP 179/TCP, WireGuard 51820/UDP, Geneve 6081/UDP -, look at the routes to {host} on both nodes, and try without checksum offload of the tunnel (ethtool -K flannel.1 tx-checksum-ip-generic off).',
];

const addressOf = ({ probe }: Connection): string =>
  `${probe.target}${probe.port === undefined ? '' : `:${probe.port}`}`;

/** Pods, Services and the outside as pods see it have checks of their own. */
const isLeft = (one: Connection): boolean =>
  one.to.service === undefined &&
  one.to.pod === undefined &&
  one.probe.port !== API_SERVER_PORT &&
  (!one.fromPod || !isOutside(one)) &&
  (!one.fromPod || one.to.node !== undefined || !/[a-z]/i.test(one.probe.target));

/**
 * The port where kube-proxy tells a load balancer whether this node has an endpoint of the Service (externalTrafficPolicy
 * Local): 503 is the right answer of all others. That no node has one is a finding of its own.
 */
const isHealthPort = (snapshot: Snapshot, { probe }: Connection): boolean =>
  probe.httpStatus === 503 &&
  probe.port !== undefined &&
  snapshot.list('services').some(({ spec }) => spec?.healthCheckNodePort === probe.port);

/** `web.shop.svc`, `web.shop.svc.cluster.local`: a Service by its name. */
const SERVICE_NAME = /^[a-z0-9-]{1,63}\.([a-z0-9-]{1,63})\.svc(?:\.|$)/;

/** Policies of a namespace that let only some ask. Without its Services and pods nothing says whether they are about this one. */
function restricting(snapshot: Snapshot, namespace: string): readonly NetworkPolicy[] {
  return snapshot
    .list('networkPolicies')
    .filter(
      ({ metadata, spec }) =>
        metadata.namespace === namespace &&
        spec?.policyTypes?.includes('Ingress') !== false &&
        (spec?.ingress ?? []).every(({ from }) => (from ?? []).length > 0),
    );
}

const POLICIES = [
  'Look whether the NetworkPolicies of the namespace {policies} let the caller in; add a rule for its namespace (namespaceSelector) and pods to the one that selects the pods behind {host}.',
];

export default defineCheck({
  id: 'net-address-not-answering',
  layer: 3,
  title: 'Machines answer at the addresses that were tried',
  failureTitle: 'An address did not answer when it was tried',
  why: 'Somebody tried the address by hand. Refused: nothing listens at the port, or a firewall rejects. Timeout or no route: a firewall or security group drops, the machine is down, or its route is missing.',
  fix: [
    'Refused: look whether the program runs and listens there (ss -tlnp on {host}). No answer: look at the firewall of {host}, at security groups on the way, and whether {host} is up.',
  ],
  next: ['ip route get {host}', 'ssh {host} ss -tlnp', 'ssh {host} nft list ruleset'],
  severity: 'warning',
  confidence: 'medium',
  needs: ['probes'],
  wants: ['nodes', 'pods', 'services', 'networkPolicies'],
  *run(_facts, { snapshot }) {
    for (const [address, tried] of groupBy(
      connections(snapshot).filter((one) => isLeft(one) && !isHealthPort(snapshot, one)),
      addressOf,
    )) {
      const failed = tried.filter(
        ({ probe, lost }) =>
          lost ||
          probe.outcome === 'refused' ||
          probe.outcome === 'reset' ||
          (probe.outcome === 'http-error' && (probe.httpStatus ?? 0) >= 500),
      );
      const [first] = failed;
      if (first === undefined) continue;
      const { probe } = first;
      const node = first.to.node?.metadata.name;
      const part = probe.port === undefined ? undefined : PARTS[probe.port];
      // Of any machine, known or not: a port of this range is a Service's.
      const service =
        probe.port === undefined || probe.port < 1024
          ? undefined
          : snapshot.list('services').find(({ spec }) => spec?.ports?.some(({ nodePort }) => nodePort === probe.port))
              ?.metadata.name;
      const well = tried.filter((one) => one.probe.outcome === 'ok').length;
      const from = probe.from?.pod === undefined ? probe.node : `pod ${probe.from.pod}`;
      // Nobody drops pings within the network of pods on purpose.
      const namespace = first.lost ? SERVICE_NAME.exec(probe.target)?.[1] : undefined;
      const policies = namespace === undefined ? [] : restricting(snapshot, namespace);
      const range = probe.tool === 'ping' && first.lost ? podRangeOf(snapshot, probe.target) : undefined;
      yield {
        subject: node === undefined ? snapshot.named('Host', probe.target) : snapshot.named('Node', node, { node }),
        variant: probe.outcome,
        // Many sites drop pings, and leave everything else alone.
        ...(well >= failed.length || (probe.tool === 'ping' && probe.outcome !== 'unreachable' && range === undefined)
          ? { severity: 'info' as const }
          : {}),
        ...(probe.outcome === 'http-error'
          ? { title: 'A site answers with an error of its server', fix: SERVER_ERROR }
          : {}),
        ...(policies.length === 0
          ? {}
          : { title: 'A Service in a namespace with NetworkPolicies does not answer', fix: POLICIES }),
        ...(range === undefined ? {} : { title: 'An address of the pod network does not answer', fix: TUNNEL }),
        message: `A connection${from === undefined ? '' : ` from ${from}`} to ${address}${part === undefined ? '' : ` (${part})`}${service === undefined ? '' : ` (NodePort of Service ${service})`} ${outcomeText(probe)} (${probe.tool}${probe.lossPercent === undefined ? '' : `, ${probe.lossPercent}% packet loss`})${range === undefined ? '' : `; the address is of the pod network (${range.cidr}, ${range.told}), so packets are lost between the nodes or on the way to the pod`}${policies.length === 0 ? '' : `; NetworkPolicy ${policies.map(({ metadata }) => metadata.name).join(', ')} of ${namespace} lets in only whom it names`}${well > 0 ? `; ${well} other tries succeeded` : ''}`,
        evidence: [
          probe.source,
          ...failed.slice(1, 3).map((one) => one.probe.source),
          ...policies.slice(0, 2).map((policy) => snapshot.quote(policy, '/spec/ingress')),
        ],
        related: [...new Set(failed.flatMap(({ fromNode }) => fromNode ?? []))]
          .filter((name) => name !== node)
          .slice(0, 10)
          .map((name): Ref => ({ kind: 'Node', name }))
          .concat(policies.map(({ metadata }) => refTo('NetworkPolicy', metadata.namespace, metadata.name))),
        params: { host: probe.target, policies: namespace ?? '' },
      };
    }
  },
});
