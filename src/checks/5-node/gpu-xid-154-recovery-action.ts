import { defineCheck } from '../check.ts';
import { xidCheck } from './xid-check.ts';

export default defineCheck(
  xidCheck({
    id: 'gpu-xid-154-recovery-action',
    title: 'The driver asks for no recovery of a GPU',
    failureTitle: 'The driver asks for the recovery of a GPU (Xid 154)',
    why: 'The driver itself says what must be done before the card works again: GPU reset, node reboot, drain.',
    fix: ['Do what the line names: drain {node}, then reset the GPU {bus} or reboot the node'],
    next: ['nvidia-smi -q -i {bus} | grep -i "recovery action"'],
    severity: 'critical',
    judge: (groups) => {
      const text = groups.at(-1)?.hits.at(-1)?.last.text ?? '';
      return /\bto 0x[0-9a-f]+ \(None\)/i.test(text) ? { state: 'recovered' as const } : {};
    },
  }),
);
