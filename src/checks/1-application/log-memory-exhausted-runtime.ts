import type { Evidence } from '../../parsers/records.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';
import { type GradedHits, gradedHits, logFinding, speaker, times } from '../log-findings.ts';
import { besideHits } from '../../snapshot/logs/hits.ts';

/** How much a JVM asked the kernel for, in the lines below. */
const ASKED = /os::commit_memory\(\w{1,20}, \d{1,16}|failed to (?:map|allocate|commit|reserve) \d{1,16} bytes/;

/** The JVM calls it OutOfMemoryError as well. */
const THREADS = /unable to create (?:new )?native thread|pthread_create failed \(EAGAIN\)|can't start new thread/;

/** The limit of processes and how many there are, as somebody read them in the pod. */
function pidsOf(
  snapshot: Snapshot,
  { subject }: GradedHits,
): { readonly current: string; readonly max: string; readonly evidence: readonly Evidence[] } | undefined {
  const values = snapshot
    .facts('hostValues')
    .filter(({ topic, pod }) => topic === 'pids' && pod !== undefined && pod.name === subject.name);
  const [max, current] = ['max', 'current'].map((key) => values.find((value) => value.key === key));
  return max === undefined || current === undefined
    ? undefined
    : { current: current.value, max: max.value, evidence: [max.source, current.source] };
}

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
  wants: ['pods', 'hostValues'],
  reads: ['app-memory-exhausted'],
  *run(_facts, { snapshot }) {
    for (const hits of gradedHits(snapshot, ['app-memory-exhausted'])) {
      if (THREADS.test(hits.line)) {
        const pids = pidsOf(snapshot, hits);
        yield logFinding(
          hits,
          { failing: 'critical', ongoing: 'warning' },
          {
            variant: 'threads',
            title: 'The program cannot start another thread',
            message: `${speaker(hits)} cannot start another thread${times(hits.count)}, which is a limit of processes (pids), not of memory${pids === undefined ? '' : `: ${pids.current} of ${pids.max} (pids.max of the pod) are in use`}: ${hits.line}`,
            fix: [
              'Find the leak of threads, or raise the limit that is reached: podPidsLimit of the kubelet (pids.max of the pod), the limit of the user (ulimit -u), kernel.pid_max and threads-max of the node',
            ],
            ...(pids === undefined ? {} : { evidence: [hits.evidence[0], ...pids.evidence] }),
          },
        );
        continue;
      }
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
