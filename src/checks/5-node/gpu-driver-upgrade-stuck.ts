import { pointerTo } from '../../lib/json-pointer.ts';
import { nodeSubject } from '../../snapshot/nodes/node-health.ts';
import { defineCheck } from '../check.ts';

const LABEL = 'nvidia.com/gpu-driver-upgrade-state';
const AT_REST = new Set(['', 'upgrade-done', 'upgrade-required']);

export default defineCheck({
  id: 'gpu-driver-upgrade-stuck',
  layer: 5,
  title: 'No GPU driver upgrade is stuck',
  failureTitle: 'A GPU driver upgrade is under way or has failed',
  why: 'The operator drains the node, unloads the old driver and loads the new one; a pod that cannot be evicted or still holds a GPU stops it, and the node stays cordoned.',
  fix: [
    'Find the pod that keeps the drain waiting (PodDisruptionBudget, GPU pod) on {node}; then let the upgrade go on',
  ],
  next: [
    `kubectl get nodes -L ${LABEL}`,
    'kubectl logs -n gpu-operator -l app=nvidia-driver-daemonset -c k8s-driver-manager --tail=100',
  ],
  severity: 'warning',
  confidence: 'medium',
  needs: ['nodes'],
  *run({ nodes }, { snapshot }) {
    for (const node of nodes) {
      const state = node.metadata.labels?.[LABEL];
      if (state === undefined || AT_REST.has(state)) continue;
      const failed = state === 'upgrade-failed';
      yield {
        subject: nodeSubject(snapshot, node),
        variant: state,
        // When it began is not in the label: an upgrade in progress may be just that.
        ...(failed ? { confidence: 'high' as const } : { severity: 'info' as const }),
        message: `The GPU driver upgrade of node ${node.metadata.name} is in state ${state}${node.spec?.unschedulable === true ? '; the node is cordoned' : ''}`,
        evidence: [snapshot.quote(node, pointerTo('metadata', 'labels', LABEL))],
      };
    }
  },
});
