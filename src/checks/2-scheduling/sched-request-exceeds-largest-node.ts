import { formatAmount } from '../../lib/format-quantity.ts';
import type { NodeView } from '../../simulation/scheduler/cluster.ts';
import { unscheduledPods } from '../../simulation/scheduler/unscheduled.ts';
import { defineCheck } from '../check.ts';
import { quoteSpec, verdictWords } from './rejected.ts';

/** Reasons that exclude a node whatever its size. */
const ELSEWHERE = new Set<string>(['cordoned', 'taint', 'node-affinity', 'node-name']);

/** The node that has most of a resource, the first of equals; undefined when of some node it is not known. */
function largestOf(nodes: readonly NodeView[], resource: string): { size: number; node: NodeView } | undefined {
  let largest: { size: number; node: NodeView } | undefined;
  for (const node of nodes) {
    const size = node.allocatable?.get(resource);
    if (size === undefined) return undefined;
    if (largest === undefined || size > largest.size) largest = { size, node };
  }
  return largest;
}

export default defineCheck({
  id: 'sched-request-exceeds-largest-node',
  layer: 2,
  title: 'Every request fits on the largest node',
  failureTitle: 'The pod requests more than the largest node has',
  why: 'Waiting will never help: even an empty node is too small, and preemption cannot help either.',
  fix: ['Lower the request, or add a node that is large enough'],
  next: [
    'kubectl get nodes -o custom-columns=NAME:.metadata.name,CPU:.status.allocatable.cpu,MEMORY:.status.allocatable.memory',
  ],
  severity: 'critical',
  confidence: 'high',
  needs: ['nodes'],
  needsAny: ['pods', 'events'],
  *run(_facts, { snapshot }) {
    for (const waiting of unscheduledPods(snapshot)) {
      const { view, cluster } = waiting;
      const missing = waiting.causes.flatMap(({ reason }) =>
        reason.kind === 'resource' ? [reason.resource ?? ''] : [],
      );
      for (const resource of missing) {
        const wanted = view.requests.get(resource) ?? 0;
        // Nodes that refuse the pod for another reason are no place for it, however large.
        const open = waiting.verdicts.filter(({ rejections }) => !rejections.some(({ kind }) => ELSEWHERE.has(kind)));
        const nodes = open.length > 0 ? open.map(({ node }) => node) : cluster.nodes;
        const largest = largestOf(nodes, resource);
        // A resource that no node has at all is sched-extended-resource-absent.
        if (largest === undefined || largest.size === 0 || wanted <= largest.size) continue;
        yield {
          subject: snapshot.subject(waiting.pod),
          variant: resource,
          message: `Pod ${view.name} requests ${formatAmount(resource, wanted)} of ${resource}, but the largest node that it could use (${largest.node.name}) has only ${formatAmount(resource, largest.size)} allocatable: Insufficient ${resource}.${verdictWords(waiting)}`,
          evidence: [
            ...waiting.evidence,
            ...quoteSpec(snapshot, waiting, [
              `/spec/containers/0/resources/requests/${resource}`,
              '/spec/containers/0/resources',
            ]),
            snapshot.quote(largest.node.node, `/status/allocatable/${resource}`),
          ],
          fix: [
            `Lower the ${resource} request from ${formatAmount(resource, wanted)} to less than ${formatAmount(resource, largest.size)}, or add a node with more than ${formatAmount(resource, wanted)} allocatable`,
          ],
          ...(waiting.since === undefined ? {} : { since: waiting.since }),
        };
      }
    }
  },
});
