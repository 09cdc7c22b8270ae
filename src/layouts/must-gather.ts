import { COLLECT_NODE, GPU, MACHINE, STORAGE, USAGE } from './gaps.ts';
import { defineLayout } from './layout.ts';

/**
 * `oc adm must-gather` (4.1 to 4.19) and `oc adm inspect`: one folder for each image, objects one file each or a List
 * for each kind. An empty previous.log means that there was no run before.
 */
export default defineLayout({
  id: 'must-gather',
  title: 'OpenShift must-gather and oc adm inspect',
  marks: [
    'cluster-scoped-resources/<group>/<kind>/<name>.yaml',
    'cluster-scoped-resources/<group>/<kind>.yaml',
    'namespaces/<namespace>/<group>/<kind>.yaml',
    'namespaces/<namespace>/pods/<pod>/<pod>.yaml',
    'host_service_logs/<role>/<program>_service.log',
  ],
  rules: [
    {
      path: 'namespaces/<namespace>/pods/<pod>/<container>/<container>/logs/{previous.log,previous.insecure.log}',
      holds: 'container logs',
      kind: 'kubectl-logs',
      previous: true,
    },
    {
      path: 'namespaces/<namespace>/pods/<pod>/<container>/<container>/logs/**',
      holds: 'container logs',
      kind: 'kubectl-logs',
    },
    {
      path: 'host_service_logs/<role>/<program>_service.log',
      holds: 'journals, the lines of all machines in one file',
      kind: 'journal',
    },
    { path: 'namespaces/<namespace>/**/*.yaml', holds: 'objects', kind: 'kubernetes-yaml' },
    { path: 'cluster-scoped-resources/**/*.yaml', holds: 'objects', kind: 'kubernetes-yaml' },
    { path: 'timestamp', holds: 'begin and end of the collection', kind: 'collection-time' },
    { path: 'version', holds: 'version of the collector', kind: 'ignore' },
    {
      path: 'api_priority_and_fairness/{priority_levels,queues,requests}',
      holds: 'queues of the API server',
      kind: 'ignore',
    },
    { path: 'nodes/<node>/dmesg', holds: 'kernel log', kind: 'kernel-log' },
    { path: 'nodes/<node>/*_logs_kubelet', holds: 'journal of the kubelet', kind: 'journal', program: 'kubelet' },
    {
      path: 'nodes/<node>/{lspci,cpu_affinities.json,irq_affinities.json,pods_info.json}',
      holds: 'hardware',
      kind: 'ignore',
    },
    { path: 'etcd_info/alarm_list.json', holds: 'etcd alarms', command: 'etcdctl alarm list -w json' },
    { path: 'etcd_info/member_list.json', holds: 'etcd members', command: 'etcdctl member list -w json' },
    { path: 'etcd_info/endpoint_status.json', holds: 'etcd endpoints', command: 'etcdctl endpoint status -w json' },
    { path: 'etcd_info/endpoint_health.json', holds: 'etcd health', command: 'etcdctl endpoint health -w json' },
    { path: 'etcd_info/object_count.json', holds: 'number of objects by kind', kind: 'ignore' },
    {
      path: '{event-filter.html,gather.logs,gather-debug.log,must-gather.logs}',
      holds: 'the collector itself',
      kind: 'ignore',
    },
    {
      path: '{aggregated-discovery-api.yaml,aggregated-discovery-apis.yaml}',
      holds: 'the index of the API',
      kind: 'ignore',
    },
    { path: 'ingress_controllers/<name>/<pod>/haproxy.config', holds: 'configuration of the router', kind: 'ignore' },
    { path: '*.audit_logs_listing', holds: 'an index', kind: 'ignore' },
  ],
  gaps: [
    {
      areas: ['hostLogs'],
      why: 'must-gather takes journals of the control plane, of workers only since 2024',
      ask: 'oc adm node-logs NODE -u kubelet -u crio',
    },
    {
      areas: ['kernelLogs'],
      why: 'must-gather takes no kernel log',
      ask: 'oc debug node/NODE -- chroot /host dmesg -T',
    },
    {
      areas: ['filesystems', 'diskUse'],
      why: 'must-gather takes no sizes of disks',
      ask: "oc debug node/NODE -- chroot /host sh -c 'df -PT; df -iP'",
    },
    {
      areas: ['resourceQuotas', 'limitRanges'],
      why: 'oc adm inspect does not take them',
      ask: 'oc get resourcequotas,limitranges -A -o json',
    },
    {
      areas: STORAGE,
      why: 'older must-gathers do not take it',
      ask: 'oc get persistentvolumeclaims,persistentvolumes,storageclasses,volumeattachments,csinodes -A -o json',
    },
    { areas: USAGE, why: 'must-gather takes no usage', ask: 'oc adm top nodes; oc adm top pods -A --containers' },
    {
      areas: GPU,
      why: 'only the must-gather of the GPU operator asks the cards',
      ask: 'oc exec -n nvidia-gpu-operator ds/nvidia-driver-daemonset -- nvidia-smi -q -x',
    },
    { areas: MACHINE, why: 'must-gather does not take it', ask: COLLECT_NODE },
  ],
});
