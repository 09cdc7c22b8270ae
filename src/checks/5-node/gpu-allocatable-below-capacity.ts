import { pointerTo } from '../../lib/json-pointer.ts';
import { gpuResources } from '../../snapshot/nodes/gpu.ts';
import { nodeSubject } from '../../snapshot/nodes/node-health.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'gpu-allocatable-below-capacity',
  layer: 5,
  title: 'All GPUs of a node are allocatable',
  failureTitle: 'Some GPUs of the node are unhealthy and not allocatable',
  why: 'The device plugin takes a GPU out when the driver reports a critical Xid for it, and keeps it out until the plugin is restarted.',
  fix: [
    'Find the card: the device plugin log names its UUID, the kernel log of {node} its Xid',
    'Reset or replace that GPU, then restart the device plugin pod on {node}',
  ],
  next: [
    'kubectl describe node {node} | grep nvidia.com',
    'journalctl -k | grep "NVRM: Xid"',
    'nvidia-smi -q -d ECC,ROW_REMAPPER',
  ],
  severity: 'critical',
  confidence: 'high',
  needs: ['nodes'],
  *run({ nodes }, { snapshot }) {
    for (const node of nodes) {
      const name = node.metadata.name;
      for (const resource of gpuResources(node)) {
        const { capacity, allocatable } = resource;
        if (capacity === undefined || allocatable === undefined || allocatable === 0 || allocatable >= capacity)
          continue;
        yield {
          subject: nodeSubject(snapshot, node),
          variant: resource.name === 'nvidia.com/gpu' ? 'gpu' : 'slice',
          message: `Node ${name} has ${capacity} ${resource.name} but only ${allocatable} are allocatable: ${capacity - allocatable} marked unhealthy by the device plugin`,
          evidence: [
            snapshot.quote(node, pointerTo('status', 'allocatable', resource.name)),
            snapshot.quote(node, pointerTo('status', 'capacity', resource.name)),
          ],
        };
      }
      const labelled = Number(node.metadata.labels?.['nvidia.com/gpu.count']);
      const replicas = Number(node.metadata.labels?.['nvidia.com/gpu.replicas'] ?? '1') || 1;
      const whole = gpuResources(node).find((one) => one.name === 'nvidia.com/gpu');
      // With MIG the count of cards says nothing about nvidia.com/gpu.
      const mig = node.metadata.labels?.['nvidia.com/mig.strategy'];
      if (
        !(labelled > 0) ||
        whole?.capacity === undefined ||
        whole.capacity === 0 ||
        (mig !== undefined && mig !== 'none')
      )
        continue;
      if (whole.capacity >= labelled * replicas) continue;
      yield {
        subject: nodeSubject(snapshot, node),
        variant: 'missing',
        severity: 'warning',
        confidence: 'medium',
        message: `Node ${name} is labelled with ${labelled} GPUs (nvidia.com/gpu.count) but its capacity is ${whole.capacity}: a card has gone since the node was labelled`,
        evidence: [
          snapshot.quote(node, '/metadata/labels/nvidia.com~1gpu.count'),
          snapshot.quote(node, '/status/capacity/nvidia.com~1gpu'),
        ],
      };
    }
  },
});
