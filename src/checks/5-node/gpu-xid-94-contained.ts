import { defineCheck } from '../check.ts';
import { xidCheck } from './xid-check.ts';

export default defineCheck(
  xidCheck({
    id: 'gpu-xid-94-contained',
    title: 'No contained ECC error on a GPU',
    failureTitle: 'Contained ECC error on a GPU (Xid 94)',
    why: 'An uncorrectable memory error hit one program only, which is killed; the others go on. The device plugin takes the card out of service.',
    fix: ['Restart the program; reset the GPU {bus} of {node} when it is idle, then restart the device plugin'],
    next: ['nvidia-smi -q -d ECC,ROW_REMAPPER -i {bus}'],
    severity: 'warning',
  }),
);
