/**
 * Which way between two pods do NetworkPolicies leave open? The rules of networking.k8s.io/v1: a pod that some policy
 * selects for a direction is isolated in it; then only what some rule allows passes. Rules are a union, order and
 * number do not matter, nothing denies by itself. Where labels or engines are not known the answer is `unknown`.
 */
import { inCidr, parseCidr, parseIp } from '../../lib/cidr.ts';
import { isEmptySelector, matchesRequirement, matchesSelector } from '../../lib/labels.ts';
import type { NetworkPolicy } from '../../snapshot/kinds/index.ts';

export type Protocol = 'TCP' | 'UDP' | 'SCTP';
export type Direction = 'Ingress' | 'Egress';
export type Answer = 'yes' | 'no' | 'unknown';

/** A pod as policies see it. Undefined labels: not known. */
export interface PolicyPod {
  readonly kind: 'pod';
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>> | undefined;
  /** It may have more labels than these: they are those by which its workload selects it. */
  readonly someLabels?: boolean;
  /** Labels of its namespace; every namespace has `kubernetes.io/metadata.name` besides. */
  readonly namespaceLabels: Readonly<Record<string, string>> | undefined;
  readonly ip?: string;
  /** Shares the node's network: policies do not select it reliably. */
  readonly hostNetwork: boolean;
  /** Ports by name, for rules that name theirs. */
  readonly ports: readonly { readonly name?: string | undefined; readonly port: number; readonly protocol: string }[];
}
export interface PolicyAddress {
  readonly kind: 'ip';
  readonly ip: string;
}
/** A name outside of the cluster, whose addresses nobody knows here. */
export interface PolicyName {
  readonly kind: 'name';
  readonly name: string;
}
export type Peer = PolicyPod | PolicyAddress | PolicyName;

export interface Flow {
  readonly from: Peer;
  readonly to: Peer;
  readonly protocol: Protocol;
  /** The port of the destination pod, after the Service's translation. */
  readonly port: number;
  /** It goes to the address of a Service and is sent on from there. */
  readonly throughService?: boolean;
}

type Spec = NonNullable<NetworkPolicy['spec']>;
type Rule = NonNullable<Spec['ingress']>[number] & NonNullable<Spec['egress']>[number];
export type PolicyPeer = NonNullable<Rule['from']>[number];
type PolicyPort = NonNullable<Rule['ports']>[number];
type Selector = PolicyPeer['podSelector'];

const not = (answer: Answer): Answer => (answer === 'yes' ? 'no' : answer === 'no' ? 'yes' : 'unknown');
/** "Yes" of one is enough. */
export const any = (answers: readonly Answer[]): Answer =>
  answers.includes('yes') ? 'yes' : answers.includes('unknown') ? 'unknown' : 'no';
const all = (answers: readonly Answer[]): Answer => not(any(answers.map(not)));

/** An empty selector selects everything, whatever the labels; other selectors need them, or those of them they name. */
function selects(selector: Selector, labels: Readonly<Record<string, string>> | undefined, some = false): Answer {
  if (selector === undefined) return 'no';
  if (isEmptySelector(selector)) return 'yes';
  if (labels === undefined) return 'unknown';
  if (!some) return matchesSelector(selector, labels) ? 'yes' : 'no';
  const known = (key: string | undefined): boolean => key !== undefined && key in labels;
  return all([
    ...Object.entries(selector.matchLabels ?? {}).map(([key, value]): Answer =>
      known(key) ? (labels[key] === value ? 'yes' : 'no') : 'unknown',
    ),
    ...(selector.matchExpressions ?? []).map((one): Answer =>
      known(one.key) ? (matchesRequirement(one, labels) ? 'yes' : 'no') : 'unknown',
    ),
  ]);
}

/** Whether a namespaceSelector takes a namespace. The name label is known even where the others are not. */
export function selectsNamespace(
  selector: Selector,
  name: string,
  labels: Readonly<Record<string, string>> | undefined,
): Answer {
  const own = { 'kubernetes.io/metadata.name': name };
  if (labels !== undefined || selector === undefined) return selects(selector, labels && { ...own, ...labels });
  const keys = [
    ...Object.keys(selector.matchLabels ?? {}),
    ...(selector.matchExpressions ?? []).map((requirement) => requirement.key ?? ''),
  ];
  return keys.every((key) => key in own) ? selects(selector, own) : 'unknown';
}

/** Directions a policy restricts, as the API server fills policyTypes in: Ingress, and Egress when it has egress rules. */
export function directionsOf(policy: NetworkPolicy): readonly Direction[] {
  const types = policy.spec?.policyTypes;
  if (types !== undefined && types.length > 0)
    return types.filter((t): t is Direction => t === 'Ingress' || t === 'Egress');
  return (policy.spec?.egress ?? []).length === 0 ? ['Ingress'] : ['Ingress', 'Egress'];
}

/** Whether the policy isolates the pod in the direction. */
export function isolates(policy: NetworkPolicy, pod: PolicyPod, direction: Direction): Answer {
  if (policy.metadata.namespace !== pod.namespace || !directionsOf(policy).includes(direction)) return 'no';
  if (pod.hostNetwork) return 'unknown';
  // `podSelector` is required; a policy read without one (from a table) selects nobody knows whom.
  return policy.spec?.podSelector === undefined
    ? 'unknown'
    : selects(policy.spec.podSelector, pod.labels, pod.someLabels);
}

/** Whether a peer of a rule means the pod or address. */
export function matchesPeer(policy: NetworkPolicy, peer: PolicyPeer, other: Peer): Answer {
  if (peer.ipBlock !== undefined) {
    if (other.kind === 'name') return 'unknown';
    const ip = other.ip === undefined ? undefined : parseIp(other.ip);
    const block = peer.ipBlock.cidr === undefined ? undefined : parseCidr(peer.ipBlock.cidr);
    if (ip === undefined || block === undefined) return other.kind === 'pod' ? 'unknown' : 'no';
    const inside =
      inCidr(ip, block) &&
      !(peer.ipBlock.except ?? []).some((except) => {
        const cut = parseCidr(except);
        return cut !== undefined && inCidr(ip, cut);
      });
    // Whether ipBlock applies to pods is up to the implementation.
    return inside ? (other.kind === 'pod' ? 'unknown' : 'yes') : 'no';
  }
  if (other.kind !== 'pod') return 'no';
  if (other.hostNetwork) return 'unknown';
  const namespace: Answer =
    peer.namespaceSelector === undefined
      ? other.namespace === policy.metadata.namespace
        ? 'yes'
        : 'no'
      : selectsNamespace(peer.namespaceSelector, other.namespace, other.namespaceLabels);
  const pod: Answer =
    peer.podSelector === undefined ? 'yes' : selects(peer.podSelector, other.labels, other.someLabels);
  // A peer without any selector matches nothing (the API refuses it).
  if (peer.podSelector === undefined && peer.namespaceSelector === undefined) return 'no';
  return all([namespace, pod]);
}

function matchesPort(port: PolicyPort, flow: Flow): Answer {
  if ((port.protocol ?? 'TCP') !== flow.protocol) return 'no';
  if (port.port === undefined) return 'yes';
  if (typeof port.port === 'number')
    return flow.port >= port.port && flow.port <= (port.endPort ?? port.port) ? 'yes' : 'no';
  if (/^\d+$/.test(port.port)) return Number(port.port) === flow.port ? 'yes' : 'no';
  if (flow.to.kind !== 'pod') return 'no';
  const named = flow.to.ports.filter((p) => p.name === port.port && p.protocol === flow.protocol);
  if (named.some((p) => p.port === flow.port)) return 'yes';
  return flow.to.ports.length === 0 || flow.to.ports.some((p) => p.name === undefined) ? 'unknown' : 'no';
}

/** One rule's answer: its ports and its peers must both fit; an absent or empty list fits everything. */
function allows(
  policy: NetworkPolicy,
  rule: Rule,
  peers: readonly PolicyPeer[] | undefined,
  other: Peer,
  flow: Flow,
): Answer {
  const ports = rule.ports ?? [];
  const portAnswer: Answer = ports.length === 0 ? 'yes' : any(ports.map((port) => matchesPort(port, flow)));
  const peerAnswer: Answer =
    peers === undefined || peers.length === 0 ? 'yes' : any(peers.map((peer) => matchesPeer(policy, peer, other)));
  return all([portAnswer, peerAnswer]);
}

export interface Half {
  readonly direction: Direction;
  readonly answer: Answer;
  /** Policies that isolate the pod in this direction (surely or perhaps). */
  readonly isolating: readonly NetworkPolicy[];
}
export interface Verdict {
  readonly answer: Answer;
  readonly egress: Half;
  readonly ingress: Half;
}

function half(policies: readonly NetworkPolicy[], flow: Flow, direction: Direction): Half {
  const own = direction === 'Egress' ? flow.from : flow.to;
  const other = direction === 'Egress' ? flow.to : flow.from;
  if (own.kind !== 'pod') return { direction, answer: 'yes', isolating: [] };
  // A pod always reaches itself, but for its packets that went out to a Service and come back from there.
  if (
    flow.throughService !== true &&
    other.kind === 'pod' &&
    other.namespace === own.namespace &&
    other.name === own.name
  )
    return { direction, answer: 'yes', isolating: [] };
  const isolating: NetworkPolicy[] = [];
  const isolated: Answer[] = [];
  const allowed: Answer[] = [];
  for (const policy of policies) {
    const mine = isolates(policy, own, direction);
    if (mine === 'no') continue;
    isolating.push(policy);
    isolated.push(mine);
    for (const rule of (direction === 'Egress' ? policy.spec?.egress : policy.spec?.ingress) ?? []) {
      const peers = direction === 'Egress' ? (rule as Rule).to : (rule as Rule).from;
      allowed.push(all([mine, allows(policy, rule as Rule, peers, other, flow)]));
    }
  }
  return { direction, answer: any([not(any(isolated)), any(allowed)]), isolating };
}

/** Whether the flow passes: its source must be let out and its destination must let it in. */
export function evaluate(policies: readonly NetworkPolicy[], flow: Flow): Verdict {
  const egress = half(policies, flow, 'Egress');
  const ingress = half(policies, flow, 'Ingress');
  return { answer: all([egress.answer, ingress.answer]), egress, ingress };
}
