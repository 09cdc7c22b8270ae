import { defineCheck } from '../check.ts';
import { gpuFindings } from './gpu-counters.ts';

export default defineCheck({
  id: 'gpu-power-capped',
  layer: 5,
  title: 'No GPU is slowed down by a lowered power limit',
  failureTitle: 'A lowered power limit slows a GPU down',
  why: 'At its power limit a card lowers its clocks. That is normal under full load at the limit it was delivered with; at a lowered one somebody made it slower than its kind.',
  fix: ['If nobody lowered it on purpose (power or cooling of the rack): `nvidia-smi -i {bus} -pl WATTS` on {node}'],
  next: ['nvidia-smi -q -d POWER,PERFORMANCE -i {bus}'],
  severity: 'info',
  confidence: 'high',
  needs: ['gpus'],
  *run({ gpus }, { snapshot }) {
    yield* gpuFindings(snapshot, gpus, (gpu) => {
      const { powerLimitW, powerDefaultLimitW, throttleReasons = [] } = gpu;
      if (powerLimitW === undefined || powerDefaultLimitW === undefined || powerLimitW >= powerDefaultLimitW)
        return undefined;
      if (!throttleReasons.some((reason) => /^sw[ _]power[ _]cap$/i.test(reason))) return undefined;
      return { words: `is at its power limit of ${powerLimitW} W (default ${powerDefaultLimitW} W)` };
    });
  },
});
