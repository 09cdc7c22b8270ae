import { shortfall } from '../../snapshot/nodes/gpu.ts';
import { defineCheck } from '../check.ts';
import { gpuFindings } from './gpu-counters.ts';

export default defineCheck({
  id: 'gpu-ecc-uncorrectable',
  layer: 5,
  title: 'No GPU has uncorrectable memory errors',
  failureTitle: 'A GPU has uncorrectable ECC memory errors',
  why: 'Memory of the card lost data since the driver was loaded; the program that met it was killed and the device plugin may have taken the card out.',
  fix: [
    'Drain {node}, reset the GPU {bus}, run the diagnostics; replace the card when rows cannot be remapped or it comes back',
  ],
  next: ['nvidia-smi -q -d ECC,ROW_REMAPPER,PAGE_RETIREMENT -i {bus}', 'journalctl -k | grep "NVRM: Xid"'],
  severity: 'critical',
  confidence: 'high',
  needs: ['gpus'],
  *run({ gpus }, { snapshot }) {
    for (const draft of gpuFindings(snapshot, gpus, (gpu) => {
      const { eccUncorrected = 0, eccUncorrectedAggregate = 0 } = gpu;
      if (eccUncorrected > 0)
        return {
          words: `has ${eccUncorrected} uncorrectable ECC error${eccUncorrected > 1 ? 's' : ''} since the driver was loaded`,
        };
      if (eccUncorrectedAggregate > 0)
        return {
          variant: 'aggregate',
          // Of the card's whole life: mended by a reset, worth knowing.
          severity: 'info',
          words: `has counted ${eccUncorrectedAggregate} uncorrectable ECC errors in its life`,
        };
      return undefined;
    })) {
      const less = draft.variant === undefined ? shortfall(snapshot, draft.subject.name) : undefined;
      yield less === undefined
        ? draft
        : { ...draft, message: `${draft.message}; ${less.text}`, evidence: [...draft.evidence, less.evidence] };
    }
  },
});
