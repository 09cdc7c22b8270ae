import { defineCheck } from '../check.ts';
import { startErrorFindings } from './start-errors.ts';

const REASONS = new Set([
  'FailedPostStartHook',
  'FailedPreStopHook',
  'PostStartHookError',
  'PreCreateHookError',
  'PreStartHookError',
]);

export default defineCheck({
  id: 'lifecycle-hook-failed',
  layer: 1,
  title: 'Lifecycle hooks succeed',
  failureTitle: 'A lifecycle hook fails',
  why: 'A failed postStart hook ends the container; a failed preStop hook delays its end to the grace period.',
  fix: ['Check that the command of the hook exists in the image of container {container} and ends in time.'],
  next: ['kubectl describe pod {name} -n {namespace}'],
  severity: 'warning',
  confidence: 'high',
  needsAny: ['pods', 'events'],
  *run(_facts, { snapshot }) {
    yield* startErrorFindings(
      snapshot,
      (error) => REASONS.has(error.reason),
      ({ reason, message }, who) => ({
        variant: /PreStop/.test(reason) ? 'pre-stop' : 'post-start',
        message: `A lifecycle hook of ${who} fails (${reason}): ${message.slice(0, 300)}`,
      }),
    );
  },
});
