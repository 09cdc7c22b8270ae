import { eventMessage, eventTime } from '../../snapshot/events.ts';
import { conditionOf, isReady, nodeEvents, nodeSubject, timeOf } from '../../snapshot/nodes/node-health.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck, type FindingDraft } from '../check.ts';

/** Conditions of the kubelet and of CNIs: other checks judge them, or True is their healthy value. */
const NOT_A_PROBLEM = new Set([
  'Ready',
  'MemoryPressure',
  'DiskPressure',
  'PIDPressure',
  'NetworkUnavailable',
  'OutOfDisk',
  'EtcdIsVoter', // RKE2 and k3s servers: True is right
]);

/** Conditions that say "well" with True: ContainerRuntimeReady, KernelReady, NetworkingReady, StorageReady … (EKS, AKS). */
const TRUE_IS_WELL = /(?:Ready|Healthy|Available|Initialized|Succeeded|Complete|Ok|Up)$/;

/** Warnings of node-problem-detector, and the condition that it sets with some of them (its config/*.json). */
const EVENTS: Readonly<Record<string, string>> = {
  FilesystemIsReadOnly: 'ReadonlyFilesystem',
  DockerHung: 'KernelDeadlock',
  Ext4Error: 'Ext4Error',
  XfsHasShutDown: 'XfsShutdown',
  IOError: 'IOError',
  TaskHung: 'TaskHung',
  KernelOops: 'KernelOops',
  MemoryReadError: 'MemoryReadError',
  OOMKilling: 'OOMKilling',
  CorruptDockerOverlay2: 'CorruptDockerOverlay2',
  CorruptDockerImage: 'CorruptDockerImage',
  ContainerdUnhealthy: 'ContainerRuntimeUnhealthy',
  CRIOUnhealthy: 'ContainerRuntimeUnhealthy',
  DockerUnhealthy: 'ContainerRuntimeUnhealthy',
  KubeletUnhealthy: 'KubeletUnhealthy',
  ConntrackFull: 'ConntrackFull',
  NTPIsDown: 'NTPProblem',
};
/** Again and again, a process that is called as CSI drivers mostly are (the kernel shows 15 letters): no volume is mounted then. */
const OF_DRIVER =
  /^\(combined from similar events\): Memory cgroup out of memory: Kill(?:ed)? process \d{1,10} \([^)]{0,15}csi[^)]{0,15}\)/;
const DRIVER_KILLED = {
  title: 'The kernel kills a storage driver of the node at its memory limit, again and again',
  fix: [
    'Raise the memory limit of the driver (its DaemonSet, or the setting of the cloud for it), or give it fewer volumes on one node.',
  ],
};
/** Events older than this (ms) describe the past. */
const RECENT = 3_600_000;

export default defineCheck({
  id: 'node-npd-condition',
  layer: 5,
  title: 'No node agent reports a problem condition',
  failureTitle: 'A node agent reports a problem',
  why: 'An agent on the node (node-problem-detector, a cloud agent) has found trouble in the kernel, the disks or the daemons, and set a condition or warned of it.',
  fix: ['Follow the message of the condition; the kernel log of {node} has the details'],
  next: ["kubectl get node {node} -o jsonpath='{.status.conditions}'", 'journalctl -k -n 200 --no-pager'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['nodes', 'events'],
  *run(_facts, { snapshot, now }) {
    const told = new Set<string>();
    for (const node of snapshot.list('nodes')) {
      for (const { type, status, reason, message, lastTransitionTime } of node.status?.conditions ?? []) {
        if (type === undefined || NOT_A_PROBLEM.has(type)) continue;
        const positive = TRUE_IS_WELL.test(type);
        if (status !== (positive ? 'False' : 'True')) continue;
        const found = conditionOf(snapshot, node, type);
        if (found === undefined) continue;
        told.add(`${node.metadata.name} ${type}`);
        const since = timeOf(lastTransitionTime);
        yield {
          subject: nodeSubject(snapshot, node),
          variant: type,
          // A condition nobody knows may be informative only; on a Ready node it is no outage by itself.
          severity: positive || isReady(node) === true ? 'warning' : 'critical',
          message: `Node ${node.metadata.name} has ${type}=${status} (${reason ?? 'no reason'})${message === undefined ? '' : `: ${message}`}`,
          evidence: [found.evidence],
          ...(since === undefined ? {} : { since }),
        };
      }
    }
    yield* warned(snapshot, now, told);
  },
});

/** What the agent only warned of: the last warning of each sort, unless the node's condition says that it is over. */
function* warned(snapshot: Snapshot, now: number | undefined, told: ReadonlySet<string>): Generator<FindingDraft> {
  for (const [name, events] of nodeEvents(snapshot, ...Object.keys(EVENTS))) {
    const node = snapshot.get('nodes', undefined, name);
    if (node === undefined && snapshot.listed('nodes')) continue;
    const last = new Map(
      events.filter(({ type }) => type !== 'Normal').map((event) => [EVENTS[event.reason ?? ''] ?? '', event]),
    );
    for (const [sort, event] of last) {
      const text = eventMessage(event);
      const time = eventTime(event);
      const ofDriver = OF_DRIVER.test(event.message ?? '');
      const variant = ofDriver ? 'driver-killed' : sort;
      if (told.has(`${name} ${sort}`)) continue;
      if (now !== undefined && time !== undefined && now - time > RECENT) continue;
      // A container that reaches its own limit is its pod's affair.
      if (sort === 'OOMKilling' && !ofDriver && /memory cgroup/i.test(text)) continue;
      const over = node?.status?.conditions?.some(({ type, status }) => type === sort && status === 'False') === true;
      yield {
        subject: snapshot.named('Node', name, { node: name }),
        variant,
        ...(ofDriver ? DRIVER_KILLED : {}),
        severity: node !== undefined && isReady(node) === false ? 'critical' : 'warning',
        message: `An agent on node ${name} warns of ${event.reason ?? variant}: "${text.slice(0, 300)}"`,
        evidence: [snapshot.quoteEvent(event)],
        ...(over ? { state: 'recovered' as const } : {}),
        ...(time === undefined ? {} : { since: time }),
      };
    }
  }
}
