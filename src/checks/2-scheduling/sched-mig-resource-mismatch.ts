import { firstFew } from '../../lib/in-words.ts';
import { viewCluster } from '../../simulation/scheduler/cluster.ts';
import { unscheduledPods } from '../../simulation/scheduler/unscheduled.ts';
import { defineCheck } from '../check.ts';

const MIG = /^nvidia\.com\/mig-/;

export default defineCheck({
  id: 'sched-mig-resource-mismatch',
  layer: 2,
  title: 'Requested MIG profiles exist on the GPU nodes',
  failureTitle: 'The requested MIG profile does not exist under the strategy of the nodes',
  why: 'With strategy mixed each profile is a resource of its own (nvidia.com/mig-1g.5gb) and nvidia.com/gpu is gone; with single or none it is the other way round.',
  fix: ['Request the name that the nodes advertise, or change mig.config or mig.strategy'],
  next: ['kubectl get nodes -L nvidia.com/mig.config,nvidia.com/mig.strategy,nvidia.com/mig.config.state'],
  severity: 'critical',
  confidence: 'high',
  needs: ['nodes'],
  needsAny: ['pods', 'events'],
  *run(_facts, { snapshot }) {
    const nodes = viewCluster(snapshot).nodes.filter((node) => node.allocatable !== undefined);
    const offered = [
      ...new Set(
        nodes.flatMap((node) =>
          [...(node.allocatable ?? [])].flatMap(([key, n]) => (n > 0 && key.startsWith('nvidia.com/') ? [key] : [])),
        ),
      ),
    ].sort();
    for (const waiting of unscheduledPods(snapshot)) {
      for (const [resource, wanted] of waiting.view.requests) {
        const asksMig = MIG.test(resource);
        if (wanted <= 0 || offered.includes(resource) || !(asksMig || resource === 'nvidia.com/gpu')) continue;
        // A profile against other profiles or whole GPUs; whole GPUs against profiles only.
        if (offered.length === 0 || (!asksMig && !offered.some((one) => MIG.test(one)))) continue;
        const node = nodes.find((one) => one.labels?.['nvidia.com/mig.config'] !== undefined);
        yield {
          subject: snapshot.subject(waiting.pod),
          message: `Pod ${waiting.view.name} requests ${resource}, but the nodes advertise ${firstFew(offered)}${node === undefined ? '' : ` (mig.config ${node.labels?.['nvidia.com/mig.config'] ?? ''}, strategy ${node.labels?.['nvidia.com/mig.strategy'] ?? 'unknown'})`}`,
          evidence: [
            ...waiting.evidence,
            ...(node === undefined ? [] : [snapshot.quote(node.node, '/status/allocatable')]),
          ],
          related: nodes.slice(0, 20).map(({ name }) => ({ kind: 'Node', name })),
        };
      }
    }
  },
});
