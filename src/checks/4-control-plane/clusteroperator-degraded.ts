import { timeOf } from '../../snapshot/nodes/node-health.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'clusteroperator-degraded',
  layer: 4,
  title: 'All cluster operators are available',
  failureTitle: 'An OpenShift cluster operator is degraded or unavailable',
  why: 'Each ClusterOperator keeps a part of the platform running and reports its own state; the message names what is wrong below it.',
  fix: ['Follow the message: a node that is not ready, a pod that does not start, an endpoint that does not answer'],
  next: ['oc get clusteroperator {name} -o yaml', 'oc adm must-gather'],
  severity: 'warning',
  confidence: 'high',
  needs: ['clusterOperators'],
  *run({ clusterOperators }, { snapshot }) {
    for (const operator of clusterOperators) {
      const conditions = operator.status?.conditions ?? [];
      const unavailable = conditions.findIndex((one) => one.type === 'Available' && one.status === 'False');
      const degraded = conditions.findIndex((one) => one.type === 'Degraded' && one.status === 'True');
      // Not degraded itself, it names a part that is: machine-config and its pools.
      const blocked = conditions.findIndex(
        (one) => one.type === 'Upgradeable' && one.status === 'False' && /Degraded/.test(one.reason ?? ''),
      );
      const index = unavailable >= 0 ? unavailable : degraded >= 0 ? degraded : blocked;
      const condition = conditions[index];
      if (condition === undefined) continue;
      // A row of `oc get co` has one message for all conditions.
      const message = condition.message ?? conditions[degraded]?.message;
      const since = timeOf(condition.lastTransitionTime);
      yield {
        subject: { kind: 'ClusterOperator', name: operator.metadata.name },
        variant: unavailable >= 0 ? 'unavailable' : degraded >= 0 ? 'degraded' : 'upgrade-blocked',
        severity: unavailable >= 0 ? 'critical' : 'warning',
        message: `ClusterOperator ${operator.metadata.name} is ${unavailable >= 0 ? 'not available' : degraded >= 0 ? 'degraded' : 'not upgradeable'}${condition.reason === undefined ? '' : ` (${condition.reason})`}${message === undefined ? '' : `: ${message.replaceAll(/\s+/g, ' ').slice(0, 300)}`}`,
        evidence: [snapshot.quote(operator, `/status/conditions/${index}`)],
        ...(since === undefined ? {} : { since }),
      };
    }
  },
});
