import { defineCheck } from '../check.ts';
import { exitFindings, withAftermath } from './exit-findings.ts';

export default defineCheck({
  id: 'exit-143-sigterm',
  layer: 1,
  title: 'No container is stopped from outside again and again',
  failureTitle: 'The container was stopped with SIGTERM (exit code 143)',
  why: 'Somebody asked the container to stop: a rollout, a drain, an eviction, a failed probe, a node that shuts down. By itself it is no crash.',
  fix: ['Find who stopped it in the events; a program that handles SIGTERM ends with exit code 0.'],
  next: ['kubectl get events -n {namespace} --field-selector involvedObject.name={name} --sort-by=.lastTimestamp'],
  severity: 'info',
  confidence: 'high',
  needs: ['pods'],
  wants: ['containerLogs'],
  *run(_facts, context) {
    yield* exitFindings(context, (crash) => {
      const { exitCode } = crash.ended;
      if (exitCode !== 143 && exitCode !== 130) return undefined;
      return withAftermath(context.snapshot, crash, {
        words: `was stopped from outside with ${exitCode === 143 ? 'SIGTERM' : 'SIGINT'} (exit code ${exitCode})`,
        ...(crash.looping ? { severity: 'warning' as const } : {}),
      });
    });
  },
});
