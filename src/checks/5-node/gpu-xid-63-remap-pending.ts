import { defineCheck } from '../check.ts';
import { xidCheck } from './xid-check.ts';

export default defineCheck(
  xidCheck({
    id: 'gpu-xid-63-remap-pending',
    title: 'No GPU memory row waits for its replacement',
    failureTitle: 'GPU memory is to be remapped or retired (Xid 63)',
    why: 'A faulty row or page has been noted; its replacement takes effect with the next reset of the GPU.',
    fix: ['Reset the GPU {bus} of {node} when no job runs on it'],
    next: ['nvidia-smi -q -d ROW_REMAPPER,PAGE_RETIREMENT -i {bus}'],
    severity: 'warning',
  }),
);
