import { defineCheck } from '../check.ts';
import { exitFindings, withAftermath } from './exit-findings.ts';

export default defineCheck({
  id: 'exit-134-abort',
  layer: 1,
  title: 'No container aborts itself',
  failureTitle: 'The container aborted itself (exit code 134)',
  why: 'The runtime called abort() on purpose: a failed assertion, heap corruption, an uncaught C++ exception, or a Node.js heap that is full.',
  fix: ['Follow the message before the abort; for a full heap raise its size together with the memory limit.'],
  next: ['kubectl logs {name} -n {namespace} -c {container} --previous --tail=50'],
  severity: 'warning',
  confidence: 'high',
  needs: ['pods'],
  wants: ['containerLogs'],
  *run(_facts, context) {
    yield* exitFindings(context, (crash) =>
      crash.ended.exitCode === 134
        ? withAftermath(context.snapshot, crash, { words: 'aborted itself with SIGABRT (exit code 134)' })
        : undefined,
    );
  },
});
