import { defineCheck } from '../check.ts';
import { componentDown } from './component-down.ts';

export default defineCheck({
  id: 'kcm-down',
  layer: 4,
  title: 'kube-controller-manager runs and leads',
  failureTitle: 'kube-controller-manager is not running',
  why: 'Without it the cluster stands still: no ReplicaSets, no endpoints, no garbage collection, no tokens; nodes that die are not marked.',
  fix: [
    'Start kube-controller-manager on {node} and see why it stopped: systemctl start kube-controller-manager, or mend its manifest in /etc/kubernetes/manifests',
    'Check its kubeconfig and certificate (/etc/kubernetes/controller-manager.conf)',
  ],
  next: [
    'systemctl status kube-controller-manager; journalctl -u kube-controller-manager -n 100 --no-pager',
    'kubectl -n kube-system get pods -l component=kube-controller-manager -o wide; kubectl -n kube-system get lease kube-controller-manager -o yaml',
    'crictl ps -a --name kube-controller-manager',
  ],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['units', 'pods', 'leases', 'runtimeContainers', 'componentStatuses'],
  wants: ['hostLogs', 'nodes'],
  *run(_facts, { snapshot }) {
    yield* componentDown(
      snapshot,
      'kube-controller-manager',
      'deployments do not roll out, endpoints go stale and dead nodes are not marked',
    );
  },
});
