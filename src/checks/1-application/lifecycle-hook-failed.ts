import { defineCheck } from '../check.ts';
import { startErrorFindings } from './start-errors.ts';

const REASONS = new Set([
  'FailedPostStartHook',
  'FailedPreStopHook',
  'PostStartHookError',
  'PreCreateHookError',
  'PreStartHookError',
]);

/**
 * The hook did not fail: its container ended under it, which the pod says better. Where events are all there is of a pod
 * whose container is killed for its postStart hook, they are what there is to tell.
 */
const CONTAINER_ENDED =
  /exited with 137\b|container (?:is )?not running|is not running|in a stopped state|container not created|process has already finished/;

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
      ({ reason, message, seen }, who) => ({
        ...(CONTAINER_ENDED.test(message) && (/PreStop/.test(reason) || seen.pod !== undefined)
          ? { variant: 'container-ended', severity: 'info' as const }
          : { variant: /PreStop/.test(reason) ? 'pre-stop' : 'post-start' }),
        message: `A lifecycle hook of ${who} fails (${reason}): ${message.slice(0, 300)}`,
      }),
    );
  },
});
