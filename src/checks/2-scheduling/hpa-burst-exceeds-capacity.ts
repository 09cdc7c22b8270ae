import { scaleTargetOf } from '../../snapshot/scale-target.ts';
import { formatAmount } from '../../lib/format-quantity.ts';
import { templateSpecOf } from '../../snapshot/pods/pod-spec.ts';
import { viewCluster } from '../../simulation/scheduler/cluster.ts';
import { podRequests } from '../../simulation/scheduler/requests.ts';
import { acceptsNode, untolerated } from '../../simulation/scheduler/filters/node.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'hpa-burst-exceeds-capacity',
  layer: 2,
  title: 'The cluster has room for what autoscalers may ask',
  failureTitle: 'The maximum of the autoscaler does not fit into the cluster',
  why: 'Under load it will scale into Pending pods.',
  fix: ['Add capacity (or a cluster autoscaler), or lower maxReplicas'],
  next: ['kubectl get hpa -A'],
  severity: 'info',
  confidence: 'medium',
  needs: ['horizontalPodAutoscalers', 'nodes', 'pods'],
  wants: ['deployments', 'statefulSets'],
  *run({ horizontalPodAutoscalers }, { snapshot }) {
    const { nodes } = viewCluster(snapshot);
    if (nodes.length === 0 || nodes.some((node) => node.used === undefined || node.allocatable === undefined)) return;
    for (const hpa of horizontalPodAutoscalers) {
      const target = scaleTargetOf(hpa);
      if (target === undefined) continue;
      const spec = templateSpecOf(snapshot.find(target));
      const more = (hpa.spec?.maxReplicas ?? 0) - (hpa.status?.currentReplicas ?? hpa.spec?.minReplicas ?? 1);
      if (spec === undefined || more <= 0) continue;
      const eligible = nodes.filter(
        (node) =>
          !node.cordoned &&
          untolerated(spec, node.taints ?? []) === undefined &&
          acceptsNode(spec, node.labels ?? {}, node.name),
      );
      for (const [resource, each] of podRequests(spec)) {
        const free = eligible.reduce(
          (sum, node) => sum + Math.max(0, (node.allocatable?.get(resource) ?? 0) - (node.used?.get(resource) ?? 0)),
          0,
        );
        if (each <= 0 || more * each <= free) continue;
        yield {
          subject: snapshot.subject(hpa),
          variant: resource,
          message: `Autoscaler ${hpa.metadata.name} may add ${more} replicas of ${formatAmount(resource, each)} ${resource} each; ${formatAmount(resource, free)} are free on the nodes that they may use`,
          evidence: [snapshot.quote(hpa, '/spec/maxReplicas')],
          related: [target],
        };
      }
    }
  },
});
