/** The tables that a kubectl user knows, worst rows first and bounded: what the reports show beside the findings. */
import { append } from '../lib/group-by.ts';
import type { Gpu } from '../parsers/records.ts';
import type { Tables } from '../result.ts';
import { viewCluster, type NodeView } from '../simulation/scheduler/cluster.ts';
import { reported } from '../simulation/scheduler/simulate.ts';
import { unscheduledPods, type Unscheduled } from '../simulation/scheduler/unscheduled.ts';
import { gpuResources } from '../snapshot/nodes/gpu.ts';
import { isReady } from '../snapshot/nodes/node-health.ts';
import type { Pod } from '../snapshot/kinds/index.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { podColumns, statusOf } from '../snapshot/pods/pod-status.ts';
import { unsteadyPods } from '../snapshot/pods/steady.ts';

/** Rows kept. Nodes: Kubernetes' documented limit, so that the node map shows every one. */
const LIMIT = { nodes: 5000, workloads: 300, pods: 300, claims: 200, gpus: 512, scheduling: 20 } as const;
/** Nodes named for each reason that keeps a pod away. */
const NODES_PER_REASON = 16;

type Row<K extends keyof Tables> = Tables[K]['rows'][number];

/** Sorted by how bad (higher first), then by name, and cut. */
function table<T>(rows: readonly T[], limit: number, bad: (row: T) => number, name: (row: T) => string) {
  const keyed = rows.map((row) => ({ row, bad: bad(row), name: name(row) }));
  keyed.sort((a, b) => b.bad - a.bad || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return { total: rows.length, rows: keyed.slice(0, limit).map(({ row }) => row) };
}

const amount = (requested: number | undefined, allocatable: number | undefined) => ({
  ...(requested === undefined ? {} : { requested }),
  ...(allocatable === undefined ? {} : { allocatable }),
});

function nodeRow({ node, name, taints, cordoned, allocatable, pods, used }: NodeView): Row<'nodes'> {
  const gpus = gpuResources(node);
  const sum = (field: 'capacity' | 'allocatable') => gpus.reduce((total, one) => total + (one[field] ?? 0), 0);
  const version = node.status?.nodeInfo?.kubeletVersion;
  return {
    name,
    ready: isReady(node) ?? null,
    roles: Object.keys(node.metadata.labels ?? {})
      .filter((label) => label.startsWith('node-role.kubernetes.io/'))
      .map((label) => label.slice('node-role.kubernetes.io/'.length))
      .sort(),
    ...(version === undefined ? {} : { version }),
    cordoned,
    conditions: (node.status?.conditions ?? [])
      .filter(({ type, status }) => type !== undefined && status !== (type === 'Ready' ? 'True' : 'False'))
      .map(({ type, status }) => (type === 'Ready' ? `Ready=${status ?? '?'}` : (type as string))),
    taints: (taints ?? []).map(
      ({ key, value, effect }) => `${key ?? ''}${value ? `=${value}` : ''}${effect ? `:${effect}` : ''}`,
    ),
    pods: pods.length,
    cpu: amount(used?.get('cpu'), allocatable?.get('cpu')),
    memory: amount(used?.get('memory'), allocatable?.get('memory')),
    ...(gpus.length === 0 ? {} : { gpus: { capacity: sum('capacity'), allocatable: sum('allocatable') } }),
  };
}

function workloads(snapshot: Snapshot): Row<'workloads'>[] {
  const row = (
    kind: string,
    metadata: { readonly namespace?: string; readonly name: string },
    ready: number | undefined,
    desired: number | undefined,
  ): Row<'workloads'> => ({
    kind,
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    ...(ready === undefined ? {} : { ready }),
    ...(desired === undefined ? {} : { desired }),
  });
  return [
    ...snapshot
      .list('deployments')
      .map(({ metadata, spec, status }) => row('Deployment', metadata, status?.readyReplicas, spec?.replicas)),
    ...snapshot
      .list('statefulSets')
      .map(({ metadata, spec, status }) => row('StatefulSet', metadata, status?.readyReplicas, spec?.replicas)),
    ...snapshot
      .list('daemonSets')
      .map(({ metadata, status }) => row('DaemonSet', metadata, status?.numberReady, status?.desiredNumberScheduled)),
  ].map((one) =>
    // The API leaves readyReplicas out when it is zero.
    one.ready === undefined && one.desired !== undefined ? { ...one, ready: 0 } : one,
  );
}

function podRow(pod: Pod): Row<'pods'> {
  const { ready, containers, restarts } = podColumns(pod);
  return {
    namespace: pod.metadata.namespace ?? '',
    name: pod.metadata.name,
    ready: containers === 0 ? '' : `${ready}/${containers}`,
    status: statusOf(pod) ?? 'Unknown',
    restarts,
    node: pod.spec?.nodeName ?? '',
  };
}

const isWell = ({ status, ready }: Row<'pods'>): boolean => {
  if (status === 'Succeeded' || status === 'Completed') return true;
  const [up, of = up] = ready.split('/');
  return status === 'Running' && up === of;
};

function gpuRow(gpu: Gpu, node: string): Row<'gpus'> {
  const { index, temperatureC, memoryUsedMiB, memoryTotalMiB, utilizationPercent } = gpu;
  const troubles = [
    ...(gpu.fault === undefined ? [] : [gpu.fault]),
    ...(gpu.eccUncorrected ? [`${gpu.eccUncorrected} uncorrected ECC errors`] : []),
    ...(gpu.retiredPagesPending === true ? ['page retirement pending'] : []),
    ...(gpu.remappedRowsFailed === true ? ['row remapping failed'] : []),
    ...(gpu.remappedRowsPending === true ? ['row remapping pending'] : []),
    ...(gpu.throttleReasons ?? []).filter((reason) => !/idle|none|not active/i.test(reason)),
  ];
  return {
    node,
    name: gpu.name ?? gpu.uuid ?? '',
    troubles,
    ...(index === undefined ? {} : { index }),
    ...(temperatureC === undefined ? {} : { temperatureC }),
    ...(memoryUsedMiB === undefined ? {} : { memoryUsedMiB }),
    ...(memoryTotalMiB === undefined ? {} : { memoryTotalMiB }),
    ...(utilizationPercent === undefined ? {} : { utilizationPercent }),
  };
}

function schedulingRow({ pod, verdicts, message }: Unscheduled): Row<'scheduling'> {
  const reasons = new Map<string, string[]>();
  for (const verdict of verdicts)
    for (const text of new Set(reported(verdict).map((rejection) => rejection.text)))
      append(reasons, text, verdict.node.name);
  return {
    namespace: pod.metadata.namespace ?? '',
    name: pod.metadata.name,
    ...(message === undefined ? {} : { message: message.text }),
    nodes: verdicts.length,
    feasible: verdicts.filter((one) => one.rejections.length === 0 && one.unknown.length === 0).length,
    reasons: [...reasons]
      .map(([reason, nodes]) => ({ reason, count: nodes.length, nodes: nodes.slice(0, NODES_PER_REASON) }))
      .sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1)),
  };
}

/** Pods beyond the first few of a workload are not simulated, and wait for the same reason. */
function scheduling(snapshot: Snapshot): Tables['scheduling'] {
  const judged = unscheduledPods(snapshot).filter(({ verdicts }) => verdicts.length > 0);
  const { total, rows } = table(
    judged,
    LIMIT.scheduling,
    () => 0,
    ({ pod }) => `${pod.metadata.namespace ?? ''}/${pod.metadata.name}`,
  );
  return { total, rows: rows.map(schedulingRow) };
}

/** All tables of a snapshot. */
export function tablesOf(snapshot: Snapshot): Tables {
  const path = ({ namespace, name }: { readonly namespace: string; readonly name: string }) => `${namespace}/${name}`;
  const full = ({ requested, allocatable }: Row<'nodes'>['cpu']) =>
    requested === undefined || !allocatable ? 0 : requested / allocatable;
  return {
    nodes: table(
      viewCluster(snapshot).nodes.map(nodeRow),
      LIMIT.nodes,
      (node) =>
        (node.ready === false ? 8 : 0) +
        (node.conditions.length > 0 ? 4 : 0) +
        (node.cordoned ? 2 : 0) +
        Math.min(1, Math.max(full(node.cpu), full(node.memory))),
      (node) => node.name,
    ),
    workloads: table(
      workloads(snapshot),
      LIMIT.workloads,
      ({ ready, desired }) => (desired === undefined || desired === 0 ? 0 : (desired - (ready ?? 0)) / desired),
      (row) => `${path(row)} ${row.kind}`,
    ),
    pods: table(
      unsteadyPods(snapshot)
        // A pod of which only a name is known (a line of kubectl describe node) is not sick for that.
        .filter(({ status }) => status?.phase !== undefined || (status?.containerStatuses ?? []).length > 0)
        .map(podRow)
        .filter((row) => !isWell(row)),
      LIMIT.pods,
      ({ restarts, status }) => (status === 'Running' ? 0 : 1000) + Math.min(restarts, 999),
      path,
    ),
    claims: table(
      snapshot.list('persistentVolumeClaims').map(({ metadata, spec, status }) => ({
        namespace: metadata.namespace ?? '',
        name: metadata.name,
        status: status?.phase ?? '',
        volume: spec?.volumeName ?? '',
        storageClass: spec?.storageClassName ?? '',
      })),
      LIMIT.claims,
      ({ status }) => (status === 'Bound' ? 0 : 1),
      path,
    ),
    gpus: table(
      snapshot.facts('gpus').map((gpu) => gpuRow(gpu, gpu.node ?? '')),
      LIMIT.gpus,
      ({ troubles }) => troubles.length,
      ({ node, index }) => `${node} ${String(index ?? 0).padStart(3, '0')}`,
    ),
    scheduling: scheduling(snapshot),
  };
}
