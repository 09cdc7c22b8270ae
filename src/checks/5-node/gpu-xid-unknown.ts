import { defineCheck } from '../check.ts';
import { xidCheck } from './xid-check.ts';

export default defineCheck(
  xidCheck({
    id: 'gpu-xid-unknown',
    title: 'No GPU error without a known meaning',
    failureTitle: 'A GPU error (Xid) outside the catalogue',
    why: 'The number is not in the catalogue this tool knows; the text of the line is all there is.',
    fix: [
      'Look the number up in the Xid documentation of NVIDIA for the installed driver; open a case when it repeats',
    ],
    next: ['nvidia-bug-report.sh', 'journalctl -k | grep "NVRM: Xid"'],
    severity: 'warning',
    confidence: 'medium',
  }),
);
