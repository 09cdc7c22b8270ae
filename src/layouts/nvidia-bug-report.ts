import { defineLayout } from './layout.ts';

/** nvidia-bug-report.sh: one text of one machine. */
export default defineLayout({
  id: 'nvidia-bug-report',
  title: 'nvidia-bug-report log',
  marks: ['nvidia-bug-report*.log'],
  rules: [{ path: 'nvidia-bug-report*.log', holds: 'report of the driver', kind: 'nvidia-bug-report' }],
});
