import { defineCheck } from '../check.ts';
import { xidCheck } from './xid-check.ts';

export default defineCheck(
  xidCheck({
    id: 'gpu-xid-64-remap-failure',
    title: 'GPU memory could always be remapped',
    failureTitle: 'GPU memory could not be remapped (Xid 64)',
    why: 'The card has no spare rows left for a faulty one, or recording the retirement failed: it will go on losing data.',
    fix: ['Drain {node}, reset the GPU {bus}, run the field diagnostics and have the card replaced'],
    next: ['nvidia-smi -q -d ROW_REMAPPER,PAGE_RETIREMENT -i {bus}'],
    severity: 'critical',
  }),
);
