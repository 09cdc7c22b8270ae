import { OBJECTS } from './gaps.ts';
import { defineLayout } from './layout.ts';

/** `microk8s inspect`: one machine, commands in folders by topic. */
export default defineLayout({
  id: 'microk8s',
  title: 'microk8s inspect',
  marks: ['snap.microk8s.daemon-<unit>/{systemctl.log,journal.log}', 'inspection-report/<topic>/**'],
  rules: [
    { path: 'snap.microk8s.daemon-<program>/journal.log', holds: 'journal of a unit', kind: 'journal' },
    { path: 'snap.microk8s.daemon-<unit>/systemctl.log', holds: 'state of a unit', command: 'systemctl status' },
    { path: 'k8s/get-all', holds: 'objects', command: 'kubectl get all -A' },
    { path: 'k8s/{get-pv,get-pvc}', holds: 'volumes', kind: 'kubectl-table' },
    { path: 'k8s/cluster-info-dump', holds: 'dump of the cluster', kind: 'kubernetes-json' },
    { path: 'sys/{ps,lsblk,lscpu,lspci,lsb-release}', holds: 'hardware, processes' },
    { path: 'juju/**', holds: 'Juju', kind: 'ignore' },
  ],
  gaps: [
    {
      areas: OBJECTS,
      why: 'microk8s inspect takes tables and a dump of kube-system',
      ask: 'microk8s kubectl get pods,events,services,endpoints,deployments,statefulsets,daemonsets,persistentvolumeclaims -A -o json',
    },
  ],
});
