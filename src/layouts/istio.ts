import { COLLECT_NODE, ETCD, noMachines } from './gaps.ts';
import { defineLayout } from './layout.ts';

/** `istioctl bug-report` (1.9 to 1.27): outputs of kubectl without endings, and the state of each proxy. */
export default defineLayout({
  id: 'istio',
  title: 'istioctl bug-report',
  marks: [
    'proxies/<namespace>/<pod>/{istio-proxy.log,clusters,server_info}',
    'istio/<namespace>/<pod>/discovery.log',
    'bug-report.log',
  ],
  rules: [
    { path: 'proxies/<namespace>/<pod>/<container>.log', holds: 'container log', kind: 'kubectl-logs' },
    {
      path: 'istio/<namespace>/<pod>/<container>.log',
      holds: 'log of istiod',
      kind: 'kubectl-logs',
      program: 'istiod',
    },
    { path: 'cni/<pod>/cni.log', holds: 'log of the CNI node agent', kind: 'kubectl-logs', program: 'istio-cni' },
    {
      path: 'proxies/<namespace>/<pod>/{clusters,listeners,memory,server_info,certs,config_dump,edsz,endpointz}',
      holds: 'state of a proxy',
      kind: 'ignore',
    },
    { path: 'operator/<namespace>/<pod>/<container>.log', holds: 'container log', kind: 'kubectl-logs' },
    { path: 'cluster/k8s-resources', holds: 'objects', kind: 'kubernetes-yaml' },
    { path: 'cluster/describe-pods', holds: 'pods', command: 'kubectl describe pods -A' },
    { path: 'cluster/nodes', holds: 'nodes', command: 'kubectl describe nodes' },
    { path: 'cluster/kubectl-version', holds: 'version', command: 'kubectl version' },
    { path: '{cluster/cluster-context,bug-report.log,versions}', holds: 'the collector itself', kind: 'ignore' },
  ],
  gaps: [
    {
      areas: ['containerLogs'],
      why: 'a bug-report holds logs of proxies and of Istio itself only',
      ask: 'kubectl logs POD --all-containers --timestamps; kubectl logs POD --previous',
    },
    {
      areas: ['persistentVolumes', 'apiServices', 'resourceQuotas', 'priorityClasses'],
      why: 'a bug-report does not take it',
    },
    { areas: ETCD, why: 'a bug-report asks the API server alone', ask: COLLECT_NODE },
    ...noMachines('a bug-report asks the API server alone'),
  ],
});
