import { defineCheck } from '../check.ts';
import { gpuFindings } from './gpu-counters.ts';

export default defineCheck({
  id: 'gpu-throttle-thermal',
  layer: 5,
  title: 'No GPU is slowed down by heat',
  failureTitle: 'A GPU is slowed down by heat',
  why: 'The card lowers its clocks to stay within its temperature; jobs run slower and uneven over several cards.',
  fix: ['Check fans, airflow and room temperature of {node}'],
  next: ['nvidia-smi -q -d TEMPERATURE,PERFORMANCE -i {bus}'],
  severity: 'warning',
  confidence: 'high',
  needs: ['gpus'],
  *run({ gpus }, { snapshot }) {
    yield* gpuFindings(snapshot, gpus, (gpu) => {
      const reasons = (gpu.throttleReasons ?? []).filter((one) => /thermal/i.test(one));
      return reasons.length === 0
        ? undefined
        : {
            words: `is slowed down by heat (${reasons.join(', ')}${gpu.temperatureC === undefined ? '' : `, ${gpu.temperatureC} °C`})`,
          };
    });
  },
});
