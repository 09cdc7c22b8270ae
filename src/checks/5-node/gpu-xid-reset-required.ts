import { defineCheck } from '../check.ts';
import { xidCheck } from './xid-check.ts';

export default defineCheck(
  xidCheck({
    id: 'gpu-xid-reset-required',
    title: 'No GPU needs a reset',
    failureTitle: 'A GPU error (Xid) that needs a reset of the GPU',
    why: 'After one of these the GPU is in an undefined state and programs on it fail or hang until it is reset.',
    fix: [
      'Drain {node}, then reset the GPU (nvidia-smi --gpu-reset -i {bus}) or reboot',
      'When it comes back: update driver and firmware; for Xid 119/120 (GSP) try NVreg_EnableGpuFirmware=0; on repeat open a case and replace the card',
    ],
    next: ['nvidia-smi -q -i {bus}', 'journalctl -k | grep "NVRM: Xid"', 'nvidia-bug-report.sh'],
    severity: 'critical',
  }),
);
