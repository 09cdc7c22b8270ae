import { pointerTo } from '../../lib/json-pointer.ts';
import { ageOf } from '../../snapshot/ages.ts';
import type { Node } from '../../snapshot/kinds/index.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import {
  cloudGpuLabel,
  gpuMachineType,
  gpuResources,
  isGpuNode,
  operandPods,
  wantsGpu,
} from '../../snapshot/nodes/gpu.ts';
import { isReady, machineOf, nodeSubject } from '../../snapshot/nodes/node-health.ts';
import { defineCheck } from '../check.ts';

/** Seconds that a new machine may need for driver and device plugin. */
const START_UP = 900;

/** A machine that the cloud sells with GPUs, long enough there, in a cluster whose GPUs are not handed out by DRA. */
function soldWithout(snapshot: Snapshot, node: Node): boolean {
  if (isReady(node) !== true) return false;
  // A type alone may have been taken for its processors: it counts where somebody looks for a GPU.
  if (cloudGpuLabel(node) === undefined && (gpuMachineType(node) === undefined || !wantsGpu(snapshot))) return false;
  const age = ageOf(snapshot, node);
  return (
    (age === undefined || age > START_UP * 1000) &&
    !snapshot.list('pods').some(({ metadata }) => metadata.name.includes('dra-driver'))
  );
}

/** Taints that the manifests of the plugin tolerate, or that say that the node itself is not well. */
const TOLERATED =
  /^(?:nvidia\.com\/gpu|node\.kubernetes\.io\/|node\.cloudprovider\.kubernetes\.io\/|CriticalAddonsOnly)/;

/** Where the device plugin runs, when it is on other nodes and not on this one, and the taints that keep it out. */
function pluginElsewhere(snapshot: Snapshot, node: Node): { readonly text: string; readonly taint?: number } {
  const name = node.metadata.name;
  const homes = operandPods(snapshot)
    .filter(({ operand }) => operand === 'device-plugin')
    .map(({ pod }) => pod.spec?.nodeName ?? '');
  if (homes.length === 0 || homes.some((home) => home === '' || home === name)) return { text: '' };
  const taints = node.spec?.taints ?? [];
  const at = taints.findIndex(
    ({ key, effect }) => !TOLERATED.test(key ?? '') && (effect === 'NoSchedule' || effect === 'NoExecute'),
  );
  const taint = taints[at];
  const where = `; no pod of the device plugin runs there, though ${homes.length} run${homes.length === 1 ? 's' : ''} on other nodes`;
  if (taint === undefined) return { text: where };
  const written = `${taint.key ?? ''}${(taint.value ?? '') === '' ? '' : `=${taint.value}`}:${taint.effect ?? ''}`;
  return { text: `${where}: the node has the taint ${written}, which its DaemonSet must tolerate`, taint: at };
}

export default defineCheck({
  id: 'gpu-allocatable-zero',
  layer: 5,
  title: 'Every GPU node offers its GPUs',
  failureTitle: 'The GPU node offers no GPU',
  why: 'With 0 allocatable no GPU pod fits on the node. Capacity above 0 with allocatable 0 means that the device plugin lost its registration (kubelet restart) or calls every device unhealthy; no resource at all means that the plugin never registered.',
  fix: [
    'Read the log of the device plugin on {node}: devices marked unhealthy (then look for the Xid), failed NVML, no devices found',
    'Restart the device plugin pod on {node} after the cause is mended; it registers anew',
  ],
  next: [
    'kubectl describe node {node} | grep -E "nvidia.com|gpu"',
    'kubectl logs -n gpu-operator -l app=nvidia-device-plugin-daemonset --tail=100',
    'nvidia-smi',
  ],
  severity: 'critical',
  confidence: 'high',
  needs: ['nodes'],
  wants: ['gpus'],
  *run({ nodes, gpus }, { snapshot }) {
    for (const node of nodes) {
      // Without any capacity in the source (a table row) nothing is known.
      if (node.status?.capacity === undefined && node.status?.allocatable === undefined) continue;
      const resources = gpuResources(node);
      if (resources.some((one) => (one.allocatable ?? 0) > 0)) continue;
      const name = node.metadata.name;
      const lost = resources.find((one) => (one.capacity ?? 0) > 0 && one.allocatable === 0);
      if (lost !== undefined) {
        yield {
          subject: nodeSubject(snapshot, node),
          variant: 'unhealthy',
          message: `Node ${name}${isReady(node) === true ? ', which is Ready,' : ''} has ${lost.capacity} ${lost.name} as capacity but 0 allocatable: all GPUs are unhealthy for the device plugin, or it is not registered with the kubelet`,
          evidence: [
            snapshot.quote(node, pointerTo('status', 'allocatable', lost.name)),
            snapshot.quote(node, pointerTo('status', 'capacity', lost.name)),
          ],
        };
      } else if (isGpuNode(node) || soldWithout(snapshot, node)) {
        const label =
          Object.entries(node.metadata.labels ?? {}).find(
            ([key]) => key.startsWith('nvidia.com/gpu.p') || key.includes('10de.present'),
          ) ??
          cloudGpuLabel(node) ??
          gpuMachineType(node);
        const { text, taint } = pluginElsewhere(snapshot, node);
        yield {
          subject: nodeSubject(snapshot, node),
          variant: 'absent',
          message: `Node ${name} has NVIDIA GPUs by its labels (${label?.join('=') ?? 'nvidia.com/gpu.present'}) but offers no GPU resource (no nvidia.com/gpu in its capacity): the device plugin has not registered any${text}`,
          evidence: [
            label === undefined
              ? snapshot.quote(node, '/status/allocatable')
              : snapshot.quote(node, pointerTo('metadata', 'labels', label[0])),
            snapshot.quote(node, '/status/allocatable'),
            ...(taint === undefined ? [] : [snapshot.quote(node, `/spec/taints/${taint}`)]),
          ],
          ...(taint === undefined
            ? {}
            : {
                fix: [
                  'Give the DaemonSet of the device plugin (and of the driver) a toleration for the taint of {node}',
                ],
              }),
        };
      } else if (resources.length === 0) {
        // Nobody labelled it, and its driver sees cards: nothing of the GPU stack runs there.
        const card = gpus.find((gpu) => gpu.name !== undefined && machineOf(snapshot, gpu) === name);
        if (card === undefined) continue;
        yield {
          subject: nodeSubject(snapshot, node),
          variant: 'unoffered',
          severity: 'warning',
          message: `The driver of node ${name} sees a GPU (${card.name ?? 'NVIDIA'}), and the node does not offer it (no nvidia.com/gpu in its capacity): no device plugin has registered there`,
          evidence: [card.source, snapshot.quote(node, '/status/capacity')],
        };
      }
    }
  },
});
