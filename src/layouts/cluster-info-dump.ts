import { COLLECT_NODE, CONTROL, ETCD, LIMITS, NETWORK, noMachines, STORAGE } from './gaps.ts';
import { defineLayout } from './layout.ts';

/**
 * `kubectl cluster-info dump --output-directory`: a List for each kind and namespace, and one logs.txt for each pod in
 * which the containers follow each other. The dump as one stream is told by its content.
 */
export default defineLayout({
  id: 'cluster-info-dump',
  title: 'kubectl cluster-info dump',
  marks: ['cluster-info-dump*', '<namespace>/<pod>/logs.txt', '<namespace>/replication-controllers.{json,yaml,txt}'],
  rules: [
    {
      path: '<namespace>/<pod>/logs.txt',
      holds: 'logs of all containers of a pod',
      kind: 'dump-logs',
    },
  ],
  gaps: [
    {
      areas: [
        'statefulSets',
        'jobs',
        'cronJobs',
        ...NETWORK,
        ...STORAGE,
        ...LIMITS,
        ...CONTROL,
        'configMaps',
        'serviceAccounts',
        'namespaces',
      ].filter((area) => area !== 'services'),
      why: 'kubectl cluster-info dump never holds it',
    },
    {
      areas: ['pods', 'events', 'services', 'deployments', 'replicaSets', 'daemonSets', 'containerLogs'],
      why: 'the dump holds kube-system and the current namespace only, unless it was made with -A',
      ask: 'kubectl cluster-info dump -A --output-directory=dump',
    },
    { areas: ETCD, why: 'a dump asks the API server alone', ask: COLLECT_NODE },
    ...noMachines('a dump asks the API server alone'),
  ],
});
