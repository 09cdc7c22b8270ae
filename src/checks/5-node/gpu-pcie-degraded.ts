import { defineCheck } from '../check.ts';
import { gpuFindings } from './gpu-counters.ts';

export default defineCheck({
  id: 'gpu-pcie-degraded',
  layer: 5,
  title: 'The GPUs use all their PCIe lanes',
  failureTitle: 'A GPU has fewer PCIe lanes than it could use',
  why: 'A narrower link than card and slot allow comes from seating, riser or a slot that shares its lanes; copies to and from the card are slower.',
  fix: ['Reseat the card {bus} of {node}, check riser and slot, look for PCIe errors'],
  next: [
    'nvidia-smi --query-gpu=index,pcie.link.width.current,pcie.link.width.max --format=csv',
    'lspci -vvs {bus} | grep -i lnksta',
  ],
  severity: 'warning',
  confidence: 'medium',
  needs: ['gpus'],
  *run({ gpus }, { snapshot }) {
    yield* gpuFindings(snapshot, gpus, (gpu) => {
      const { current, max } = gpu.pcieLinkWidth ?? {};
      if (current === undefined || max === undefined || current === 0 || current >= max) return undefined;
      // Slots of workstations and inference servers are often x8 by design: only less than half is surely wrong.
      const severity = current * 2 < max ? ('warning' as const) : ('info' as const);
      return { severity, words: `has ${current} of ${max} PCIe lanes` };
    });
  },
});
