import { matchesSelector } from '../../lib/labels.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'pdb-misconfigured',
  layer: 2,
  title: 'Every PodDisruptionBudget guards pods, and no pod is under two',
  failureTitle: 'The PodDisruptionBudget matches nothing, or overlaps with another',
  why: 'A budget without pods protects nothing; a pod under two budgets cannot be evicted at all (the eviction API refuses).',
  fix: ['Correct the selectors'],
  next: ['kubectl describe pdb {name} -n {namespace}'],
  severity: 'info',
  confidence: 'high',
  needsAny: ['podDisruptionBudgets', 'pods'],
  reads: ['eviction-two-budgets', 'pdb-unsatisfiable'],
  *run({ podDisruptionBudgets }, { snapshot }) {
    for (const hit of snapshot.hits('eviction-two-budgets')) {
      const pod = hit.groups['pod'];
      yield {
        subject:
          pod === undefined
            ? snapshot.subjectOfLog(hit.origin)
            : snapshot.named('Pod', pod, { namespace: hit.groups['namespace'] }),
        variant: 'overlap',
        severity: 'warning',
        message: `${pod === undefined ? 'A pod' : `Pod ${pod}`} is under more than one PodDisruptionBudget, so it cannot be evicted and the drain hangs`,
        evidence: snapshot.evidenceOf(hit),
      };
    }
    // Clouds look before an upgrade, and name the budgets that would hold it up for ever.
    for (const hit of snapshot.hits('pdb-unsatisfiable')) {
      const { namespace, pdb = '', demand = '' } = hit.groups;
      yield {
        subject: snapshot.named('PodDisruptionBudget', pdb, { namespace }),
        variant: 'unsatisfiable',
        severity: 'warning',
        title: 'The PodDisruptionBudget allows no disruption, so the upgrade is refused',
        message: `Budget ${namespace ?? ''}/${pdb} demands as many pods as there are: ${demand}`,
        evidence: snapshot.evidenceOf(hit),
        fix: ['Add a replica or relax the budget (maxUnavailable: 1) for the time of the upgrade, then start it again'],
      };
    }
    const guards = new Map<string, string>();
    for (const budget of podDisruptionBudgets) {
      const { namespace = '', name } = budget.metadata;
      if (!snapshot.listed('pods', namespace) || budget.spec?.selector === undefined) continue;
      const pods = snapshot
        .podsIn(namespace)
        .filter((pod) => matchesSelector(budget.spec?.selector, pod.metadata.labels));
      const subject = snapshot.subject(budget);
      if (pods.length === 0 && (budget.status?.expectedPods ?? 0) === 0)
        yield {
          subject,
          variant: 'matches-nothing',
          message: `Budget ${name} selects no pod of namespace ${namespace}`,
          evidence: [snapshot.quote(budget, '/spec/selector')],
        };
      for (const pod of pods) {
        const key = `${namespace}/${pod.metadata.name}`;
        const other = guards.get(key);
        guards.set(key, name);
        if (other === undefined) continue;
        yield {
          subject,
          variant: 'overlap',
          severity: 'warning',
          message: `Pod ${pod.metadata.name} is under two budgets, ${other} and ${name}: it cannot be evicted`,
          evidence: [snapshot.quote(budget, '/spec/selector')],
          related: [{ kind: 'Pod', namespace, name: pod.metadata.name }],
        };
        break;
      }
    }
  },
});
