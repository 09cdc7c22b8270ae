import { COLLECT_NODE, ETCD, GPU, MACHINE, OBJECTS } from './gaps.ts';
import { defineLayout } from './layout.ts';

/** Archives of the OpenShift Insights operator (4.3 to 4.19): chosen objects as JSON, the last lines of some logs. */
export default defineLayout({
  id: 'insights',
  title: 'OpenShift Insights archive',
  marks: [
    'insights-operator/gathers.json',
    'config/pod/<namespace>/<pod>.json',
    'config/{clusteroperator,node}/<name>.json',
  ],
  rules: [
    {
      path: 'namespaces/<namespace>/pods/<pod>/containers/<container>/logs/*.log',
      holds: 'last lines of a container',
      kind: 'kubectl-logs',
    },
    {
      path: 'config/pod/<namespace>/logs/<pod>/{errors,messages}.log',
      holds: 'lines of a pod that tell of trouble',
      kind: 'kubectl-logs',
    },
    { path: 'config/node/logs/<node>.log', holds: 'lines of the kubelet', kind: 'journal' },
    {
      path: 'config/{id,dvo_metrics,tsdb.json,workload_info.json,running_containers.json,helmchart_info.json,olm_operators.json}',
      holds: 'counts for statistics',
      kind: 'ignore',
    },
    { path: 'config/configmaps/<namespace>/<name>/*', holds: 'values of ConfigMaps', kind: 'ignore' },
    {
      path: '{aggregated/custom_prometheuses_alertmanagers.json,aggregated/pods_and_netnamespaces_with_sdn_annotations.json,config/serviceaccounts.json,config/installplans.json}',
      holds: 'counts for statistics',
      kind: 'ignore',
    },
    { path: 'config/secrets/<namespace>/<name>/data.json', holds: 'values of Secrets', kind: 'ignore' },
    {
      path: 'namespaces/<namespace>/pods/<pod>/virt-launcher.json',
      holds: 'lines of a virtual machine’s launcher',
      kind: 'kubectl-logs',
    },
    { path: 'insights-operator/*.json', holds: 'the collector itself', kind: 'ignore' },
    {
      path: 'config/{namespaces_with_overlapping_uids,versioned_object_revision_counts}.json',
      holds: 'counts for statistics',
      kind: 'ignore',
    },
    {
      path: 'config/podnetworkconnectivitychecks.json',
      holds: 'digest of failed probes between pods, without times',
      kind: 'ignore',
    },
  ],
  gaps: [
    {
      areas: [...OBJECTS, 'containerLogs'],
      why: 'an Insights archive holds chosen objects and the last lines of some logs',
      ask: 'oc adm must-gather',
    },
    { areas: ETCD, why: 'an Insights archive holds no answers of etcd', ask: 'oc adm must-gather' },
    { areas: [...MACHINE, ...GPU], why: 'an Insights archive holds nothing of the machines', ask: COLLECT_NODE },
  ],
});
