import { COLLECT_NODE, ETCD, noMachines } from './gaps.ts';
import { defineLayout } from './layout.ts';

/** Results of Sonobuoy (0.11 to 0.57): Lists for each kind, and the results of its plug-ins. */
export default defineLayout({
  id: 'sonobuoy',
  title: 'Sonobuoy results',
  marks: [
    'meta/{config,info,query-time}.json',
    'plugins/<plugin>/{definition,defintion}.json',
    'resources/ns/<namespace>/<kind>.json',
    'hosts/<node>/{configz,healthz}.json',
  ],
  rules: [
    { path: 'podlogs/<namespace>/<pod>/logs/<container>.txt', holds: 'container log', kind: 'kubectl-logs' },
    { path: 'resources/ns/<namespace>/<kind>.json', holds: 'all objects of a kind in a namespace' },
    { path: 'plugins/systemd-logs/results/<node>/systemd_logs', holds: 'journal', kind: 'journal' },
    {
      path: 'plugins/e2e/results/global/{e2e.log,junit_01.xml}',
      holds: 'results of tests, which fail on purpose too',
      kind: 'ignore',
    },
    { path: 'plugins/**/{sonobuoy_results.yaml,definition.json,defintion.json}', holds: 'indexes', kind: 'ignore' },
    { path: 'serverversion.json', holds: 'version of the API server', command: 'kubectl version -o json' },
    {
      path: '{servergroups.json,meta/config.json,meta/info.json,meta/query-time.json,meta/run.log}',
      holds: 'the collector itself',
      kind: 'ignore',
    },
    { path: 'hosts/<node>/configz.json', holds: 'settings of the kubelet', kind: 'kubelet-config' },
    { path: 'hosts/<node>/healthz.json', holds: 'HTTP status of the kubelet', kind: 'ignore' },
  ],
  gaps: [
    {
      areas: ['hostLogs', 'kernelLogs'],
      why: 'only with the plug-in systemd-logs',
      ask: 'sonobuoy run --plugin systemd-logs --wait',
    },
    {
      areas: ['containerLogs'],
      why: 'only of the namespaces that Sonobuoy was told',
      ask: 'kubectl logs POD --all-containers --timestamps; kubectl logs POD --previous',
    },
    { areas: ETCD, why: 'Sonobuoy asks the API server alone', ask: COLLECT_NODE },
    ...noMachines('Sonobuoy asks the API server alone'),
  ],
});
