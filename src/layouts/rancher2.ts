import { OBJECTS } from './gaps.ts';
import { defineLayout } from './layout.ts';

/**
 * rancher2_logs_collector.sh: one machine of an RKE, RKE2 or K3s cluster, with tables of the cluster.
 * `podlogs/<namespace>-<pod>` leaves open where the namespace ends.
 */
export default defineLayout({
  id: 'rancher2',
  title: 'Rancher v2.x logs collector',
  marks: ['collector-output.log', 'systeminfo/{dfh,freeh,osrelease,sysctla,iostathx}'],
  rules: [
    { path: 'journald/<program>', holds: 'journal of a unit', kind: 'journal' },
    {
      path: '{kubeadm,rke,rke2,k3s}/podlogs/*-previous',
      holds: 'logs of the runs before',
      kind: 'kubectl-logs',
      previous: true,
    },
    { path: '{kubeadm,rke,rke2,k3s}/podlogs/*', holds: 'container logs', kind: 'kubectl-logs' },
    { path: '{kubeadm,rke,rke2,k3s}/kubectl/nodesdescribe', holds: 'nodes', command: 'kubectl describe nodes' },
    { path: '{kubeadm,rke,rke2,k3s}/kubectl/nodes', holds: 'nodes', command: 'kubectl get nodes -o wide' },
    { path: '{kubeadm,rke,rke2,k3s}/kubectl/pods', holds: 'pods', command: 'kubectl get pods -o wide -A' },
    { path: '{kubeadm,rke,rke2,k3s}/kubectl/events', holds: 'events', command: 'kubectl get events -A -o wide' },
    { path: '{kubeadm,rke,rke2,k3s}/kubectl/services', holds: 'Services', command: 'kubectl get services -A -o wide' },
    { path: '{kubeadm,rke,rke2,k3s}/kubectl/{api-resources,apiresources}', holds: 'index of the API', kind: 'ignore' },
    { path: 'systeminfo/{dfh,dfi}', holds: 'file systems', kind: 'df' },
    { path: 'systeminfo/{freeh,freem}', holds: 'memory', command: 'free -h' },
    { path: 'systeminfo/dmesg', holds: 'kernel log', kind: 'kernel-log' },
    { path: 'systeminfo/sysctla', holds: 'kernel parameters', command: 'sysctl -a' },
    { path: 'systemlogs/{messages,syslog}*', holds: 'system log', kind: 'journal' },
    { path: 'etcd/{memberlist,memberlist-table}', holds: 'etcd members', command: 'etcdctl member list -w table' },
    { path: 'etcd/endpointstatus', holds: 'etcd endpoints', command: 'etcdctl endpoint status -w table' },
    { path: 'etcd/endpointhealth', holds: 'etcd health', command: 'etcdctl endpoint health' },
    { path: 'etcd/alarmlist', holds: 'etcd alarms', command: 'etcdctl alarm list' },
    { path: 'etcd/etcd-metrics-*.txt', holds: 'metrics of etcd', kind: 'metrics', program: 'etcd' },
    { path: '{collector-output.log,summary.txt,versions,directories}', holds: 'the collector itself', kind: 'ignore' },
  ],
  gaps: [
    {
      areas: OBJECTS,
      why: 'this collector takes nodes as JSON and the rest as tables',
    },
  ],
});
