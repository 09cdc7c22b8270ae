/**
 * Which of the reasons is the cause? A verdict such as "1 had untolerated taint control-plane, 3 Insufficient cpu" lists
 * one reason per node; most of them are as they should be. The decisive one is found in three steps: which nodes the
 * pod asks for (selector, affinity, a resource that only some nodes have), which of those let it in (cordon, taints),
 * and what is missing on the ones that do.
 */
import type { Reason, ReasonKind, SchedulingMessage } from '../../snapshot/scheduling/scheduling-message.ts';
import { isControlPlaneTaint, type NodeView } from './cluster.ts';
import type { PodSpec } from '../../snapshot/kinds/core.ts';
import type { Rejection } from './filter.ts';
import type { NodeVerdict } from './simulate.ts';

export interface Cause {
  readonly reason: Reason;
  /** The nodes it rejects, when they are known. */
  readonly nodes: readonly NodeView[];
  readonly rejections: readonly Rejection[];
  /** It adds to the decisive one: a cordon or a sick node that takes capacity away. */
  readonly secondary?: boolean;
}

/** Verdicts over the pod itself: no node was asked. */
const POD_LEVEL: readonly ReasonKind[] = [
  'claim-unbound',
  'claim-missing',
  'claim-deleting',
  'volume-missing',
  'no-nodes',
  'resource-claim',
];
const CHOICE: readonly ReasonKind[] = ['node-affinity', 'node-name'];
const ADMITTANCE: readonly ReasonKind[] = ['cordoned', 'taint'];

const CONDITION_KEYS: ReadonlySet<string> = new Set([
  'node.kubernetes.io/not-ready',
  'node.kubernetes.io/unreachable',
  'node.kubernetes.io/memory-pressure',
  'node.kubernetes.io/disk-pressure',
  'node.kubernetes.io/pid-pressure',
  'node.kubernetes.io/network-unavailable',
  'node.kubernetes.io/out-of-service',
  'node.cloudprovider.kubernetes.io/uninitialized',
  'node.cloudprovider.kubernetes.io/shutdown',
  'node.cilium.io/agent-not-ready',
  'ebs.csi.aws.com/agent-not-ready',
  'karpenter.sh/disrupted',
  'karpenter.sh/unregistered',
  'ToBeDeletedByClusterAutoscaler',
  'DeletionCandidateOfClusterAutoscaler',
]);

/** Taints that say a node is sick, starting or going away, not that it is reserved. */
export function isConditionTaint(key: string): boolean {
  return CONDITION_KEYS.has(key) || /^node\.alpha\.kubernetes\.io\/(?:notReady|unreachable)$/.test(key);
}

const isA = (kinds: readonly ReasonKind[]) => (one: { readonly kind: ReasonKind }) => kinds.includes(one.kind);
function fails({ rejections }: NodeVerdict, kinds: readonly ReasonKind[]): boolean {
  if (rejections.length === 0) return false;
  for (const { kind } of rejections) if (kinds.includes(kind)) return true;
  return false;
}
const sameWords = (a: Rejection, b: Rejection): boolean =>
  a.kind === b.kind &&
  a.resource === b.resource &&
  (a.taint?.key ?? '') === (b.taint?.key ?? '') &&
  (a.taint?.value ?? '') === (b.taint?.value ?? '');

/** Groups rejections that say the same into one cause each, the most frequent first. */
function group(verdicts: readonly NodeVerdict[], wanted: (rejection: Rejection) => boolean): Cause[] {
  const found: { rejection: Rejection; nodes: NodeView[]; rejections: Rejection[] }[] = [];
  for (const { node, rejections } of verdicts) {
    // Most nodes of a large cluster reject nothing.
    if (rejections.length === 0) continue;
    for (const rejection of rejections) {
      if (!wanted(rejection)) continue;
      const known = found.find((one) => sameWords(one.rejection, rejection));
      if (known === undefined) found.push({ rejection, nodes: [node], rejections: [rejection] });
      else {
        known.nodes.push(node);
        known.rejections.push(rejection);
      }
    }
  }
  return found
    .map(({ rejection, nodes, rejections }) => ({
      reason: {
        kind: rejection.kind,
        count: nodes.length,
        text: rejection.text,
        ...(rejection.taint === undefined ? {} : { taint: rejection.taint }),
        ...(rejection.resource === undefined ? {} : { resource: rejection.resource }),
        ...(rejection.object === undefined ? {} : { object: rejection.object }),
      },
      nodes,
      rejections,
    }))
    .sort((a, b) => b.reason.count - a.reason.count);
}

const most = (causes: readonly Cause[]): readonly Cause[] =>
  causes.filter((one) => one.reason.count === causes[0]?.reason.count);

/** Resources that are not on every node: asking for one is choosing nodes. */
const isExtended = (name: string | undefined): boolean =>
  name !== undefined && !['cpu', 'memory', 'ephemeral-storage', 'pods'].includes(name);

/** A node that advertises none of an extended resource is not among those that the pod asks for. */
const lacksEntirely = (verdict: NodeVerdict): boolean =>
  verdict.rejections.some((r) => r.kind === 'resource' && isExtended(r.resource) && (r.allocatable ?? 0) <= 0);

/** Whether the selector or affinity asks for a role or for a node by its name. A mere "not there" does not. */
function namesControlPlane(spec: PodSpec): boolean {
  const naming = (key: string | undefined): boolean =>
    key !== undefined &&
    /^(?:node-role\.kubernetes\.io\/|kubernetes\.io\/(?:role|hostname)$|metadata\.name$)/.test(key);
  const terms = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  return (
    Object.keys(spec.nodeSelector ?? {}).some(naming) ||
    terms.some((term) =>
      [...(term.matchExpressions ?? []), ...(term.matchFields ?? [])].some(
        ({ key, operator }) => (operator === 'In' || operator === 'Exists') && naming(key),
      ),
    )
  );
}

/** A sick or cordoned node that the pod could otherwise use. */
const secondaryOf = (causes: readonly Cause[]): readonly Cause[] =>
  causes
    .filter(({ reason }) => reason.kind === 'cordoned' || isConditionTaint(reason.taint?.key ?? ''))
    .map((cause) => ({ ...cause, secondary: true }));

function bySimulation(
  all: readonly NodeVerdict[],
  message: SchedulingMessage | undefined,
  spec: PodSpec,
): readonly Cause[] {
  const said = (kinds: readonly ReasonKind[]): boolean => message === undefined || message.reasons.some(isA(kinds));
  // The control plane keeps pods away by design, unless the pod asks for it by name or role.
  const closed = (v: NodeVerdict): boolean => v.node.controlPlane && fails(v, ADMITTANCE);
  const workers = namesControlPlane(spec) ? all : all.filter((v) => !closed(v));
  const verdicts = workers.length > 0 ? workers : all;
  const usable = verdicts.filter((v) => !fails(v, CHOICE));
  if (usable.length === 0) return said(CHOICE) ? group(verdicts, isA(CHOICE)) : [];
  const equipped = usable.filter((v) => !lacksEntirely(v));
  if (equipped.length === 0) return said(['resource']) ? most(group(usable, (r) => isExtended(r.resource))) : [];
  const open = equipped.filter((v) => !fails(v, ADMITTANCE));
  if (open.length === 0) return said(ADMITTANCE) ? group(equipped, isA(ADMITTANCE)) : [];
  const missing = group(open, (r) => !CHOICE.includes(r.kind) && !ADMITTANCE.includes(r.kind));
  // What the scheduler said counts; the simulation tells the nodes and the numbers behind it.
  const told = missing.filter(
    ({ reason }) => message === undefined || message.reasons.some((one) => sameReason(one, reason)),
  );
  const secondary = secondaryOf(group(equipped, isA(ADMITTANCE)));
  if (told.length > 0) return [...most(nearest(told, ({ reason }) => reason.kind)), ...secondary];
  const words = (message?.reasons ?? []).filter((one) => !isA(CHOICE)(one) && !isA(ADMITTANCE)(one));
  return words.length === 0 ? [] : [...mostSaid(words), ...secondary];
}

/** Pods that it must be near choose the nodes: what these lack decides, not that the others are elsewhere. */
function nearest<T>(all: readonly T[], kindOf: (one: T) => ReasonKind): readonly T[] {
  const there = all.filter((one) => kindOf(one) !== 'pod-affinity');
  return there.length === 0 ? all : there;
}

const sameReason = (a: Reason, b: Reason): boolean => a.kind === b.kind && (a.resource ?? '') === (b.resource ?? '');

const plain = (reason: Reason): Cause => ({ reason, nodes: [], rejections: [] });
const mostSaid = (reasons: readonly Reason[]): readonly Cause[] => {
  const count = Math.max(...reasons.map((one) => one.count));
  return reasons.filter((one) => one.count === count).map(plain);
};

/** From the message alone. */
function byMessage(message: SchedulingMessage): readonly Cause[] {
  const background = message.reasons.filter((one) => isControlPlaneTaint(one.taint?.key ?? ''));
  const rest = message.reasons.filter((one) => !background.includes(one));
  const choice = rest.filter(isA(CHOICE));
  const admittance = rest.filter(isA(ADMITTANCE));
  const missing = rest.filter((one) => !choice.includes(one) && !admittance.includes(one));
  // A taint called like a resource is on the nodes that have it: the others lack it because they never had any.
  const guarded = admittance.filter(({ taint }) => missing.some(({ resource }) => resource === (taint?.key ?? '')));
  if (guarded.length > 0) return mostSaid(guarded);
  // A volume with one user is on the node of that user: on the others it cannot be anyway.
  const elsewhere: readonly ReasonKind[] = missing.some(isA(['rwop-in-use']))
    ? ['unknown', 'volume-node-affinity', 'volume-zone']
    : ['unknown'];
  const known = nearest(
    missing.filter((one) => !elsewhere.includes(one.kind)),
    ({ kind }) => kind,
  );
  if (known.length > 0) return [...mostSaid(known), ...secondaryOf(admittance.map(plain))];
  if (missing.length > 0) return mostSaid(missing);
  const taints = admittance.filter((one) => one.kind === 'taint');
  const cordoned = admittance.filter((one) => one.kind === 'cordoned');
  const refused = choice.reduce((sum, one) => sum + one.count, 0);
  // Cordons are tested before the selector and hide it; taints too, but a tainted pool is what selectors ask for.
  if (taints.length > 0) return mostSaid(admittance);
  if (cordoned.length > 0 && (cordoned[0]?.count ?? 0) >= refused) return mostSaid(cordoned);
  if (choice.length > 0) return mostSaid(choice);
  return background.length > 0 ? mostSaid(background) : [];
}

/**
 * The causes, the decisive first. The nodes' own facts decide where they are all there and agree with what the
 * scheduler said; else its words do.
 */
export function decide(
  message: SchedulingMessage | undefined,
  verdicts: readonly NodeVerdict[],
  spec: PodSpec = {},
): readonly Cause[] {
  const podLevel = (message?.reasons ?? []).filter(isA(POD_LEVEL));
  if (podLevel.length > 0) return podLevel.map(plain);
  const known =
    verdicts.length > 0 &&
    (message?.total === undefined || message.total === verdicts.length) &&
    verdicts.every((v) => !v.unknown.includes('NodeAffinity') && !v.unknown.includes('TaintToleration')) &&
    (message !== undefined || verdicts.every((v) => v.rejections.length > 0));
  const simulated = known ? bySimulation(verdicts, message, spec) : [];
  if (simulated.length > 0) return simulated;
  return message === undefined ? [] : byMessage(message);
}
