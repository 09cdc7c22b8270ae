import { matchesSelector } from '../../lib/labels.ts';
import type { AnyObject } from '../../snapshot/kinds/index.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'pdb-blocks-drain',
  layer: 2,
  title: 'Every PodDisruptionBudget allows an eviction',
  failureTitle: 'The PodDisruptionBudget allows no eviction: drains and upgrades hang',
  why: 'Fewer pods are healthy than it demands, or it demands as many as there are: no node that holds one of them can be drained.',
  fix: [
    'Bring the pods back to health, add a replica, or relax the budget (unhealthyPodEvictionPolicy: AlwaysAllow lets broken pods go)',
  ],
  next: ['kubectl get pdb -A; kubectl describe pdb {name} -n {namespace}'],
  severity: 'warning',
  confidence: 'high',
  needs: ['podDisruptionBudgets'],
  wants: ['pods', 'nodes'],
  *run({ podDisruptionBudgets }, { snapshot }) {
    const draining = snapshot.list('nodes').some((node) => node.spec?.unschedulable === true);
    for (const budget of podDisruptionBudgets) {
      const { disruptionsAllowed, expectedPods, currentHealthy, desiredHealthy } = budget.status ?? {};
      if (disruptionsAllowed !== 0 || (expectedPods ?? 0) === 0) continue;
      const namespace = budget.metadata.namespace ?? '';
      const pods = snapshot
        .podsIn(namespace)
        .filter((pod) => matchesSelector(budget.spec?.selector, pod.metadata.labels));
      const unhealthy = currentHealthy !== undefined && desiredHealthy !== undefined && currentHealthy < desiredHealthy;
      const onCordoned =
        draining &&
        pods.some((pod) => snapshot.get('nodes', undefined, pod.spec?.nodeName ?? '')?.spec?.unschedulable === true);
      yield {
        subject: snapshot.subject(budget as unknown as AnyObject),
        variant: unhealthy ? 'unhealthy' : 'structural',
        // A budget that is only strict harms nobody until a node is drained.
        ...(onCordoned ? {} : { severity: 'info' as const }),
        message: `Budget ${budget.metadata.name} allows no disruption: ${currentHealthy ?? '?'} of ${expectedPods ?? '?'} pods are healthy and ${desiredHealthy ?? '?'} are demanded${onCordoned ? '; one of its pods is on a cordoned node' : ''}`,
        evidence: [snapshot.quote(budget, '/status/disruptionsAllowed')],
        related: pods.slice(0, 10).map((pod) => ({ kind: 'Pod', namespace, name: pod.metadata.name })),
      };
    }
  },
});
