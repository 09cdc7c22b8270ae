import { formatAmount } from '../../lib/format-quantity.ts';
import { viewCluster } from '../../simulation/scheduler/cluster.ts';
import { defineCheck } from '../check.ts';

/** Share of allocatable that is requested [HEUR]. */
const SATURATED = 0.9;

export default defineCheck({
  id: 'node-requests-saturated',
  layer: 2,
  title: 'Nodes have unrequested CPU and memory',
  failureTitle: 'At least 90% of the node is requested',
  why: 'The next pod will not fit there, whatever the node really uses; full nodes are no fault by themselves.',
  fix: ['Add nodes, or lower requests that are far above use'],
  next: ["kubectl describe node {name} | grep -A10 'Allocated resources'"],
  severity: 'info',
  confidence: 'high',
  needs: ['nodes'],
  needsAny: ['pods'],
  *run(_facts, { snapshot }) {
    for (const node of viewCluster(snapshot).nodes)
      for (const resource of ['cpu', 'memory']) {
        const total = node.allocatable?.get(resource);
        const used = node.used?.get(resource);
        if (total === undefined || used === undefined || total <= 0 || used / total < SATURATED) continue;
        yield {
          subject: snapshot.subject(node.node),
          variant: resource,
          message: `${formatAmount(resource, used)} of ${formatAmount(resource, total)} ${resource} of node ${node.name} is requested (${Math.round((used / total) * 100)}%)`,
          evidence: [
            snapshot.quote(
              node.node,
              node.node.status?.requested?.[resource] === undefined
                ? `/status/allocatable/${resource}`
                : `/status/requested/${resource}`,
            ),
          ],
        };
      }
  },
});
