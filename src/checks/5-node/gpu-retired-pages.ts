import { defineCheck } from '../check.ts';
import { gpuFindings } from './gpu-counters.ts';

export default defineCheck({
  id: 'gpu-retired-pages',
  layer: 5,
  title: 'No GPU memory page waits for its retirement',
  failureTitle: 'GPU memory pages are to be retired',
  why: 'Cards before Ampere retire faulty pages with the next reload of the driver; until then a program may meet them again.',
  fix: ['Reset the GPU {bus} of {node} or reload the driver when it is idle'],
  next: ['nvidia-smi -q -d PAGE_RETIREMENT -i {bus}'],
  severity: 'warning',
  confidence: 'high',
  needs: ['gpus'],
  *run({ gpus }, { snapshot }) {
    yield* gpuFindings(snapshot, gpus, (gpu) =>
      gpu.retiredPagesPending === true ? { words: 'has memory pages that wait for their retirement' } : undefined,
    );
  },
});
