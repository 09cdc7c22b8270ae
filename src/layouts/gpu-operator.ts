import { COLLECT_CLUSTER, COLLECT_NODE, ETCD, MACHINE, OBJECTS } from './gaps.ts';
import { defineLayout } from './layout.ts';

/** must-gather.sh of the NVIDIA GPU operator: flat, also inside the image folder of an OpenShift must-gather. */
export default defineLayout({
  id: 'gpu-operator',
  title: 'NVIDIA GPU operator must-gather',
  marks: [
    '{cluster_policy.yaml,cluster_policy.missing,gpu_operand_pods.yaml,gpu_operand_pods.status,gpu_nodes.status}',
    'gpu_operand_pod_<pod>.{log,descr}',
  ],
  rules: [
    {
      path: 'gpu_operand_pod_<pod>.previous.log',
      holds: 'container logs',
      kind: 'kubectl-logs',
      previous: true,
    },
    { path: 'gpu_operand_pod_<pod>.log', holds: 'logs of all containers of a pod', kind: 'kubectl-logs' },
    {
      path: 'gpu_operator_pod.previous.log',
      holds: 'log of the operator before its restart',
      kind: 'kubectl-logs',
      previous: true,
      program: 'gpu-operator',
    },
    { path: 'gpu_operator_pod.log', holds: 'log of the operator', kind: 'kubectl-logs', program: 'gpu-operator' },
    { path: 'gpu_nodes.status', holds: 'nodes', command: 'kubectl get nodes -o wide' },
    { path: 'gpu_nodes.descr', holds: 'nodes', command: 'kubectl describe nodes' },
    { path: 'gpu_operand_pods.status', holds: 'pods of the operator', command: 'kubectl get pods -o wide' },
    { path: 'gpu_operator_pod.status', holds: 'the operator', command: 'kubectl get pods -o wide' },
    { path: 'gpu_operand_ds.status', holds: 'DaemonSets of the operator', command: 'kubectl get daemonsets -o wide' },
    { path: 'gpu_operand_ds_<name>.descr', holds: 'a DaemonSet', command: 'kubectl describe daemonset' },
    { path: 'gpu_operand_pod_<pod>.descr', holds: 'a pod', command: 'kubectl describe pod' },
    { path: 'nvidia-bug-report_<node>.log', holds: 'report of the driver', kind: 'nvidia-bug-report' },
    { path: 'gpu_device_usage_<node>.log', holds: 'nvidia-smi and who holds the devices' },
    {
      path: '{must-gather.log,must-gather.stderr.log,all_machines.list,gpu_operand_pod_images.txt,gpu_nodes.labels}',
      holds: 'the collector itself, indexes',
      kind: 'ignore',
    },
  ],
  gaps: [
    { areas: OBJECTS, why: 'this must-gather takes the namespace of the GPU operator only', ask: COLLECT_CLUSTER },
    { areas: [...MACHINE, ...ETCD], why: 'this must-gather takes the driver’s report only', ask: COLLECT_NODE },
  ],
});
