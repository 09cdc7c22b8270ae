import { COLLECT_NODE, ETCD, GPU, MACHINE, USAGE } from './gaps.ts';
import { defineLayout } from './layout.ts';

/** Crash Diagnostics (0.3 to 0.4, Tanzu): a List for each kind and namespace, and what its script ran on the machines. */
export default defineLayout({
  id: 'crashd',
  title: 'Crash Diagnostics (crashd)',
  marks: [
    'kubecapture/<group>_<version>/<namespace>/<kind>-<time>.{json,yaml}',
    'kubecapture/<group>_<version>/<kind>-<time>.{json,yaml}',
  ],
  rules: [
    {
      path: 'kubecapture/core_v1/<namespace>/<pod>/<container>/<container>.log',
      holds: 'container log',
      kind: 'kubectl-logs',
    },
  ],
  gaps: [
    {
      areas: ['containerLogs'],
      why: 'only of the namespaces that the script names',
      ask: 'in the script: kube_capture(what="logs", namespaces=["NAMESPACE"])',
    },
    {
      areas: MACHINE,
      why: 'only what the script runs on the machines',
      ask: COLLECT_NODE,
    },
    { areas: ETCD, why: 'only what the script runs on the machines', ask: COLLECT_NODE },
    { areas: USAGE, why: 'crashd takes no usage', ask: 'kubectl top nodes; kubectl top pods -A --containers' },
    { areas: GPU, why: 'crashd asks no GPU', ask: 'nvidia-smi -q -x; nvidia-smi topo -m; dmesg | grep -i xid' },
  ],
});
