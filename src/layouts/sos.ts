import { ETCD, OBJECTS } from './gaps.ts';
import { defineLayout } from './layout.ts';

/** sos report (4.x): copies of files at their real path, and outputs named after their command. */
export default defineLayout({
  id: 'sos',
  title: 'sos report',
  marks: [
    'sos_commands/<plugin>/<command>',
    'sos_reports/{manifest.json,sos.json,sos.txt,sos.html}',
    'sos_logs/{sos.log,ui.log}',
  ],
  rules: [
    { path: 'sos_reports/{sos.json,sos.txt,sos.html}', holds: 'indexes', kind: 'ignore' },
    { path: 'sos_logs/{sos.log,ui.log}', holds: 'the collector itself', kind: 'ignore' },
    {
      path: 'sos_commands/kubernetes/cluster-info/<namespace>/podlogs/<pod>/*_-c_<container>',
      holds: 'container log',
      kind: 'kubectl-logs',
    },
    {
      path: 'var/log/pods/<namespace>_<pod>_<uid>/<container>/<run>.log',
      holds: 'container log',
      kind: 'kubectl-logs',
    },
    { path: 'var/log/containers/<pod>_<namespace>_<container>-<id>.log', holds: 'container log', kind: 'kubectl-logs' },
    { path: 'var/log/{messages,syslog}', holds: 'system log', kind: 'journal' },
    { path: 'sos_commands/kernel/dmesg*', holds: 'kernel log', kind: 'kernel-log' },
    { path: 'sos_commands/logs/journalctl_--no-pager_--dmesg*', holds: 'kernel log', kind: 'kernel-log' },
    { path: 'sos_commands/{rpm,dpkg,python,selinux,libraries}/**', holds: 'packages', kind: 'ignore' },
    { path: 'sos_commands/{date/date,date/date_--utc}', holds: 'time of the collection', command: 'date' },
  ],
  gaps: [
    {
      areas: [...OBJECTS, 'containerLogs'],
      why: 'sos takes tables of the cluster, and only where /etc/kubernetes/admin.conf is',
      ask: 'sos report -o kubernetes -k kubernetes.all=on -k kubernetes.podlogs=on',
    },
    { areas: ETCD, why: 'only on machines of the control plane', ask: 'sos report -o etcd,kubernetes,networking' },
    {
      areas: ['hostLogs'],
      why: 'the plug-in logs was left out',
      ask: 'sos report -o logs,kubernetes,containerd,crio --all-logs',
    },
  ],
});
