import { defineCheck } from '../check.ts';
import { gpuFindings } from './gpu-counters.ts';

export default defineCheck({
  id: 'gpu-remapped-rows',
  layer: 5,
  title: 'GPU memory rows need no replacement',
  failureTitle: 'GPU memory rows are to be replaced, or could not be',
  why: 'Faulty rows of GPU memory are replaced by spare ones at the next reset. A failed replacement means that no spares are left.',
  fix: [
    'Pending: reset the GPU {bus} of {node} when it is idle',
    'Failed: have the card replaced after the field diagnostics',
  ],
  next: ['nvidia-smi -q -d ROW_REMAPPER -i {bus}'],
  severity: 'critical',
  confidence: 'high',
  needs: ['gpus'],
  *run({ gpus }, { snapshot }) {
    yield* gpuFindings(snapshot, gpus, (gpu) => {
      if (gpu.remappedRowsFailed === true)
        return { variant: 'failed', words: 'could not replace a faulty memory row (remapping failure)' };
      if (gpu.remappedRowsPending === true)
        return {
          variant: 'pending',
          severity: 'warning',
          words: 'has a memory row that waits for its replacement (reset needed)',
        };
      if ((gpu.remappedRowsUncorrectable ?? 0) > 0)
        return {
          variant: 'remapped',
          severity: 'info',
          words: `has ${gpu.remappedRowsUncorrectable} replaced memory rows`,
        };
      return undefined;
    });
  },
});
