import { onlyControlPlaneNode, componentSubject } from '../../snapshot/control-plane/control-plane.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'controlplane-single',
  layer: 4,
  title: 'There are several control-plane nodes',
  failureTitle: 'There is one control-plane node',
  why: 'Its loss stops the control plane.',
  fix: ['Three control-plane nodes behind a load balancer, where that matters'],
  next: ['kubectl get nodes -l node-role.kubernetes.io/control-plane'],
  severity: 'info',
  confidence: 'high',
  needs: ['nodes'],
  *run({ nodes }, { snapshot }) {
    const name = onlyControlPlaneNode(snapshot);
    const node = name === undefined ? undefined : snapshot.get('nodes', undefined, name);
    // A cluster of one node is meant to be that.
    if (node === undefined || nodes.length < 2 || !snapshot.listed('nodes')) return;
    yield {
      subject: componentSubject(snapshot, 'control plane', name),
      message: `${name ?? ''} is the only control-plane node of ${nodes.length} nodes`,
      evidence: [snapshot.quote(node, '/metadata/labels')],
    };
  },
});
