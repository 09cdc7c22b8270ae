import { defineCheck } from '../check.ts';
import { xidCheck } from './xid-check.ts';

export default defineCheck(
  xidCheck({
    id: 'gpu-xid-48-dbe',
    title: 'No double-bit ECC error in GPU memory',
    failureTitle: 'Double-bit ECC error in GPU memory (Xid 48)',
    why: 'The memory of the GPU lost data that it could not correct. Followed by Xid 63 the row was replaced and a reset mends it; followed by Xid 64 the replacement failed and the card must go.',
    fix: [
      'Drain {node} and reset the GPU {bus}; run the field diagnostics',
      'Replace the card when Xid 64 follows or it comes back',
    ],
    next: ['nvidia-smi -q -d ECC,ROW_REMAPPER,PAGE_RETIREMENT -i {bus}'],
    severity: 'critical',
    judge: (_groups, all) =>
      all.some((group) => group.xid === 64)
        ? {
            fix: [
              'The row could not be replaced (Xid 64): drain {node} and replace the GPU {bus} after the field diagnostics',
            ],
          }
        : {},
  }),
);
