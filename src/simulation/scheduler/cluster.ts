/** The cluster as the scheduler's filters see it: nodes, what runs on them, and what is not known of them. */
import { parseQuantity } from '../../lib/quantity.ts';
import { oncePer } from '../../lib/once-per.ts';
import type { PodSpec, Taint } from '../../snapshot/kinds/core.ts';
import type { AnyObject, Node, Pod } from '../../snapshot/kinds/index.ts';
import { podSpecOf } from '../../snapshot/pods/pod-spec.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { addRequests, amounts, podRequests, type Amounts } from './requests.ts';

export type Labels = Readonly<Record<string, string>>;

export interface PodView {
  readonly pod: Pod;
  readonly spec: PodSpec;
  readonly namespace: string;
  readonly name: string;
  readonly labels: Labels;
}

/** A pod for which nodes are asked. */
export interface AskingPod extends PodView {
  readonly requests: Amounts;
}

/** A node; what the bundle does not tell is undefined, never a default. */
export interface NodeView {
  readonly node: Node;
  readonly name: string;
  readonly labels: Labels | undefined;
  readonly taints: readonly Taint[] | undefined;
  readonly cordoned: boolean;
  readonly allocatable: Amounts | undefined;
  /** Pods that occupy it: bound to it and not finished. */
  readonly pods: readonly PodView[];
  /** Sum of their requests; undefined when not all of them are known. */
  readonly used: Amounts | undefined;
  /** Bytes that the memory limits of its pods add up to. */
  readonly memoryLimits: number;
  /** Whether all pods of the node are known, so that their number, ports and labels count. */
  readonly podsKnown: boolean;
  readonly controlPlane: boolean;
}

export interface ClusterView {
  readonly snapshot: Snapshot;
  readonly nodes: readonly NodeView[];
  readonly byName: ReadonlyMap<string, NodeView>;
  /** Pods with required anti-affinity: they keep others away from where they run. */
  readonly repelling: readonly { readonly pod: PodView; readonly node: NodeView }[];
}

/** The roles that keep ordinary workloads away; `master` is the name before 1.20. */
const CONTROL_PLANE = ['node-role.kubernetes.io/control-plane', 'node-role.kubernetes.io/master'] as const;

/** Whether a taint is one of those that mark control-plane nodes. */
export const isControlPlaneTaint = (key: string): boolean =>
  (CONTROL_PLANE as readonly string[]).includes(key) || key === 'node-role.kubernetes.io/etcd';

/** A pod as the filters see it, its spec completed from its workload's template. */
function viewPod(snapshot: Snapshot, pod: Pod): PodView {
  const { namespace = '', name, labels = NO_LABELS } = pod.metadata;
  return { pod, spec: podSpecOf(snapshot, pod), namespace, name, labels };
}
const NO_LABELS: Labels = {};

/** The same with what it asks of a node. */
export function askFor(snapshot: Snapshot, pod: Pod): AskingPod {
  const view = viewPod(snapshot, pod);
  return { ...view, requests: requestsOf(view) };
}

/** What the scheduler counts for a pod. */
export const requestsOf = ({ spec, pod }: PodView): Amounts => podRequests(spec, pod.status);

const detailed = (snapshot: Snapshot, object: unknown): boolean =>
  snapshot.sourcesOf(object as AnyObject).some((source) => source.detail !== 'row');

/** The pods that occupy a node, bound to it and not finished, and what they ask for together. */
interface Load {
  readonly pods: PodView[];
  readonly used: Map<string, number>;
  memoryLimits: number;
}

function loads(snapshot: Snapshot): ReadonlyMap<string, Load> {
  const out = new Map<string, Load>();
  for (const { metadata } of snapshot.list('nodes'))
    out.set(metadata.name, { pods: [], used: new Map<string, number>(), memoryLimits: 0 });
  // In the order of the list, not node by node: thousands of pods lie in memory as they were read.
  for (const pod of snapshot.list('pods')) {
    const here = out.get(pod.spec?.nodeName ?? '');
    if (here === undefined || pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed') continue;
    const view = viewPod(snapshot, pod);
    here.pods.push(view);
    addRequests(here.used, view.spec, pod.status);
    for (const { resources } of view.spec.containers ?? [])
      here.memoryLimits += parseQuantity(resources?.limits?.['memory'] ?? '') ?? 0;
  }
  return out;
}

function viewNode(snapshot: Snapshot, node: Node, load: Load, everyPodListed: boolean): NodeView {
  const { pods, used, memoryLimits } = load;
  const name = node.metadata.name;
  const known = detailed(snapshot, node);
  const labels = node.metadata.labels;
  const described = snapshot.sourcesOf(node).some((source) => source.detail === 'described');
  // kubectl describe node lists every pod that is not finished, with its requests.
  const podsKnown = everyPodListed || described;
  const requestsKnown =
    podsKnown && pods.every(({ pod, spec }) => (spec.containers ?? []).length > 0 || detailed(snapshot, pod));
  // The sums that kubectl describe prints include resources that its table of pods leaves out.
  const sums = amounts(node.status?.requested);
  for (const [key, amount] of sums) used.set(key, Math.max(used.get(key) ?? 0, amount));
  const taints = node.spec?.taints ?? [];
  return {
    node,
    name,
    labels: known || labels?.['kubernetes.io/hostname'] !== undefined ? (labels ?? {}) : undefined,
    taints: known ? taints : undefined,
    cordoned: node.spec?.unschedulable === true || taints.some((t) => t.key === 'node.kubernetes.io/unschedulable'),
    allocatable: node.status?.allocatable === undefined ? undefined : amounts(node.status.allocatable),
    pods,
    used: requestsKnown || sums.size > 0 ? used : undefined,
    memoryLimits,
    podsKnown,
    controlPlane:
      CONTROL_PLANE.some((key) => labels?.[key] !== undefined || taints.some((taint) => taint.key === key)) ||
      // Installers without role labels (kubeasz, Rancher) write the role as a value.
      ['master', 'control-plane', 'controlplane'].includes(labels?.['kubernetes.io/role'] ?? ''),
  };
}

/** The view of a snapshot, made once. */
export const viewCluster = oncePer((snapshot: Snapshot): ClusterView => {
  const everyPodListed = snapshot.listed('pods');
  const load = loads(snapshot);
  const nodes = snapshot
    .list('nodes')
    .map((node) => viewNode(snapshot, node, load.get(node.metadata.name) as Load, everyPodListed));
  return {
    snapshot,
    nodes,
    byName: new Map(nodes.map((node) => [node.name, node])),
    repelling: nodes.flatMap((node) => node.pods.filter(repels).map((pod) => ({ pod, node }))),
  };
});

const repels = ({ spec }: PodView): boolean =>
  (spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).length > 0;

/** The cluster without one pod: where it could go if it were not where it is. */
export function without(cluster: ClusterView, pod: Pod): ClusterView {
  const nodes = cluster.nodes.map((node) => {
    const view = node.pods.find((one) => one.pod === pod);
    if (view === undefined) return node;
    const used = node.used === undefined ? undefined : new Map(node.used);
    for (const [key, amount] of requestsOf(view)) used?.set(key, (used.get(key) ?? 0) - amount);
    return { ...node, pods: node.pods.filter((one) => one.pod !== pod), used };
  });
  return {
    ...cluster,
    nodes,
    byName: new Map(nodes.map((node) => [node.name, node])),
    repelling: cluster.repelling.filter((one) => one.pod.pod !== pod),
  };
}
