import { isDeclaredOnly } from '../../snapshot/declared.ts';
import { timeOf } from '../../snapshot/nodes/node-health.ts';
import { defineCheck } from '../check.ts';

/** The condition Available stands in every status that the controller wrote; what a rollout says of itself lacks it. */
const tellsAvailable = (conditions: readonly { readonly type?: string }[] = []): boolean =>
  conditions.some(({ type }) => type === 'Available');

export default defineCheck({
  id: 'deployment-unavailable',
  layer: 1,
  title: 'Workloads have the replicas they want',
  failureTitle: 'The workload has fewer available replicas than it wants',
  why: 'The sum of what is wrong with its pods; without any pod the controller could not create them.',
  fix: ['See the findings on its pods.'],
  next: ['kubectl get pods -n {namespace} -o wide', 'kubectl describe {kind} {name} -n {namespace}'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['deployments', 'statefulSets', 'replicaSets'],
  *run(_facts, { snapshot, now }) {
    for (const area of ['deployments', 'statefulSets', 'replicaSets'] as const)
      for (const workload of snapshot.list(area)) {
        if (isDeclaredOnly(snapshot, workload)) continue;
        // A ReplicaSet speaks only when its Deployment is not in the bundle.
        const owner = area === 'replicaSets' ? snapshot.workloadOf(workload) : undefined;
        if (owner !== undefined && snapshot.find(owner) !== undefined) continue;
        const desired = workload.spec?.replicas ?? (area === 'replicaSets' ? workload.status?.replicas : undefined);
        const { status } = workload;
        const available =
          area === 'deployments'
            ? (status?.availableReplicas ??
              status?.readyReplicas ??
              (status?.replicas === undefined && !tellsAvailable(status?.conditions) ? undefined : 0))
            : (status?.readyReplicas ?? status?.availableReplicas ?? status?.runningReplicas);
        const known = status !== undefined && (available !== undefined || status.replicas !== undefined);
        if (desired === undefined || desired === 0 || !known || (available ?? 0) >= desired) continue;
        const created = workload.metadata.creationTimestamp;
        const age =
          created === undefined || now === undefined ? undefined : (now - (timeOf(created) ?? Number.NaN)) / 1000;
        const have = available ?? 0;
        const condition = (status.conditions ?? []).findIndex((c) => c.type === 'Available' && c.status === 'False');
        // Half a minute after its creation a workload is simply starting.
        const young = age !== undefined && age < 30;
        yield {
          subject: snapshot.subject(workload),
          severity: young ? 'info' : have === 0 ? 'critical' : 'warning',
          message: `${workload.kind} ${workload.metadata.name} has ${have} of ${desired} replicas available`,
          evidence: [
            condition >= 0
              ? snapshot.quote(workload, `/status/conditions/${condition}`)
              : snapshot.quote(
                  workload,
                  status.availableReplicas === undefined ? '/status' : '/status/availableReplicas',
                ),
          ],
        };
      }
  },
});
