import { xidCheck } from './xid-check.ts';

export default xidCheck({
  id: 'gpu-xid-79-off-bus',
  title: 'Every GPU is on the PCI bus',
  failureTitle: 'A GPU has fallen off the bus (Xid 79)',
  why: 'The driver cannot reach the card over PCI Express any more: power, heat, seating or the card itself. Every program on it fails.',
  fix: [
    'Drain {node} and power-cycle it (a warm reboot is often not enough)',
    'Check power (Xid 54), temperatures, PCIe errors, seating; replace the card on repeat',
  ],
  next: ['lspci -vvs {bus}', 'journalctl -k | grep -i -E "aer|pcieport|NVRM"', 'ipmitool sel elist | tail'],
  severity: 'critical',
});
