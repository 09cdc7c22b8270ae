import { COLLECT_CLUSTER, COLLECT_NODE, ETCD, LIMITS, noMachines, STORAGE, USAGE } from './gaps.ts';
import { defineLayout } from './layout.ts';

/** Containers whose logs a sysdump takes: `logs-<pod>-<container>-…` leaves open where the pod's name ends. */
const CONTAINERS =
  '{cilium-agent,cilium-operator,cilium-envoy,hubble,hubble-relay,frontend,backend,certgen,node-init,apiserver,etcd,kvstoremesh,' +
  'config,mount-cgroup,apply-sysctl-overwrites,mount-bpf-fs,clean-cilium-state,install-cni-binaries,wait-for-kube-proxy,aws-node}';

/**
 * `cilium sysdump` (cilium-cli 0.9 to 0.18) and the `cilium-bugtool` archives in it, one for each agent: lists of all
 * namespaces, the logs of Cilium's own pods, and what was run in the agents (`cmd/<command>.md`).
 */
export default defineLayout({
  id: 'cilium-sysdump',
  title: 'cilium sysdump and cilium-bugtool',
  marks: ['cilium-sysdump.log', 'cilium-sysdump-*/k8s-nodes-*.yaml', 'cilium-bugtool-*/cmd/<command>.md'],
  rules: [
    {
      path: `logs-<pod>-${CONTAINERS}-*-prev.log`,
      holds: 'container log',
      kind: 'kubectl-logs',
      previous: true,
    },
    { path: `logs-<pod>-${CONTAINERS}-*.log`, holds: 'container log', kind: 'kubectl-logs' },
    { path: 'cmd/dmesg*.md', holds: 'kernel log', kind: 'kernel-log' },
    { path: 'cmd/sysctl--a.md', holds: 'kernel parameters', command: 'sysctl -a' },
    { path: 'cmd/iptables-save*.md', holds: 'packet filter', command: 'iptables-save' },
    { path: 'k8s-pods-*.txt', holds: 'pods', command: 'kubectl get pods -A -o wide' },
    { path: 'k8s-version-*.txt', holds: 'version of the API server', kind: 'ignore' },
    { path: 'cilium-helm-{values,metadata}-*.yaml', holds: 'values of the chart', kind: 'ignore' },
    {
      path: '{gops-*.txt,hubble-flows-*.json,hubble-observe-*.log,k8s-events-*.html,cilium-sysdump.log}',
      holds: 'profiles, flows, the collector itself',
      kind: 'ignore',
    },
  ],
  gaps: [
    {
      areas: ['deployments', 'replicaSets', 'statefulSets', 'daemonSets', 'jobs', 'cronJobs', 'configMaps'],
      why: "a sysdump takes those of Cilium's own parts",
      ask: COLLECT_CLUSTER,
    },
    { areas: ['containerLogs'], why: "a sysdump takes the logs of Cilium's own pods" },
    { areas: [...STORAGE, ...LIMITS, ...USAGE], why: 'a sysdump does not take it', ask: COLLECT_CLUSTER },
    { areas: ETCD, why: 'a sysdump asks the API server and the agents alone', ask: COLLECT_NODE },
    ...noMachines('a sysdump asks the API server and the agents alone'),
  ],
});
