import { eventTime } from '../../snapshot/events.ts';
import { isHistoric } from '../../snapshot/ages.ts';
import { formatByteQuantity } from '../../lib/format-quantity.ts';
import { groupBy } from '../../lib/group-by.ts';
import { parseQuantity } from '../../lib/quantity.ts';
import type { Evidence } from '../../parsers/records.ts';
import { containersOf } from '../../snapshot/pods/containers.ts';
import type { Pod } from '../../snapshot/kinds/index.ts';
import { byMachine, conditionOf, nodeEvents } from '../../snapshot/nodes/node-health.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';

/** A pod that takes this share of its node beyond what it asked for may fill it; less is the noise of all pods (HEUR). */
const SHARE = 0.25;

/** Nodes that are short of memory, or were within a day: elsewhere use above the request is what requests are for. */
function nodesShortOfMemory(snapshot: Snapshot): ReadonlySet<string> {
  const recent = (time: number | undefined): boolean => !isHistoric(snapshot, time);
  const out = new Set<string>();
  for (const signature of ['kernel-oom-node', 'kubelet-system-oom'])
    for (const [node, hits] of byMachine(snapshot, snapshot.hits(signature)))
      if (hits.some((hit) => recent(hit.last.time))) out.add(node);
  for (const [node, events] of nodeEvents(snapshot, 'SystemOOM'))
    if (events.some((event) => recent(eventTime(event)))) out.add(node);
  for (const node of snapshot.list('nodes'))
    if (conditionOf(snapshot, node, 'MemoryPressure')?.condition.status === 'True') out.add(node.metadata.name);
  return out;
}

/** Memory that the containers of a pod ask for, bytes, and where; undefined when its spec is not in the bundle. */
function requestOf(pod: Pod): { readonly bytes: number; readonly at: string } | undefined {
  const containers = containersOf(pod).filter(({ role, spec }) => role !== 'init' && spec !== undefined);
  const [first] = containers;
  if (first === undefined) return undefined;
  const bytes = containers.reduce(
    (sum, { spec }) => sum + (parseQuantity(spec?.resources?.requests?.['memory'] ?? '0') ?? 0),
    0,
  );
  return { bytes, at: `${first.specAt}/resources` };
}

export default defineCheck({
  id: 'memory-above-request',
  layer: 1,
  title: 'On nodes that ran short of memory the pods keep to what they requested',
  failureTitle: 'A pod takes far more memory than it requested, on a node that ran out of it',
  why: 'The scheduler fills nodes by requests. A pod far above its own takes the memory that others were promised, and the kernel or the kubelet then kills whoever scores worst, which may be another one.',
  fix: [
    'Set the memory request of {workload} to what it needs, and a limit, so that it is placed where there is room and killed itself when it grows; or find what it uses the memory for',
  ],
  next: ['kubectl top pods -A --sort-by=memory', 'kubectl describe node {node}'],
  severity: 'warning',
  confidence: 'medium',
  needs: ['podUsage', 'pods'],
  wants: ['nodes', 'events', 'kernelLogs'],
  *run({ podUsage }, { snapshot }) {
    const short = nodesShortOfMemory(snapshot);
    if (short.size === 0) return;
    const usages = groupBy(podUsage, (usage) => {
      const pod = snapshot.get('pods', usage.namespace, usage.pod);
      return usage.memoryBytes === undefined || !short.has(pod?.spec?.nodeName ?? '') ? undefined : pod;
    });
    const worst = new Map<string, { pod: Pod; used: number; request: number; at: string; evidence: Evidence }>();
    for (const [pod, rows] of usages) {
      const node = pod.spec?.nodeName ?? '';
      const request = requestOf(pod);
      const [row] = rows;
      if (request === undefined || row === undefined) continue;
      const used = rows.reduce((sum, one) => sum + (one.memoryBytes ?? 0), 0);
      const known = worst.get(node);
      if (known === undefined || used - request.bytes > known.used - known.request)
        worst.set(node, { pod, used, request: request.bytes, at: request.at, evidence: row.source });
    }
    for (const [name, { pod, used, request, at, evidence }] of worst) {
      const node = snapshot.get('nodes', undefined, name);
      const memory = parseQuantity(node?.status?.capacity?.['memory'] ?? '') ?? 0;
      if (node === undefined || !(memory > 0) || used - request < SHARE * memory) continue;
      yield {
        subject: snapshot.subject(pod),
        message: `Pod ${pod.metadata.name} uses ${formatByteQuantity(used)} of memory and requests ${request === 0 ? 'none' : formatByteQuantity(request)}, on node ${name} with ${formatByteQuantity(memory)} that ran out of it: others may have been killed for it`,
        evidence: [evidence, snapshot.quote(pod, at), snapshot.quote(node, '/status/capacity/memory')],
        related: [{ kind: 'Node', name }],
        params: { node: name },
      };
    }
  },
});
