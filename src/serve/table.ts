/** Lists as the tables that the API server draws for kubectl (`meta.k8s.io/v1 Table`). */
import { spellAge } from '../lib/duration.ts';
import { parseTimestamp } from '../lib/timestamp.ts';
import { valueAt, type Fields } from '../lib/untyped.ts';
import { KINDS, type Pod } from '../snapshot/kinds/index.ts';
import { podColumns, type PodColumns } from '../snapshot/pods/pod-status.ts';

interface Column {
  readonly name: string;
  /** Only with `-o wide`. */
  readonly wide?: true;
  readonly cell: (object: Fields, now: number | undefined) => string;
}

const text = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const field = (name: string, path: string, fallback = '<none>', wide?: true): Column => ({
  name,
  ...(wide ? { wide } : {}),
  cell: (object) => text(valueAt(object, path)) || fallback,
});
const part = (of: string, all: string) => (object: Fields) =>
  `${text(valueAt(object, of)) || 0}/${text(valueAt(object, all)) || 0}`;

/** How long ago an instant was; one that has not come yet counts as now. */
export function age(since: unknown, now: number | undefined): string {
  const from = parseTimestamp(text(since));
  return from === undefined || now === undefined ? '<unknown>' : spellAge(Math.max(0, (now - from) / 1000));
}

const NAME = field('Name', 'metadata.name');
const AGE: Column = { name: 'Age', cell: (object, now) => age(valueAt(object, 'metadata.creationTimestamp'), now) };

/** What is asked of a pod is asked of its shape: objects come as their files have them. */
const columns = (pod: Fields): PodColumns => podColumns(KINDS.pods.shape(pod) as Pod);

function nodeStatus(node: Fields): string {
  const ready = list(valueAt(node, 'status.conditions')).find((condition) => valueAt(condition, 'type') === 'Ready');
  const status = valueAt(ready, 'status') === 'True' ? 'Ready' : ready === undefined ? 'Unknown' : 'NotReady';
  return valueAt(node, 'spec.unschedulable') === true ? `${status},SchedulingDisabled` : status;
}

const roles = (node: Fields): string =>
  Object.keys((valueAt(node, 'metadata.labels') as Fields | undefined) ?? {})
    .flatMap((label) => (label.startsWith('node-role.kubernetes.io/') ? [label.slice(24)] : []))
    .sort()
    .join(',') || '<none>';

const ports = (service: Fields): string =>
  list(valueAt(service, 'spec.ports'))
    .map(
      (port) =>
        `${text(valueAt(port, 'port'))}${valueAt(port, 'nodePort') === undefined ? '' : `:${text(valueAt(port, 'nodePort'))}`}/${text(valueAt(port, 'protocol')) || 'TCP'}`,
    )
    .join(',') || '<none>';

const ready = (of: string, all: string): Column => ({ name: 'Ready', cell: part(of, all) });
const REPLICAS = [NAME, ready('status.readyReplicas', 'spec.replicas')];

const COLUMNS: Readonly<Record<string, readonly Column[]>> = {
  Pod: [
    NAME,
    { name: 'Ready', cell: (pod) => `${columns(pod).ready}/${columns(pod).containers}` },
    { name: 'Status', cell: (pod) => columns(pod).status ?? 'Unknown' },
    { name: 'Restarts', cell: (pod) => String(columns(pod).restarts) },
    AGE,
    field('IP', 'status.podIP', '<none>', true),
    field('Node', 'spec.nodeName', '<none>', true),
  ],
  Node: [
    NAME,
    { name: 'Status', cell: nodeStatus },
    { name: 'Roles', cell: roles },
    AGE,
    field('Version', 'status.nodeInfo.kubeletVersion', ''),
    {
      name: 'Internal-IP',
      wide: true,
      cell: (node) =>
        text(
          valueAt(
            list(valueAt(node, 'status.addresses')).find((one) => valueAt(one, 'type') === 'InternalIP'),
            'address',
          ),
        ) || '<none>',
    },
    field('OS-Image', 'status.nodeInfo.osImage', '<unknown>', true),
    field('Kernel-Version', 'status.nodeInfo.kernelVersion', '<unknown>', true),
    field('Container-Runtime', 'status.nodeInfo.containerRuntimeVersion', '<unknown>', true),
  ],
  Event: [
    {
      name: 'Last Seen',
      cell: (event, now) =>
        age(valueAt(event, 'lastTimestamp') ?? valueAt(event, 'eventTime') ?? valueAt(event, 'firstTimestamp'), now),
    },
    field('Type', 'type', ''),
    field('Reason', 'reason', ''),
    {
      name: 'Object',
      cell: (event) =>
        `${text(valueAt(event, 'involvedObject.kind')).toLowerCase()}/${text(valueAt(event, 'involvedObject.name'))}`,
    },
    field('Message', 'message', ''),
  ],
  Deployment: [
    ...REPLICAS,
    field('Up-to-date', 'status.updatedReplicas', '0'),
    field('Available', 'status.availableReplicas', '0'),
    AGE,
  ],
  ReplicaSet: [
    NAME,
    field('Desired', 'spec.replicas', '0'),
    field('Current', 'status.replicas', '0'),
    field('Ready', 'status.readyReplicas', '0'),
    AGE,
  ],
  StatefulSet: [...REPLICAS, AGE],
  DaemonSet: [
    NAME,
    field('Desired', 'status.desiredNumberScheduled', '0'),
    field('Current', 'status.currentNumberScheduled', '0'),
    field('Ready', 'status.numberReady', '0'),
    AGE,
  ],
  Service: [
    NAME,
    field('Type', 'spec.type', 'ClusterIP'),
    field('Cluster-IP', 'spec.clusterIP'),
    { name: 'Port(s)', cell: ports },
    AGE,
  ],
  Namespace: [NAME, field('Status', 'status.phase', ''), AGE],
  PersistentVolumeClaim: [
    NAME,
    field('Status', 'status.phase', ''),
    field('Volume', 'spec.volumeName', ''),
    field('Capacity', 'status.capacity.storage', ''),
    field('StorageClass', 'spec.storageClassName', ''),
    AGE,
  ],
};

/** The table of these objects. `now`: the bundle's clock, in milliseconds. */
export function tableOf(kind: string, objects: readonly Fields[], now: number | undefined, metadata: Fields): unknown {
  const columns = COLUMNS[kind] ?? [NAME, AGE];
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: columns.map(({ name, wide }) => ({
      name,
      type: 'string',
      format: name === 'Name' ? 'name' : '',
      description: '',
      priority: wide === true ? 1 : 0,
    })),
    rows: objects.map((object) => ({
      cells: columns.map((column) => column.cell(object, now)),
      object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object['metadata'] },
    })),
  };
}
