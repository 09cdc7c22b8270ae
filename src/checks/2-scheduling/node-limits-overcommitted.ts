import { formatByteQuantity } from '../../lib/format-quantity.ts';
import { viewCluster } from '../../simulation/scheduler/cluster.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'node-limits-overcommitted',
  layer: 2,
  title: 'Memory limits on each node stay within its memory',
  failureTitle: 'The memory limits of the pods on the node add up to more than it has',
  why: 'When all of them use what they may, the node runs out of memory and the kernel kills.',
  fix: ['Set memory requests equal to limits for what matters'],
  next: ["kubectl describe node {name} | grep -A10 'Allocated resources'"],
  severity: 'info',
  confidence: 'high',
  needs: ['nodes', 'pods'],
  *run(_facts, { snapshot }) {
    for (const node of viewCluster(snapshot).nodes) {
      const total = node.allocatable?.get('memory');
      if (total === undefined || total <= 0 || !node.podsKnown) continue;
      const limits = node.memoryLimits;
      if (limits <= total) continue;
      yield {
        subject: snapshot.subject(node.node),
        message: `Memory limits on node ${node.name} add up to ${formatByteQuantity(limits)}, ${Math.round((limits / total) * 100)}% of its ${formatByteQuantity(total)}`,
        evidence: [snapshot.quote(node.node, '/status/allocatable/memory')],
      };
    }
  },
});
