import { defineCheck } from '../check.ts';
import { xidCheck } from './xid-check.ts';

export default defineCheck(
  xidCheck({
    id: 'gpu-xid-54-power',
    title: 'Every GPU has its auxiliary power',
    failureTitle: 'Auxiliary power of a GPU is not connected (Xid 54)',
    why: 'The card misses its power cable or the supply cannot feed it.',
    fix: ['Check the power cables and the supply of {node}'],
    next: ['nvidia-smi -q -d POWER -i {bus}', 'ipmitool sel elist | tail'],
    severity: 'critical',
  }),
);
