import type { HostPort } from '../../lib/host-port.ts';
import { parseIp } from '../../lib/cidr.ts';
import type { Evidence } from '../../parsers/records.ts';
import { allowsOutside, isolatesEgress, type CiliumNetworkPolicy } from '../../simulation/network-policy/cilium.ts';
import { evaluate } from '../../simulation/network-policy/evaluate.ts';
import type { NetworkPolicy, Pod } from '../../snapshot/kinds/index.ts';
import { weightOf } from '../../snapshot/logs/hits.ts';
import { connections, isOutside } from '../../snapshot/network/connections.ts';
import { addressOfHit } from '../../snapshot/network/log-addresses.ts';
import { enforced, knownPolicies, policyPod, strangeEngines } from '../../snapshot/network/policies.ts';
import { refOf } from '../../snapshot/ref.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';
import { gradedHits } from '../log-findings.ts';
import { UNANSWERED } from '../unanswered.ts';

/** Lines: fewer are told as a warning. */
const RECURRING = 3;

/** A pod that got no answer from outside. */
interface Call {
  readonly pod: Pod;
  readonly to: HostPort & { readonly port: number };
  /** The program asks there once in a while, and goes on without. */
  readonly seldom: boolean;
  readonly words: string;
  readonly evidence: Evidence;
}

/** A name of two labels may be `service.namespace` of what the bundle does not show. */
const isOfCluster = (snapshot: Snapshot, host: string): boolean => {
  const labels = host.split('.');
  const [, namespace = ''] = labels;
  return (
    labels.length === 2 &&
    (snapshot.podsIn(namespace).length > 0 || snapshot.get('namespaces', undefined, namespace) !== undefined)
  );
};

function* inLogs(snapshot: Snapshot): Iterable<Call> {
  for (const hits of gradedHits(snapshot, UNANSWERED, (hit) => addressOfHit(hit)?.host)) {
    const [hit] = hits.hits;
    const { host, port } = (hit === undefined ? undefined : addressOfHit(hit)) ?? {};
    const { pod } = hits;
    if (pod === undefined || host === undefined || port === undefined) continue;
    const to = snapshot.resolve(`${host}:${port}`, pod.metadata.namespace);
    if (!isOutside({ to }) || isOfCluster(snapshot, host)) continue;
    yield {
      pod,
      to: { host, port },
      seldom: hits.grade === 'past' && weightOf(snapshot, hits.hits, RECURRING) === 'few',
      words: `its log says: ${hits.line}`,
      evidence: hits.evidence[0],
    };
  }
}

function* inProbes(snapshot: Snapshot): Iterable<Call> {
  for (const connection of connections(snapshot)) {
    const { from, to, lost, probe } = connection;
    if (from === undefined || probe.port === undefined || !lost || !isOutside(connection)) continue;
    if (isOfCluster(snapshot, to.host)) continue;
    yield {
      pod: from,
      to: { host: to.host, port: probe.port },
      seldom: false,
      words: `${probe.tool} got no answer there`,
      evidence: probe.source,
    };
  }
}

interface Keeper {
  readonly policy: NetworkPolicy | CiliumNetworkPolicy;
  /** Everything that isolates the pod: one of them has to allow it. */
  readonly names: readonly string[];
}

/** The policies that isolate the pod, when none of their rules lets the call pass for sure or perhaps. */
function keeperOf(snapshot: Snapshot, { pod, to: { host, port } }: Call): Keeper | undefined {
  const from = policyPod(snapshot, pod);
  const to = parseIp(host) === undefined ? { kind: 'name' as const, name: host } : { kind: 'ip' as const, ip: host };
  const { egress } = evaluate(knownPolicies(snapshot), { from, to, port, protocol: 'TCP' });
  const cilium = snapshot.list('ciliumNetworkPolicies').filter((policy) => isolatesEgress(policy, from));
  if (egress.isolating.length > 0 && egress.answer !== 'no') return undefined;
  if (cilium.some((policy) => allowsOutside(policy, host, port) !== 'no')) return undefined;
  const all = [...cilium, ...egress.isolating];
  const [policy] = all;
  return policy === undefined ? undefined : { policy, names: all.map(({ metadata }) => metadata.name) };
}

export default defineCheck({
  id: 'netpol-outside-blocked',
  layer: 3,
  title: 'Policies let pods out to what they ask outside of the cluster',
  failureTitle: 'A policy keeps a pod from an address outside of the cluster',
  why: 'A pod that some policy selects for egress sends only what some rule allows. Selectors of pods and namespaces never mean the world: that takes an ipBlock, in Cilium toFQDNs, toCIDR or toEntities world. What no rule allows is dropped, and the program waits until its timeout.',
  fix: ['Allow egress to the address and port in a policy that selects the pod.'],
  next: ['kubectl get networkpolicies -n {namespace} -o yaml'],
  severity: 'critical',
  confidence: 'medium',
  needs: ['pods'],
  needsAny: ['networkPolicies', 'ciliumNetworkPolicies'],
  wants: ['services', 'containerLogs', 'probes'],
  reads: UNANSWERED,
  *run(_facts, { snapshot }) {
    if (enforced(snapshot) === false) return;
    const told = new Set<string>();
    for (const call of [...inLogs(snapshot), ...inProbes(snapshot)]) {
      const keeper = keeperOf(snapshot, call);
      if (keeper === undefined) continue;
      const { policy, names } = keeper;
      const { pod, to, words, evidence } = call;
      const workload = snapshot.workloadOf(pod);
      const key = `${workload?.name ?? pod.metadata.name} ${policy.metadata.name}`;
      if (told.has(key)) continue;
      told.add(key);
      const isCilium = policy.kind === 'CiliumNetworkPolicy';
      yield {
        subject: snapshot.subject(policy),
        ...(call.seldom ? { severity: 'warning' as const } : {}),
        ...(isCilium ? { variant: 'cilium', next: ['kubectl get ciliumnetworkpolicies -n {namespace} -o yaml'] } : {}),
        ...(strangeEngines(snapshot) ? { confidence: 'low' as const } : {}),
        message: `${pod.metadata.name} asks ${to.host}:${to.port} outside of the cluster, and no egress rule of ${names.slice(0, 3).join(', ')} allows that: ${words}`,
        evidence: [snapshot.quote(policy, '/spec/egress'), evidence],
        fix: [
          isCilium
            ? `Add toFQDNs with matchName ${to.host} and port ${to.port} to the egress of ${policy.metadata.name} (DNS has to go through Cilium's proxy for that: a rule with rules.dns), or toCIDR for an address`
            : `Add an egress rule with an ipBlock that has the addresses of ${to.host} (0.0.0.0/0 without the ranges of the cluster where they change) and port ${to.port} to ${policy.metadata.name}`,
        ],
        related: [refOf(pod), ...(workload === undefined ? [] : [workload])],
      };
    }
  },
});
