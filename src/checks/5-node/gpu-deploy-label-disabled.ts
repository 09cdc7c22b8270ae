import { pointerTo } from '../../lib/json-pointer.ts';
import { nodeSubject } from '../../snapshot/nodes/node-health.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'gpu-deploy-label-disabled',
  layer: 5,
  title: 'No part of the GPU stack is switched off by a node label',
  failureTitle: 'Part of the GPU stack is switched off by a node label',
  why: 'With nvidia.com/gpu.deploy.…=false (set by people) or paused-… (set by the driver upgrade and the MIG manager) the operator removes that operand from the node.',
  fix: ['Set the label back to true when nobody works on {node} any more'],
  next: ["kubectl get node {node} --show-labels | tr , '\\n' | grep gpu.deploy"],
  severity: 'warning',
  confidence: 'high',
  needs: ['nodes'],
  *run({ nodes }, { snapshot }) {
    for (const node of nodes) {
      const off = Object.entries(node.metadata.labels ?? {}).filter(
        ([key, value]) =>
          key.startsWith('nvidia.com/gpu.deploy.') && (value === 'false' || value.startsWith('paused-')),
      );
      // Operands of other kinds of workload (vGPU, Kata, sandbox) are off on ordinary nodes.
      const matters = off.filter(([key]) =>
        /\.(?:operands|driver|container-toolkit|device-plugin|operator-validator)$/.test(key),
      );
      const [first] = matters;
      if (first === undefined) continue;
      yield {
        subject: nodeSubject(snapshot, node),
        message: `On node ${node.metadata.name} the GPU stack is switched off by labels: ${matters.map(([key, value]) => `${key}=${value}`).join(', ')}`,
        evidence: [snapshot.quote(node, pointerTo('metadata', 'labels', first[0]))],
      };
    }
  },
});
