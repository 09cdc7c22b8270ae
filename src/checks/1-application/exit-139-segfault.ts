import { defineCheck } from '../check.ts';
import { exitFindings, withAftermath } from './exit-findings.ts';

export default defineCheck({
  id: 'exit-139-segfault',
  layer: 1,
  title: 'No container ends with a segmentation fault',
  failureTitle: 'The container ended with a segmentation fault (exit code 139)',
  why: 'A crash in native code: libraries that do not fit each other, instructions the CPU lacks, memory corruption; on GPU nodes often NCCL or driver libraries. Many unrelated ones on one node point to its memory.',
  fix: [
    'Match the libc and driver libraries of the image to the node and take a core dump; when unrelated programs crash on one node, test its memory.',
  ],
  next: [
    "journalctl -k | grep -E 'segfault|traps:'",
    'kubectl logs {name} -n {namespace} -c {container} --previous --tail=50',
  ],
  severity: 'critical',
  confidence: 'high',
  needs: ['pods'],
  wants: ['containerLogs'],
  *run(_facts, context) {
    yield* exitFindings(context, (crash) =>
      crash.ended.exitCode === 139
        ? withAftermath(context.snapshot, crash, { words: 'ended with SIGSEGV (exit code 139, segmentation fault)' })
        : undefined,
    );
  },
});
