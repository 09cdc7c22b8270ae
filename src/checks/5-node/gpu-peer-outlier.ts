import { entryOf, include } from '../../lib/group-by.ts';
import type { Gpu } from '../../parsers/records.ts';
import { defineCheck } from '../check.ts';
import { gpuFindings } from './gpu-counters.ts';

const FIELDS = ['driverVersion', 'powerLimitW', 'migMode'] as const;
/** With fewer cards of one model there is no majority to differ from. */
const LEAST = 3;

export default defineCheck({
  id: 'gpu-peer-outlier',
  layer: 5,
  title: 'GPUs of one model are set up alike',
  failureTitle: 'A GPU is set up differently from its peers',
  why: 'Another driver, power limit or MIG mode than all other cards of the model is the usual reason for the one slow or failing node.',
  fix: ['Align the settings of {node} with the other nodes'],
  next: ['nvidia-smi --query-gpu=index,driver_version,power.limit,mig.mode.current --format=csv'],
  severity: 'info',
  confidence: 'medium',
  needs: ['gpus'],
  *run({ gpus }, { snapshot }) {
    const usual = new Map<string, string>();
    for (const field of FIELDS) {
      const counts = new Map<string, Map<string, Set<string>>>();
      for (const gpu of gpus) {
        const value = gpu[field];
        if (gpu.name === undefined || value === undefined) continue;
        const ofModel = entryOf(counts, gpu.name, () => new Map<string, Set<string>>());
        include(ofModel, String(value), `${gpu.node ?? ''}${gpu.uuid ?? gpu.busId ?? gpu.index ?? ''}`);
      }
      for (const [model, values] of counts) {
        const sorted = [...values].sort((a, b) => b[1].size - a[1].size);
        const total = sorted.reduce((sum, [, cards]) => sum + cards.size, 0);
        const [most] = sorted;
        if (most === undefined || sorted.length < 2 || total < LEAST || most[1].size * 3 < total * 2) continue;
        usual.set(`${model}\u0000${field}`, most[0]);
      }
    }
    const odd = (gpu: Gpu) =>
      FIELDS.flatMap((field) => {
        const value = gpu[field];
        const common = usual.get(`${gpu.name ?? ''}\u0000${field}`);
        return value === undefined || common === undefined || String(value) === common
          ? []
          : [`${field} ${value} (the others: ${common})`];
      });
    yield* gpuFindings(snapshot, gpus, (gpu) => {
      const words = odd(gpu);
      return words.length === 0 ? undefined : { words: `has ${words.join(', ')}` };
    });
  },
});
