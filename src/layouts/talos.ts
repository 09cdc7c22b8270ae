import { COLLECT_CLUSTER, ETCD, OBJECTS } from './gaps.ts';
import { defineLayout } from './layout.ts';

/**
 * `talosctl support` (1.3 to 1.12), zip or folder: a folder for each machine, named by its address or name (the
 * snapshot finds the node by it). `<name>-exited.log` is a container that ended.
 */
export default defineLayout({
  id: 'talos',
  title: 'talosctl support',
  marks: [
    'kubernetesResources/{nodes,systemPods}.yaml',
    '<machine>/service-logs/<program>.{log,state}',
    '<machine>/controller-runtime.log',
    '<machine>/resources/<kind>.talos.dev.yaml',
  ],
  rules: [
    { path: 'dmesg.log', holds: 'kernel log', kind: 'kernel-log' },
    { path: 'service-logs/{kubelet,etcd}.log', holds: 'logs of services', kind: 'component-log' },
    { path: 'service-logs/<program>.log', holds: 'logs of services', kind: 'journal' },
    { path: 'controller-runtime.log', holds: 'log of the controllers of Talos', kind: 'journal' },
    {
      path: 'kubernetes-logs/<namespace>/*.log',
      holds: 'container logs, named after the container or the pod',
      kind: 'kubectl-logs',
    },
    { path: 'mounts', holds: 'file systems', kind: 'talos-mounts' },
    { path: 'resources/<kind>.yaml', holds: 'resources of Talos itself', kind: 'ignore' },
    { path: 'service-logs/<program>.state', holds: 'states of services', kind: 'ignore' },
    { path: '{io,processes,summary,cluster/info}', holds: 'tables of the machine', kind: 'ignore' },
  ],
  gaps: [
    {
      areas: ETCD,
      why: 'talosctl support does not ask etcd',
      ask: 'talosctl -n NODE etcd status; talosctl -n NODE etcd members; talosctl -n NODE etcd alarm list',
    },
    {
      areas: [...OBJECTS, 'containerLogs'],
      why: 'talosctl support takes nodes and the pods of kube-system only',
      ask: COLLECT_CLUSTER,
    },
    { areas: ['timeSync'], why: 'talosctl support does not take it', ask: 'talosctl -n NODE time' },
    { areas: ['filesystems'], why: 'talosctl support does not take it', ask: 'talosctl -n NODE mounts' },
  ],
});
