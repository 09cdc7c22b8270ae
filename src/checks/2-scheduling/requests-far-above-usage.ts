import { viewCluster } from '../../simulation/scheduler/cluster.ts';
import { unscheduledPods } from '../../simulation/scheduler/unscheduled.ts';
import { defineCheck } from '../check.ts';

/** Requested and used shares between which a reservation counts as far above use [HEUR]. */
const REQUESTED = 0.8;
const USED = 0.3;

export default defineCheck({
  id: 'requests-far-above-usage',
  layer: 2,
  title: 'Requests are near what is used',
  failureTitle: 'Pods wait while requests on the node are far above what is used',
  why: 'The node is reserved, not busy: the scheduler counts requests only.',
  fix: ['Lower requests to what the pods really use'],
  next: ['kubectl top nodes; kubectl top pods -A --sort-by=cpu'],
  severity: 'info',
  confidence: 'medium',
  needs: ['nodes', 'nodeUsage'],
  needsAny: ['pods'],
  *run({ nodeUsage }, { snapshot }) {
    const short = new Set(
      unscheduledPods(snapshot).flatMap(({ causes }) => causes.map(({ reason }) => reason.resource ?? '')),
    );
    const { byName } = viewCluster(snapshot);
    for (const usage of nodeUsage) {
      const node = byName.get(usage.name);
      for (const [resource, used] of [
        ['cpu', usage.cpuMilli === undefined ? undefined : usage.cpuMilli / 1000],
        ['memory', usage.memoryBytes],
      ] as const) {
        const total = node?.allocatable?.get(resource);
        const requested = node?.used?.get(resource);
        if (
          node === undefined ||
          !short.has(resource) ||
          used === undefined ||
          total === undefined ||
          requested === undefined
        )
          continue;
        if (requested / total < REQUESTED || used / total > USED) continue;
        yield {
          subject: snapshot.subject(node.node),
          variant: resource,
          message: `Node ${node.name}: ${Math.round((requested / total) * 100)}% of its ${resource} is requested, ${Math.round((used / total) * 100)}% used`,
          evidence: [usage.source],
        };
      }
    }
  },
});
