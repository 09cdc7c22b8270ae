import { stateOf } from '../../snapshot/pods/crashes.ts';
import { defineCheck } from '../check.ts';
import { exitFindings, withAftermath } from './exit-findings.ts';

export default defineCheck({
  id: 'exit-0-restart-loop',
  layer: 1,
  title: 'No container that has finished is restarted for ever',
  failureTitle: 'The container finishes without error and is restarted for ever',
  why: 'A one-off process runs under a controller that restarts whatever ends (restartPolicy Always): it shows as CrashLoopBackOff though nothing crashed. Shells without a terminal and programs that go to the background end like this too.',
  fix: ['Run it as a Job or CronJob, or keep the process of container {container} in the foreground.'],
  next: ['kubectl logs {name} -n {namespace} -c {container} --previous'],
  severity: 'warning',
  confidence: 'high',
  needs: ['pods'],
  wants: ['containerLogs'],
  *run(_facts, context) {
    yield* exitFindings(context, (crash) => {
      const { container, ended, restarts, looping } = crash;
      if (!(ended.exitCode === 0 || (ended.exitCode === undefined && ended.reason === 'Completed'))) return undefined;
      if (container.role !== 'app' || container.pod.status?.phase === 'Succeeded') return undefined;
      if (!looping && restarts < 3) return undefined;
      if ((container.pod.spec?.restartPolicy ?? 'Always') !== 'Always') return undefined;
      if (container.status?.ready === true && stateOf(crash, context.now) !== 'current') return undefined;
      return withAftermath(context.snapshot, crash, {
        words: 'finishes with exit code 0 and is started again',
        ...(looping ? { severity: 'critical' as const } : {}),
      });
    });
  },
});
