import { COLLECT_NODE, ETCD, GPU, MACHINE, USAGE } from './gaps.ts';
import { defineLayout } from './layout.ts';

/** crust-gather (0.4 to 0.12): every object a file, under its group and version; kubelets are asked through a debug pod. */
export default defineLayout({
  id: 'crust-gather',
  title: 'crust-gather',
  marks: [
    'namespaces/<namespace>/v1/pod/<pod>/<container>/{current,previous}.log',
    'namespaces/<namespace>/v1/pod/<pod>.{yaml,json}',
    'cluster/v1/node/<node>.{yaml,json}',
    'collected.timestamp',
  ],
  rules: [
    {
      path: 'namespaces/<namespace>/v1/pod/<pod>/<container>/previous.log',
      holds: 'container log',
      kind: 'kubectl-logs',
      previous: true,
    },
    {
      path: 'namespaces/<namespace>/v1/pod/<pod>/<container>/current.log',
      holds: 'container log',
      kind: 'kubectl-logs',
    },
    { path: 'cluster/v1/node/<node>/kubelet.log', holds: 'log of the kubelet', kind: 'journal', program: 'kubelet' },
    { path: 'cluster/v1/node/<node>/**', holds: 'journal of a unit of the node', kind: 'journal' },
    { path: 'version.yaml', holds: 'version of the API server', command: 'kubectl version -o yaml' },
    {
      path: '{api.json,apis.json,app-versions.yaml,collected.timestamp,event-filter.html}',
      holds: 'indexes and the collector itself',
      kind: 'ignore',
    },
  ],
  gaps: [
    {
      areas: ['hostLogs'],
      why: 'only of the units that crust-gather was told',
      ask: 'kubectl crust-gather collect --systemd-unit kubelet --systemd-unit containerd',
    },
    { areas: ETCD, why: 'crust-gather asks the API server alone', ask: COLLECT_NODE },
    {
      areas: USAGE,
      why: 'crust-gather takes no usage',
      ask: 'kubectl top nodes; kubectl top pods -A --containers',
    },
    { areas: GPU, why: 'crust-gather asks no GPU', ask: 'nvidia-smi -q -x; nvidia-smi topo -m; dmesg | grep -i xid' },
    { areas: MACHINE, why: 'crust-gather asks the machines for journals alone', ask: COLLECT_NODE },
  ],
});
