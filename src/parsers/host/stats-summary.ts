import { append } from '../../lib/group-by.ts';
import { defined } from '../../lib/defined.ts';
import { fieldsOf, objectsOf, parseJson, textOf, type Fields } from '../../lib/untyped.ts';
import { topKeys } from '../kubernetes/top-keys.ts';
import { jsonBase } from '../json-place.ts';
import { defineParser, type ParserContext } from '../parser.ts';
import type { MetricSample, Origin } from '../records.ts';

const numberOf = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;
const percent = (free: number | undefined, all: number | undefined): number | undefined =>
  free === undefined || all === undefined || all <= 0 ? undefined : Math.ceil(100 * (1 - free / all));

/** The kubelet's own names for its disks, and where they are unless somebody moved them. */
const MOUNTS = { nodefs: '/var/lib/kubelet', imagefs: 'the images of the container runtime' } as const;

function emitDisk(
  name: keyof typeof MOUNTS,
  path: readonly string[],
  disk: Fields,
  node: Origin,
  context: ParserContext,
) {
  const sizeBytes = numberOf(disk['capacityBytes']);
  const availableBytes = numberOf(disk['availableBytes']);
  if (sizeBytes === undefined) return;
  const inodes = numberOf(disk['inodes']);
  const { time: _time, ...shown } = disk;
  context.emit.fact('filesystems', {
    ...jsonBase(node, path, shown),
    device: name,
    mount: MOUNTS[name],
    sizeBytes,
    ...defined({
      availableBytes,
      usedBytes: availableBytes === undefined ? undefined : sizeBytes - availableBytes,
      usedPercent: percent(availableBytes, sizeBytes),
      inodes,
      inodesUsed: numberOf(disk['inodesUsed']),
      inodesUsedPercent: percent(numberOf(disk['inodesFree']), inodes),
    }),
  });
}

/** What the kubelet says of volumes here is what its metrics say under these names. */
const VOLUME_FAMILIES: Readonly<Record<string, string>> = {
  capacityBytes: 'kubelet_volume_stats_capacity_bytes',
  availableBytes: 'kubelet_volume_stats_available_bytes',
  inodes: 'kubelet_volume_stats_inodes',
  inodesUsed: 'kubelet_volume_stats_inodes_used',
};

const usageOf = (holder: Fields): { cpuMilli?: number; memoryBytes?: number } => {
  const cores = numberOf(fieldsOf(holder['cpu'])['usageNanoCores']);
  return defined({
    cpuMilli: cores === undefined ? undefined : Math.round(cores / 1e6),
    memoryBytes: numberOf(fieldsOf(holder['memory'])['workingSetBytes']),
  });
};

/**
 * The kubelet's own account of its machine: disks, memory and CPU of the node, of pods and of volumes.
 *
 * Command: `kubectl get --raw /api/v1/nodes/NODE/proxy/stats/summary`; node-metrics of Troubleshoot bundles.
 * Versions: Kubernetes 1.8 to 1.36.
 * Sample:
 *
 *     {"node": {"nodeName": "node-1", "fs": {"availableBytes": 900, "capacityBytes": 10000, "inodesFree": 5}}, "pods": []}
 *
 * Empty: no `fs` says that the kubelet has not measured yet.
 */
export default defineParser({
  kind: 'stats-summary',
  reads: "the kubelet's /stats/summary",
  priority: 10,
  sniff(head) {
    const text = head.join('\n').trimStart();
    if (!text.startsWith('{')) return false;
    const keys = topKeys(text);
    return keys.has('node') && /^\{\s{0,40}"(?:node|pods)"/.test(text) && /"nodeName"\s*:/.test(text);
  },
  parse(lines, context) {
    const root = fieldsOf(parseJson(lines.join('\n')));
    const node = fieldsOf(root['node']);
    const name = textOf(node['nodeName']);
    if (name === undefined) return context.emit.unread(context.origin, 'not valid JSON of /stats/summary');
    const { emit } = context;
    const origin: Origin = { ...context.origin, node: name };
    const disk = fieldsOf(node['fs']);
    const images = fieldsOf(fieldsOf(node['runtime'])['imageFs']);
    emitDisk('nodefs', ['node', 'fs'], disk, origin, context);
    // One disk for both is the rule.
    if (images['capacityBytes'] !== disk['capacityBytes'] || images['availableBytes'] !== disk['availableBytes'])
      emitDisk('imagefs', ['node', 'runtime', 'imageFs'], images, origin, context);
    const usage = usageOf(node);
    if (usage.cpuMilli !== undefined || usage.memoryBytes !== undefined)
      emit.fact('nodeUsage', { ...jsonBase(origin, ['node', 'memory'], node['memory']), name, ...usage });
    const families = new Map<string, MetricSample[]>();
    objectsOf(root['pods']).forEach((pod, i) => {
      const ref = fieldsOf(pod['podRef']);
      const podName = textOf(ref['name']);
      if (podName === undefined) return;
      const owner = defined({ namespace: textOf(ref['namespace']), pod: podName });
      objectsOf(pod['containers']).forEach((container, j) => {
        const used = usageOf(container);
        if (used.cpuMilli === undefined && used.memoryBytes === undefined) return;
        const source = jsonBase(origin, ['pods', i, 'containers', j, 'memory'], container['memory']);
        emit.fact('podUsage', {
          ...source,
          ...owner,
          ...defined({ container: textOf(container['name']) }),
          ...used,
        });
      });
      objectsOf(pod['volume']).forEach((volume) => {
        const claim = textOf(fieldsOf(volume['pvcRef'])['name']);
        if (claim === undefined) return;
        const namespace = textOf(fieldsOf(volume['pvcRef'])['namespace']) ?? '';
        const labels = { namespace, persistentvolumeclaim: claim };
        const at = lines.findIndex((one) => one.includes(`"${claim}"`));
        const line = context.origin.firstLine + Math.max(0, at);
        for (const [field, family] of Object.entries(VOLUME_FAMILIES)) {
          const value = numberOf(volume[field]);
          if (value === undefined) continue;
          const sample = { labels, value, line, text: `${claim}: "${field}": ${value}` };
          append(families, family, sample);
        }
      });
    });
    if (families.size > 0)
      emit.fact('metrics', { ...jsonBase(origin, ['pods'], name), component: 'kubelet', families });
  },
});
