import { defineCheck } from '../check.ts';
import { gpuFindings } from './gpu-counters.ts';

export default defineCheck({
  id: 'gpu-throttle-hw',
  layer: 5,
  title: 'No GPU is slowed down by its hardware',
  failureTitle: 'A GPU is slowed down by its hardware (power or heat emergency)',
  why: 'The card itself, or the power brake of the machine, has halved its clocks or worse: the power feed is too weak, or it is too hot.',
  fix: ['Check power supplies, cabling and cooling of {node}'],
  next: ['nvidia-smi -q -d PERFORMANCE,POWER,TEMPERATURE -i {bus}', 'ipmitool sel elist | tail'],
  severity: 'critical',
  confidence: 'high',
  needs: ['gpus'],
  *run({ gpus }, { snapshot }) {
    yield* gpuFindings(snapshot, gpus, (gpu) => {
      const reasons = (gpu.throttleReasons ?? []).filter((one) =>
        /hw[ _](?:power[ _]brake[ _])?slowdown|power[ _]brake/i.test(one),
      );
      return reasons.length === 0 ? undefined : { words: `is slowed down: ${reasons.join(', ')}` };
    });
  },
});
