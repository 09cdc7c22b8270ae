import { defineCheck } from '../check.ts';
import { isReady, nodeSubject } from '../../snapshot/nodes/node-health.ts';

const FIELDS = ['kernelVersion', 'osImage', 'containerRuntimeVersion', 'kubeletVersion'] as const;

export default defineCheck({
  id: 'kubelet-node-drift',
  layer: 5,
  title: 'Failing nodes run the same software as the others',
  failureTitle: 'The failing nodes run other software than the healthy ones',
  why: 'When all failing nodes share a kernel, runtime, system or kubelet version that no healthy node has, that difference is the first suspect.',
  fix: ['Bring {node} to the versions of the healthy nodes, or roll the change back'],
  next: ['kubectl get nodes -o wide'],
  severity: 'info',
  confidence: 'low',
  needs: ['nodes'],
  *run({ nodes }, { snapshot }) {
    const bad = nodes.filter((node) => isReady(node) === false);
    const good = nodes.filter((node) => isReady(node) === true);
    // With one healthy node there is no "others" to differ from.
    if (bad.length === 0 || good.length < 2) return;
    for (const field of FIELDS) {
      const values = new Set(bad.map((node) => node.status?.nodeInfo?.[field]));
      const [value] = values;
      const usual = new Set(good.map((node) => node.status?.nodeInfo?.[field]));
      const [other] = usual;
      if (values.size !== 1 || usual.size !== 1 || value === undefined || other === undefined || value === other)
        continue;
      for (const node of bad) {
        yield {
          subject: nodeSubject(snapshot, node),
          variant: field,
          message: `Node ${node.metadata.name}, which is not ready, has ${field} ${value}; all ${good.length} ready nodes have ${other}`,
          evidence: [snapshot.quote(node, `/status/nodeInfo/${field}`)],
        };
      }
    }
  },
});
