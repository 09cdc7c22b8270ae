import { entryOf } from '../../lib/group-by.ts';
import { eventMessage, eventTime } from '../../snapshot/events.ts';
import { isHistoric } from '../../snapshot/ages.ts';
import { formatByteQuantity } from '../../lib/format-quantity.ts';
import type { Evidence, LogHit } from '../../parsers/records.ts';
import { byMachine, nodeEvents } from '../../snapshot/nodes/node-health.ts';
import { largestMemoryUser, mostBy } from '../../snapshot/nodes/memory-users.ts';
import { defineCheck } from '../check.ts';

/** What the kernel tells of its victim: the process, and the memory that was its own. */
const KILLED = /process (\d{1,10}) \([^)]{1,40}\)(?:.{0,80}?anon-rss:(\d{1,14})kB)?/;

/** ` (process 412, 11.4Gi)`, from the last kill. */
function victimOf(evidence: readonly Evidence[]): string {
  const match = evidence.map(({ text }) => KILLED.exec(text)).findLast((one) => one !== null);
  if (match == null) return '';
  return ` (process ${match[1]}${match[2] === undefined ? '' : `, ${formatByteQuantity(Number(match[2]) * 1024)}`})`;
}

/** Processes that hold what the cluster stores. */
const CONTROL_PLANE = ['etcd', 'kube-apiserver'] as const;

const VICTIM = /victim process: (\S{1,60}), pid: (\d+)/;

export default defineCheck({
  id: 'kernel-oom-node',
  layer: 5,
  title: 'No node ran out of memory',
  failureTitle: 'The node ran out of memory and the kernel killed processes',
  why: 'Without free memory the kernel kills by score: BestEffort pods first, then those far above their requests. The victim may be innocent, and even kubelet or runtime can go. The container shows exit code 137 without OOMKilled.',
  fix: [
    'Set memory requests that match use on the pods of {node}, so that the scheduler does not overfill it',
    'Reserve memory for the system (kubeReserved, systemReserved) and set eviction thresholds that act before the kernel must',
  ],
  next: [
    'free -m',
    'ps aux --sort=-rss | head',
    "journalctl -k --no-pager | grep -A 20 'invoked oom-killer' | tail -n 100",
  ],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['kernelLogs', 'hostLogs', 'events'],
  wants: ['processes', 'podUsage', 'pods'],
  reads: ['kernel-oom-node', 'kubelet-system-oom'],
  *run(_facts, { snapshot }) {
    const nodes = new Map<string, { evidence: Evidence[]; victims: Map<string, number>; last?: number }>();
    const at = (node: string) => entryOf(nodes, node, () => ({ evidence: [], victims: new Map<string, number>() }));
    for (const signature of ['kernel-oom-node', 'kubelet-system-oom'])
      for (const [node, hits] of byMachine<LogHit>(snapshot, snapshot.hits(signature))) {
        const entry = at(node);
        const counted = entry.victims.size > 0;
        for (const hit of hits) {
          entry.evidence.push(...snapshot.evidenceOf(hit));
          const task = hit.groups['task'] ?? 'a process';
          // The kubelet repeats what the kernel has said.
          if (!counted) entry.victims.set(task, (entry.victims.get(task) ?? 0) + hit.count);
          if (hit.last.time !== undefined) entry.last = Math.max(entry.last ?? 0, hit.last.time);
        }
      }
    for (const [node, events] of nodeEvents(snapshot, 'SystemOOM')) {
      const entry = at(node);
      for (const event of events) {
        entry.evidence.push(snapshot.quoteEvent(event));
        const task = VICTIM.exec(eventMessage(event))?.[1];
        if (task !== undefined && !entry.victims.has(task)) entry.victims.set(task, 1);
        const time = eventTime(event);
        if (time !== undefined) entry.last = Math.max(entry.last ?? 0, time);
      }
    }
    for (const [node, { evidence, victims, last }] of nodes) {
      const [first, ...rest] = evidence;
      if (first === undefined) continue;
      const total = [...victims.values()].reduce((sum, one) => sum + one, 0);
      const names = [...victims.keys()].filter((name) => name !== 'a process').slice(0, 4);
      const old = isHistoric(snapshot, last);
      const user = old ? undefined : largestMemoryUser(snapshot, node);
      const part = CONTROL_PLANE.find((one) => names.includes(one));
      yield {
        subject: snapshot.named('Node', node, { node }),
        ...(part === undefined ? {} : { variant: part }),
        message: `Node ${node} ran out of memory: the kernel killed ${names.length === 0 ? 'a process' : names.join(', ')}${total === 1 ? victimOf(evidence) : ''}${total > 1 ? ` (${total} kills)` : ''}${mostBy(user)}`,
        evidence: [first, ...rest, ...(user === undefined ? [] : [user.source])],
        ...(user?.pod === undefined ? {} : { related: [user.pod] }),
        ...(old ? { state: 'historic' as const } : {}),
        ...(last === undefined ? {} : { since: last }),
      };
    }
  },
});
