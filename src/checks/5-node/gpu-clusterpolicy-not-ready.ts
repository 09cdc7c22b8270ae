import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'gpu-clusterpolicy-not-ready',
  layer: 5,
  title: 'The GPU operator has finished its work',
  failureTitle: 'The GPU operator says that its stack is not ready',
  why: 'The state of the ClusterPolicy sums up the operands: the first one that is not ready is the one to mend, the others wait for it.',
  fix: ['Mend the first failing operand in the order driver, toolkit, validator, device plugin'],
  next: ['kubectl get clusterpolicies -o yaml', 'kubectl get pods -n gpu-operator -o wide'],
  severity: 'warning',
  confidence: 'high',
  needs: ['clusterPolicies'],
  *run({ clusterPolicies }, { snapshot }) {
    for (const policy of clusterPolicies) {
      const state = policy.status?.state;
      if (state === undefined || state === 'ready') continue;
      const conditions = policy.status?.conditions ?? [];
      // Error=True names the reason; else Ready=False names the states that are missing.
      const error = conditions.findIndex((one) => one.type === 'Error' && one.status === 'True');
      const index = error >= 0 ? error : conditions.findIndex((one) => one.type === 'Ready' && one.status === 'False');
      const condition = conditions[index];
      const said = snapshot.quote(policy, '/status/state');
      yield {
        subject: snapshot.subject(policy),
        ...(state === 'ignored' ? { variant: 'ignored' } : {}),
        message: `ClusterPolicy ${policy.metadata.name} is ${state}${condition === undefined ? '' : ` (${condition.reason ?? 'Error'}): ${condition.message ?? ''}`}`,
        evidence: condition === undefined ? [said] : [snapshot.quote(policy, `/status/conditions/${index}`), said],
      };
    }
  },
});
