import { COLLECT_NODE, ETCD, GPU, MACHINE } from './gaps.ts';
import { defineLayout } from './layout.ts';

/**
 * Troubleshoot support bundles (kubectl support-bundle, KOTS; v1beta2): one List for each kind and namespace, with
 * `"items": null` or a bare array when old. `<name>/<pod>/<container>.log` are links to the logs below cluster-resources.
 */
export default defineLayout({
  id: 'troubleshoot',
  title: 'Troubleshoot support bundle',
  marks: [
    'cluster-resources/{pods,services,deployments,events,configmaps,pvcs}/<namespace>.json',
    'cluster-resources/{nodes,namespaces,pvs,storage-classes}.json',
    'cluster-resources/pods/logs/<namespace>/<pod>/<container>.log',
    'execution-data/summary.txt',
    'cluster-info/cluster_version.json',
    'host-collectors/**',
  ],
  rules: [
    {
      path: 'cluster-resources/pods/logs/<namespace>/<pod>/<container>-previous.log',
      holds: 'container logs',
      kind: 'kubectl-logs',
      previous: true,
    },
    {
      path: 'cluster-resources/pods/logs/<namespace>/<pod>/<container>-logs-errors.log',
      holds: 'why a log could not be read',
      kind: 'ignore',
    },
    {
      path: 'cluster-resources/pods/logs/<namespace>/<pod>/<container>.log',
      holds: 'container log',
      kind: 'kubectl-logs',
    },
    {
      path: 'cluster-resources/{configmaps,cronjobs,daemonsets,deployments,endpoints,endpointslices,events,ingress,jobs,limitranges,pods,pvcs,replicasets,services,serviceaccounts,statefulsets}/<namespace>.json',
      holds: 'all objects of a kind in a namespace',
    },
    { path: 'cluster-resources/auth-cani-list/<namespace>.json', holds: 'rights of the collector', kind: 'ignore' },
    { path: 'cluster-resources/{groups,resources,license}.json', holds: 'index of the API', kind: 'ignore' },
    {
      path: 'cluster-info/cluster_version.json',
      holds: 'version of the API server',
      command: 'kubectl version -o json',
    },
    { path: 'host-collectors/run-host/<program>-info.json', holds: 'how a command ended', kind: 'ignore' },
    { path: 'host-collectors/journald/<unit>-info.json', holds: 'how a command ended', kind: 'ignore' },
    { path: 'host-collectors/journald/<program>.txt', holds: 'journal', kind: 'journal' },
    { path: 'host-collectors/{system,diskUsage}/<name>.json', holds: 'facts of one machine', kind: 'host-collectors' },
    {
      path: 'host-collectors/<node>/{system,diskUsage}/<name>.json',
      holds: 'facts of one machine',
      kind: 'host-collectors',
    },
    { path: 'host-collectors/system/<node>/<name>.json', holds: 'facts of one machine', kind: 'host-collectors' },
    { path: 'host-collectors/<node>/{run-host,journald,dns}/**', holds: 'facts of one machine' },
    {
      path: 'host-collectors/errors/<name>-error.json',
      holds: 'what could not be collected',
      kind: 'collector-error',
    },
    { path: 'collector-errors/<name>-error.json', holds: 'what could not be collected', kind: 'collector-error' },
    {
      path: '{secrets-errors,configmaps-errors}/<namespace>/<name>.json',
      holds: 'what could not be collected',
      kind: 'collector-error',
    },
    { path: 'cluster-resources/<kind>-errors.json', holds: 'what could not be collected', kind: 'collector-error' },
    {
      path: '{helm,metrics,cluster-info}/errors.json',
      holds: 'what could not be collected',
      kind: 'collector-error',
    },
    { path: '<name>/<node>/{error,stderr}.txt', holds: 'why files were not copied', kind: 'collector-error' },
    { path: 'node-metrics/<node>.json', holds: "the kubelet's account of its machine", kind: 'stats-summary' },
    { path: 'certificates/certificates.json', holds: 'certificates', kind: 'certificates-json' },
    {
      path: 'host-collectors/certificatesCollection/<name>.json',
      holds: 'certificates of a machine',
      kind: 'certificates-json',
    },
    { path: 'dns/debug.txt', holds: 'the same as debug.json', kind: 'ignore' },
    {
      path: '{secrets,configmaps}/<namespace>/<name>.json',
      holds: 'whether one object or key exists',
      kind: 'ignore',
    },
    { path: 'etcd/endpoint-health.json', holds: 'etcd health', command: 'etcdctl endpoint health -w json' },
    { path: 'etcd/endpoint-status.json', holds: 'etcd endpoints', command: 'etcdctl endpoint status -w json' },
    { path: 'etcd/member-list.json', holds: 'etcd members', command: 'etcdctl member list -w json' },
    { path: 'etcd/alarm-list.json', holds: 'etcd alarms', command: 'etcdctl alarm list -w json' },
    { path: 'sysctl/<node>', holds: 'kernel parameters', command: 'sysctl -a' },
    {
      path: '{analysis.json,execution-data/summary.txt}',
      holds: 'the collector itself',
      kind: 'ignore',
    },
    { path: 'skipped-collectors.json', holds: 'what was not collected', kind: 'collector-error' },
    { path: 'metadata/{user,cluster}.json', holds: 'free notes', kind: 'ignore' },
  ],
  gaps: [
    {
      areas: ['events', 'pods', 'services', 'endpoints', 'configMaps'],
      why: 'only the namespaces of the spec are collected',
      ask: 'in the spec: collectors: [{clusterResources: {ignoreRBAC: true}}] without namespaces',
    },
    {
      areas: ['hostLogs'],
      why: 'only when the spec asks for it',
      ask: 'in the spec: hostCollectors: [{journald: {collectorName: kubelet, units: [kubelet, containerd], lines: 5000}}]',
    },
    {
      areas: ['kernelLogs'],
      why: 'only when the spec asks for it',
      ask: 'in the spec: hostCollectors: [{journald: {collectorName: kernel, dmesg: true}}]',
    },
    {
      areas: ['filesystems', 'nodeUsage', 'podUsage'],
      why: 'only when the spec asks for it',
      ask: 'in the spec: collectors: [{nodeMetrics: {}}]',
    },
    {
      areas: ['probes'],
      why: 'only when the spec asks for it',
      ask: 'in the spec: collectors: [{dns: {}}, {goldpinger: {}}]',
    },
    {
      areas: ['certificates'],
      why: 'only when the spec asks for it',
      ask: 'in the spec: collectors: [{certificates: {secrets: [{name: NAME, namespaces: [NAMESPACE]}]}}]',
    },
    { areas: ETCD, why: 'only for embedded clusters, when the spec asks for it', ask: COLLECT_NODE },
    {
      areas: ['apiServices', 'csiDrivers', 'csiNodes', 'horizontalPodAutoscalers'],
      why: 'Troubleshoot does not take it',
    },
    {
      areas: [...MACHINE, ...GPU],
      why: 'Troubleshoot takes it only with host collectors, run on each machine',
      ask: COLLECT_NODE,
    },
  ],
});
