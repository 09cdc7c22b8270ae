import { timeOf } from '../../snapshot/nodes/node-health.ts';
import { timing } from '../../snapshot/logs/hits.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'deployment-progress-deadline',
  layer: 1,
  title: 'Rollouts come to their end',
  failureTitle: 'The rollout exceeded its deadline: the new revision does not become ready',
  why: 'The pods of the newest ReplicaSet did not become available within progressDeadlineSeconds (600 s unless set); the old revision may still serve.',
  fix: [
    'Mend what keeps the new pods from being ready, or go back: kubectl rollout undo deployment/{name} -n {namespace}.',
  ],
  next: [
    'kubectl rollout status deployment/{name} -n {namespace}',
    'kubectl rollout history deployment/{name} -n {namespace}',
  ],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['deployments', 'containerLogs'],
  reads: ['rollout-deadline-line'],
  *run(_facts, { snapshot }) {
    const named = new Set<string>();
    for (const deployment of snapshot.list('deployments')) {
      named.add(deployment.metadata.name);
      const conditions = deployment.status?.conditions ?? [];
      const index = conditions.findIndex((c) => c.type === 'Progressing' && c.reason === 'ProgressDeadlineExceeded');
      if (index === -1) continue;
      // What `kubectl rollout status` says of a rollout leaves out how many replicas there are.
      const { availableReplicas, replicas } = deployment.status ?? {};
      const told = availableReplicas ?? replicas ?? (conditions.length > 1 ? 0 : undefined);
      const available = told === undefined ? undefined : (availableReplicas ?? 0);
      const since = timeOf(conditions[index]?.lastTransitionTime) ?? Number.NaN;
      yield {
        subject: snapshot.subject(deployment),
        severity: available === 0 ? 'critical' : 'warning',
        message: `The rollout of Deployment ${deployment.metadata.name} exceeded its deadline${
          deployment.spec?.progressDeadlineSeconds === undefined
            ? ''
            : ` of ${deployment.spec.progressDeadlineSeconds} s`
        }${
          available === undefined
            ? ''
            : available === 0
              ? '; no replica is available'
              : `; ${available === 1 ? '1 replica (probably of the old revision) still serves' : `${available} replicas (mostly of the old revision) still serve`}`
        }`,
        evidence: [snapshot.quote(deployment, `/status/conditions/${index}`)],
        ...(Number.isNaN(since) ? {} : { since }),
      };
    }
    // What a pipeline prints of the rollout that it waited for.
    for (const hit of snapshot.hits('rollout-deadline-line')) {
      const { name } = hit.groups;
      if (name === undefined || named.has(name)) continue;
      named.add(name);
      yield {
        subject: snapshot.named('Deployment', name),
        severity: 'warning',
        message: `The rollout of Deployment ${name} exceeded its deadline`,
        evidence: snapshot.evidenceOf(hit),
        ...timing(snapshot, [hit]),
      };
    }
  },
});
