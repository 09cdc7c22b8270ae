/**
 * The NVIDIA GPU stack as Kubernetes shows it: the operands that build on one another, and what nodes advertise.
 * Order and waiting rules: NVIDIA/gpu-operator, its operands' init containers (driver → toolkit → validator → plugin).
 */
import { pointerTo } from '../../lib/json-pointer.ts';
import { oncePer } from '../../lib/once-per.ts';
import type { Evidence } from '../../parsers/records.ts';
import { eventMessage } from '../events.ts';
import { containersOf, waitingReason } from '../pods/containers.ts';
import type { Node, Pod } from '../kinds/index.ts';
import type { Snapshot } from '../snapshot.ts';

/** Steps of the chain, the first one first: what fails at one step makes all later ones wait. */
export type Operand =
  'nfd' | 'operator' | 'driver' | 'toolkit' | 'validator' | 'device-plugin' | 'gfd' | 'mig-manager' | 'dcgm';

/** How the pods are called by the operator's and the plugin's own manifests and charts. */
const NAMES: readonly (readonly [RegExp, Operand])[] = [
  [/(?:^|-)(?:node-feature-discovery|nfd)-(?:master|worker|gc)-/, 'nfd'],
  [/^nvidia-(?:vgpu-|gpu-)?driver-/, 'driver'],
  [/^nvidia-container-toolkit-/, 'toolkit'],
  [/^nvidia-(?:operator|cuda|device-plugin)-validator/, 'validator'],
  [/(?:^|-)nvidia-device-plugin-|^nvdp-nvidia-device-plugin-/, 'device-plugin'],
  [/gpu-feature-discovery-/, 'gfd'],
  [/^nvidia-mig-manager-/, 'mig-manager'],
  [/^nvidia-dcgm(?:-exporter)?-|(?:^|-)dcgm-exporter-/, 'dcgm'],
  [/^gpu-operator-(?!node-feature)/, 'operator'],
];

/** What all of them have: of thousands of pods few need be asked for more. */
const ANY = /node-feature|nfd-|nvidia|gpu-|dcgm/;

/** Which part of the GPU stack a pod is, by its name. */
export function operandOf(podName: string): Operand | undefined {
  if (!ANY.test(podName)) return undefined;
  return NAMES.find(([pattern]) => pattern.test(podName))?.[1];
}

export interface OperandPod {
  readonly pod: Pod;
  readonly operand: Operand;
  readonly ready: boolean;
  /** It waits in an init container: for a step below it, unless the init container itself fails. */
  readonly initializing: boolean;
  /** `CrashLoopBackOff`, `ImagePullBackOff`, `Error` …: the first container that is not well. */
  readonly trouble?: { readonly reason: string; readonly container: string; readonly evidence: Evidence };
  readonly restarts: number;
}

const HARMLESS = new Set(['PodInitializing', 'ContainerCreating', 'Completed', '']);

/** All pods of the GPU stack with their state. */
export const operandPods = oncePer((snapshot: Snapshot): readonly OperandPod[] =>
  snapshot.list('pods').flatMap((pod) => {
    const operand = operandOf(pod.metadata.name);
    return operand === undefined ? [] : [stateOf(snapshot, pod, operand)];
  }),
);

function stateOf(snapshot: Snapshot, pod: Pod, operand: Operand): OperandPod {
  const all = containersOf(pod);
  const apps = all.filter((one) => one.role === 'app');
  const inits = all.filter((one) => one.role === 'init');
  const finished = pod.status?.phase === 'Succeeded';
  const ready = finished || (apps.length > 0 && apps.every((one) => one.status?.ready === true));
  const initializing =
    !ready &&
    inits.some((one) => one.status?.state?.terminated?.exitCode !== 0) &&
    apps.every((one) => one.status?.state?.running === undefined);
  const bad = all.find((one) => {
    if (one.status?.ready === true) return false;
    const waiting = waitingReason(one);
    if (waiting !== undefined && !HARMLESS.has(waiting)) return true;
    const ended = one.status?.state?.terminated;
    return ended !== undefined && ended.reason !== 'Completed' && ended.exitCode !== 0;
  });
  const reason =
    bad === undefined
      ? undefined
      : (waitingReason(bad) ??
        bad.status?.state?.terminated?.reason ??
        `exit ${bad.status?.state?.terminated?.exitCode}`);
  return {
    pod,
    operand,
    ready,
    initializing,
    restarts: Math.max(0, ...all.map((one) => one.status?.restartCount ?? 0)),
    ...(bad === undefined || reason === undefined
      ? {}
      : { trouble: { reason, container: bad.name, evidence: snapshot.quote(pod, `${bad.at}/state`) } }),
  };
}

/** Extended resources of GPUs on a node: `nvidia.com/gpu`, `nvidia.com/gpu.shared`, `nvidia.com/mig-1g.10gb`, the pre-1.9 alpha name, AMD, Intel. */
const GPU_RESOURCE =
  /^(?:nvidia\.com\/(?:gpu(?:\.shared)?|mig-[0-9a-z.+-]+)|amd\.com\/gpu|gpu\.intel\.com\/(?:i915|xe)|alpha\.kubernetes\.io\/nvidia-gpu)$/;

/** Whether an extended resource stands for GPUs. */
export const isGpuResource = (name: string): boolean => GPU_RESOURCE.test(name);

export interface GpuResource {
  readonly name: string;
  readonly capacity: number | undefined;
  readonly allocatable: number | undefined;
}

/** What GPU resources a node advertises. */
export function gpuResources(node: Node): readonly GpuResource[] {
  const { capacity = {}, allocatable = {} } = node.status ?? {};
  const names = new Set([...Object.keys(capacity), ...Object.keys(allocatable)].filter(isGpuResource));
  const number = (text: string | undefined) => (text === undefined ? undefined : Number(text));
  return [...names].sort().map((name) => ({
    name,
    capacity: number(capacity[name]),
    allocatable: number(allocatable[name]),
  }));
}

/** A node that has GPUs by its labels (GPU operator, NFD, cloud) or by what it advertises. */
export function isGpuNode(node: Node): boolean {
  const labels = node.metadata.labels ?? {};
  return (
    labels['nvidia.com/gpu.present'] === 'true' ||
    'nvidia.com/gpu.product' in labels ||
    ['pci-10de.present', 'pci-0302_10de.present', 'pci-0300_10de.present'].some(
      (name) => labels[`feature.node.kubernetes.io/${name}`] === 'true',
    ) ||
    gpuResources(node).some((resource) => (resource.capacity ?? 0) > 0)
  );
}

/** Labels by which clouds and their autoscalers say what a machine is sold with, and the values that mean a GPU. */
const SOLD_WITH: readonly (readonly [string, RegExp])[] = [
  ['karpenter.k8s.aws/instance-gpu-count', /^[1-9]/],
  ['k8s.amazonaws.com/accelerator', /./],
  ['cloud.google.com/gke-accelerator', /nvidia/],
  ['kubernetes.azure.com/accelerator', /nvidia/],
  ['accelerator', /^nvidia/],
];

/** Types of machines with NVIDIA GPUs: AWS, Azure, Google, Oracle, Alibaba. Those with AMD's are left out (g4ad, NVv4). */
const MACHINE_TYPE =
  /^(?:(?:p[2-6][a-z]{0,3}|g[36][a-z]{0,2}|g4dn|g5g?)(?:-\w{1,10})?\.|Standard_N(?:C|D)(?!\w{0,20}MI\d)\w|Standard_NV\w{1,20}(?<!_v4)$|(?:a[234]|g2)-\w{1,12}-|(?:BM|VM)\.GPU|ecs\.(?:e?gn|vgn)\d)/;

/** The label by which a cloud says that the machine has GPUs. */
export function cloudGpuLabel(node: Node): readonly [string, string] | undefined {
  const labels = node.metadata.labels ?? {};
  for (const [key, value] of SOLD_WITH) {
    const label = labels[key];
    if (label !== undefined && value.test(label)) return [key, label];
  }
  return undefined;
}

/** The label with the type of a machine, where clouds sell that type with NVIDIA GPUs. */
export function gpuMachineType(node: Node): readonly [string, string] | undefined {
  for (const key of ['node.kubernetes.io/instance-type', 'beta.kubernetes.io/instance-type']) {
    const type = node.metadata.labels?.[key];
    if (type !== undefined && MACHINE_TYPE.test(type)) return [key, type];
  }
  return undefined;
}

/** Whether a pod asks for an NVIDIA GPU, or the scheduler speaks of one. */
export const wantsGpu = oncePer(
  (snapshot: Snapshot): boolean =>
    snapshot.list('events').some((event) => eventMessage(event).includes('nvidia.com/gpu')) ||
    snapshot
      .list('pods')
      .some((pod) =>
        (pod.spec?.containers ?? []).some((one) => Number(one.resources?.limits?.['nvidia.com/gpu'] ?? 0) > 0),
      ),
);

/** Short PCI address: `0000:5d:00.0`, `00000000:5D:00.0` and `PCI:0000:5d:00` are one card. */
export function busKey(busId: string): string {
  const match = /([0-9a-f]{2}):([0-9a-f]{2})(?:\.[0-9a-f])?$/i.exec(busId.trim());
  return match === null ? busId.toLowerCase() : `${match[1]}:${match[2]}`.toLowerCase();
}

/** What a node still offers of its GPUs, when it is less than it has. */
export function shortfall(
  snapshot: Snapshot,
  name: string,
): { readonly text: string; readonly evidence: Evidence } | undefined {
  const node = snapshot.get('nodes', undefined, name);
  if (node === undefined) return undefined;
  const less = gpuResources(node).find(
    (one) => one.allocatable !== undefined && one.capacity !== undefined && one.allocatable < one.capacity,
  );
  return less === undefined
    ? undefined
    : {
        text: `the node offers ${less.allocatable} of its ${less.capacity} ${less.name}`,
        evidence: snapshot.quote(node, pointerTo('status', 'allocatable', less.name)),
      };
}
