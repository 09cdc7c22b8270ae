import { entryOf } from '../../lib/group-by.ts';
import type { Gpu } from '../../parsers/records.ts';
import { defineCheck } from '../check.ts';
import { gpuFindings } from './gpu-counters.ts';

/**
 * Cards for data centres, which NVIDIA delivers with ECC switched on: Tesla, and since 2020 a letter and a number
 * alone (`A100-SXM4-80GB`, `H200`, `L40S`). Workstation cards (RTX) can have it and are delivered without.
 */
const WITH_ECC = /^(?:NVIDIA )?(?:Tesla |(?:[ABHL]\d{1,3}[GS]?|T4|V100|GH200|GB\d{3})(?:[ -]|$))/;
/** So many cards of one model, so many of them with ECC, make one without an exception. */
const LEAST = 3;

/** Models most cards of which have ECC switched on. */
function usuallyOn(gpus: readonly Gpu[]): ReadonlySet<string> {
  const cards = new Map<string, Map<string, boolean>>();
  for (const gpu of gpus) {
    if (gpu.name === undefined || gpu.eccMode === undefined) continue;
    const card = `${gpu.node ?? ''}\u0000${gpu.busId ?? gpu.uuid ?? gpu.index ?? ''}`;
    entryOf(cards, gpu.name, () => new Map<string, boolean>()).set(card, gpu.eccMode === 'Enabled');
  }
  const most = [...cards].filter(([, known]) => {
    const on = [...known.values()].filter(Boolean).length;
    return known.size >= LEAST && on * 3 >= known.size * 2;
  });
  return new Set(most.map(([name]) => name));
}

export default defineCheck({
  id: 'gpu-ecc-mode',
  layer: 5,
  title: 'The GPUs correct errors of their memory',
  failureTitle: 'A GPU runs without ECC, or changes its ECC mode at the next reset',
  why: 'Without ECC a flipped bit is neither corrected nor noticed: results are silently wrong. A change of the mode takes effect with the next reset of the card, and changes the memory that is left.',
  fix: ['Switch ECC on with `nvidia-smi -i {bus} -e 1` on {node} and reset the card when no process uses it'],
  next: ['nvidia-smi --query-gpu=index,name,ecc.mode.current,ecc.mode.pending --format=csv'],
  severity: 'info',
  confidence: 'high',
  needs: ['gpus'],
  *run({ gpus }, { snapshot }) {
    const expected = usuallyOn(gpus);
    yield* gpuFindings(snapshot, gpus, (gpu) => {
      const { eccMode, eccModePending, name = '' } = gpu;
      if (eccMode !== undefined && eccModePending !== undefined && eccMode !== eccModePending)
        return { variant: 'pending', words: `has ECC ${eccMode}, after the next reset ${eccModePending}` };
      if (eccMode !== 'Disabled') return undefined;
      if (expected.has(name)) return { variant: 'disabled', words: 'has ECC Disabled, unlike its peers' };
      return WITH_ECC.test(name) ? { variant: 'disabled', words: 'has ECC Disabled' } : undefined;
    });
  },
});
