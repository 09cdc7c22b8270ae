import { byMachine } from '../../snapshot/nodes/node-health.ts';
import { defineCheck } from '../check.ts';
import { gpuFindings } from './gpu-counters.ts';

const INFOROM = /infoROM/i;

export default defineCheck({
  id: 'gpu-hardware-not-on-bus',
  layer: 5,
  title: 'All GPUs of the machine answer',
  failureTitle: 'A GPU of the machine does not answer',
  why: 'nvidia-smi lists a card as lost or in error, or fewer cards than the node is labelled with: it has fallen off the bus or was not found at the last boot.',
  fix: ['Power-cycle {node}; check power and seating; replace the card when it does not come back'],
  next: ['lspci -nn -d 10de:', 'nvidia-smi -L', 'journalctl -k | grep -i NVRM | tail'],
  severity: 'critical',
  confidence: 'high',
  needs: ['gpus'],
  wants: ['nodes'],
  *run({ gpus }, { snapshot }) {
    yield* gpuFindings(snapshot, gpus, (gpu) =>
      gpu.fault === undefined
        ? undefined
        : INFOROM.test(gpu.fault)
          ? {
              variant: 'inforom',
              severity: 'warning' as const,
              title: 'A GPU has a corrupted infoROM',
              words: `reports "${gpu.fault}": the memory of the card in which its settings and error counters lie cannot be read; it works on, unwatched`,
            }
          : { variant: 'fault', words: `reports "${gpu.fault}"` },
    );
    for (const [name, cards] of byMachine(snapshot, gpus)) {
      const node = snapshot.get('nodes', undefined, name);
      const labelled = Number(node?.metadata.labels?.['nvidia.com/gpu.count']);
      const seen = new Set(cards.map((gpu) => gpu.uuid ?? gpu.busId ?? gpu.index)).size;
      const [first] = cards;
      // The output of `nvidia-smi -i 0` or of a container shows some cards only: there must be all but a few.
      if (node === undefined || first === undefined || !(labelled > seen) || seen < labelled / 2 || seen < 2) continue;
      yield {
        subject: snapshot.named('Node', name, { node: name }),
        variant: 'missing',
        confidence: 'medium',
        message: `nvidia-smi lists ${seen} GPUs on ${name}, which is labelled with ${labelled} (nvidia.com/gpu.count)`,
        evidence: [first.source, snapshot.quote(node, '/metadata/labels/nvidia.com~1gpu.count')],
      };
    }
  },
});
