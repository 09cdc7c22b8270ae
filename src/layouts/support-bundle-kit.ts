import { COLLECT_NODE, ETCD, WORKLOADS } from './gaps.ts';
import { defineLayout } from './layout.ts';

/**
 * Rancher support-bundle-kit (Harvester, Longhorn): objects as YAML Lists, a zip for each machine. It writes the text
 * "null" for every empty value.
 */
export default defineLayout({
  id: 'support-bundle-kit',
  title: 'Rancher support-bundle-kit (Harvester, Longhorn)',
  marks: [
    'yamls/namespaced/<namespace>/<version>/<kind>.yaml',
    'yamls/namespaced/<namespace>/<group>/<version>/<kind>.yaml',
    'yamls/cluster/<version>/<kind>.yaml',
    'yamls/cluster/<group>/<version>/<kind>.yaml',
  ],
  rules: [
    {
      path: 'nodes/<node>.zip/<node>/logs/{kernel.log,kernel.log.1,kernel.log.2,dmesg.log,dmesg}',
      holds: 'kernel log',
      kind: 'kernel-log',
    },
    { path: 'nodes/<node>.zip/<node>/hostinfos/proc_mounts', holds: 'mounts', command: 'cat /proc/mounts' },
    { path: 'nodes/<node>.zip/**', holds: 'journals and settings of one machine' },
    {
      path: 'logs/<namespace>/<pod>/<container>.log.1',
      holds: 'container logs',
      kind: 'kubectl-logs',
      previous: true,
    },
    { path: 'logs/<namespace>/<pod>/<container>.log', holds: 'container log', kind: 'kubectl-logs' },
    {
      path: 'yamls/namespaced/<namespace>/v1/{events,pods}.yaml',
      holds: 'all objects of a kind in a namespace',
      kind: 'kubernetes-yaml',
    },
    {
      path: 'yamls/namespaced/<namespace>/{v1,apps/v1,batch/v1,discovery.k8s.io/v1,networking.k8s.io/v1}/<kind>.yaml',
      holds: 'all objects of a kind in a namespace',
    },
    { path: 'yamls/**/{events,nodes,pods}.yaml', holds: 'objects', kind: 'kubernetes-yaml' },
    { path: 'metadata.yaml', holds: 'time and version of the collection', kind: 'collection-time' },
    { path: 'bundleGenerationError.log', holds: 'the collector itself', kind: 'ignore' },
  ],
  gaps: [
    {
      areas: [...WORKLOADS, 'services', 'endpoints', 'persistentVolumeClaims'],
      why: 'only default, kube-system, the namespaces of the product and those that were named are collected',
    },
    { areas: ETCD, why: 'support-bundle-kit does not ask etcd', ask: COLLECT_NODE },
  ],
});
