import { timeOf } from '../../snapshot/nodes/node-health.ts';
import { defineCheck } from '../check.ts';

const BAD = ['NodeDegraded', 'RenderDegraded', 'Degraded'] as const;

export default defineCheck({
  id: 'machineconfigpool-degraded',
  layer: 4,
  title: 'The machines of every pool get their configuration',
  failureTitle: 'A MachineConfigPool of OpenShift is degraded',
  why: 'The machine-config operator rolls out configuration node by node. A node whose files differ from what it expects, that cannot be drained or does not come back stops the rollout for its whole pool, and upgrades with it.',
  fix: [
    'Read which node reports what (message of the pool, annotation machineconfiguration.openshift.io/reason of the node); put the changed file back, or touch /run/machine-config-daemon-force on that node',
  ],
  next: [
    'oc describe machineconfigpool {name}',
    'oc -n openshift-machine-config-operator logs -l k8s-app=machine-config-daemon -c machine-config-daemon --tail=50',
  ],
  severity: 'critical',
  confidence: 'high',
  needs: ['machineConfigPools'],
  *run({ machineConfigPools }, { snapshot }) {
    for (const pool of machineConfigPools) {
      const { conditions = [], machineCount, degradedMachineCount } = pool.status ?? {};
      // The most telling one: what a node reports before the sum of all.
      const index = BAD.map((type) => conditions.findIndex((one) => one.type === type && one.status === 'True')).find(
        (at) => at >= 0,
      );
      const condition = index === undefined ? undefined : conditions[index];
      if (index === undefined || condition === undefined) continue;
      const since = timeOf(condition.lastTransitionTime);
      const node = /[Nn]ode (?<name>[a-z0-9][a-z0-9.-]{0,252}) is reporting/.exec(condition.message ?? '')?.groups?.[
        'name'
      ];
      yield {
        subject: { kind: 'MachineConfigPool', name: pool.metadata.name },
        // What keeps a pod on a node is told at the pod.
        ...(/failed to drain|drain did not/.test(condition.message ?? '') ? { variant: 'drain' } : {}),
        message: `MachineConfigPool ${pool.metadata.name} is degraded${degradedMachineCount === undefined ? '' : ` (${degradedMachineCount} of ${machineCount ?? '?'} machines)`}${condition.message === undefined ? '' : `: ${condition.message.replaceAll(/\s+/g, ' ').slice(0, 400)}`}`,
        evidence: [snapshot.quote(pool, `/status/conditions/${index}`)],
        params: { name: pool.metadata.name },
        ...(node === undefined ? {} : { related: [{ kind: 'Node', name: node }] }),
        ...(since === undefined ? {} : { since }),
      };
    }
  },
});
