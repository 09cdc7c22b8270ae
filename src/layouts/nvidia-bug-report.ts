import { ETCD, noObjects } from './gaps.ts';
import { defineLayout } from './layout.ts';

/** nvidia-bug-report.sh: one text of one machine. */
export default defineLayout({
  id: 'nvidia-bug-report',
  title: 'nvidia-bug-report log',
  marks: ['nvidia-bug-report*.log'],
  rules: [{ path: 'nvidia-bug-report*.log', holds: 'report of the driver', kind: 'nvidia-bug-report' }],
  gaps: [
    ...noObjects('the report of the driver is about one machine'),
    {
      areas: ['hostLogs', 'units', ...ETCD],
      why: 'the report of the driver holds the kernel log and no journal of the kubelet',
      ask: 'journalctl -u kubelet -u containerd --no-pager -n 5000',
    },
  ],
});
