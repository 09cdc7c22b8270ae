import { defineCheck } from '../check.ts';
import { gpuFaultOf, isBelowProgram } from '../gpu-log-faults.ts';
import { gradedHits, logFinding, speaker } from '../log-findings.ts';
import { bySubject, countOf, quotesOf, timing, wordsOfHits } from '../../snapshot/logs/hits.ts';
import { machineOf } from '../../snapshot/nodes/node-health.ts';
import { subjectOfHit } from '../signature-check.ts';
import type { Gpu } from '../../parsers/records.ts';

export default defineCheck({
  id: 'gpu-cuda-program-fails',
  layer: 5,
  title: 'GPU programs get a GPU that works',
  failureTitle: 'A GPU program gets no GPU that works: the fault lies below it (card, driver, toolkit or runtime)',
  why: 'The words of CUDA, ROCm or NVML tell of what the program cannot cause: an ECC error of the card, a card that is busy or in a bad state, a device that the runtime did not hand in (no runtimeClassName nvidia, toolkit not set up), a driver whose parts (nvidia_uvm, GSP firmware, MIG without instances, fabric) are not all up.',
  fix: [
    'Follow the words: device in the container (runtimeClassName: nvidia or nvidia as the default runtime), driver version, modules (nvidia_uvm) and MIG instances; reset or replace a card with ECC errors.',
  ],
  next: [
    'nvidia-smi',
    'lsmod | grep nvidia',
    'dmesg -T | grep -i nvrm | tail',
    'nvidia-smi -q | grep -A 4 -E "MIG Mode|Fabric"',
  ],
  severity: 'critical',
  confidence: 'medium',
  needsAny: ['containerLogs', 'hostLogs'],
  wants: ['pods', 'gpus'],
  reads: ['gpu-cuda-program-fails', 'app-gpu-error', 'app-gpu-absent'],
  *run({ gpus }, { snapshot }) {
    for (const hits of gradedHits(snapshot, ['app-gpu-error', 'app-gpu-absent'], (hit) =>
      isBelowProgram(snapshot, hit) ? '' : undefined,
    )) {
      const variant = gpuFaultOf(hits.line);
      const { node } = hits.subject;
      const isHere = (gpu: Gpu): boolean => node === undefined || machineOf(snapshot, gpu) === node;
      yield logFinding(
        hits,
        { failing: 'critical', ongoing: 'critical' },
        {
          message: `${speaker(hits)} gets no GPU that works: ${hits.line}${variant === 'unavailable' ? exclusive(gpus.filter(isHere)) : ''}`,
          variant,
        },
      );
    }
    for (const { subject, hits } of bySubject(snapshot.hits('gpu-cuda-program-fails'), (hit) =>
      subjectOfHit(hit, snapshot),
    )) {
      const evidence = quotesOf(hits);
      if (evidence === undefined) continue;
      const count = countOf(hits);
      yield {
        subject,
        message: `A small CUDA program fails on the GPU${count > 1 ? ` (${count} lines)` : ''}: ${wordsOfHits(hits)}`,
        evidence,
        ...timing(snapshot, hits),
      };
    }
  },
});

/** What keeps a second program away from cards that are well. */
function exclusive(gpus: readonly Gpu[]): string {
  const mode = gpus.map((gpu) => gpu.computeMode).find((one) => one !== undefined && /exclusive|prohibited/i.test(one));
  return mode === undefined
    ? ''
    : `. The compute mode is ${mode}: a card then takes one program at a time (nvidia-smi -c DEFAULT lifts it)`;
}
