import { defineCheck } from '../check.ts';
import { gradedHits, logFinding, speaker, times } from '../log-findings.ts';
import { besideHits } from '../../snapshot/logs/hits.ts';

/** How much a JVM asked the kernel for, in the lines below. */
const ASKED = /os::commit_memory\(\w{1,20}, \d{1,16}|failed to (?:map|allocate|commit|reserve) \d{1,16} bytes/;

export default defineCheck({
  id: 'log-memory-exhausted-runtime',
  layer: 1,
  title: 'Runtimes have the memory they need',
  failureTitle: 'The runtime of the program ran out of memory',
  why: 'The heap of the runtime, or the memory of the GPU, is smaller than the need: it ends the program or its request before the limit of the container is reached.',
  fix: ['Size heap and memory limit together (heap at most 75 % of the limit); for CUDA look who else uses the GPU.'],
  next: ['kubectl top pod {name} -n {namespace} --containers'],
  severity: 'warning',
  confidence: 'high',
  needsAny: ['containerLogs'],
  wants: ['pods'],
  reads: ['app-memory-exhausted'],
  *run(_facts, { snapshot }) {
    for (const hits of gradedHits(snapshot, ['app-memory-exhausted'])) {
      yield logFinding(
        hits,
        { failing: 'warning', ongoing: 'warning' },
        {
          message: `${speaker(hits)} ran out of ${/CUDA/.test(hits.line) ? 'GPU memory' : 'memory inside its runtime'}${times(hits.count)}: ${hits.line}${besideHits(hits.hits, ASKED)}`,
          variant: /CUDA/.test(hits.line) ? 'gpu' : 'heap',
        },
      );
    }
  },
});
