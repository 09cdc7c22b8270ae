import { defineCheck } from '../check.ts';
import { startErrorsWhere } from './start-errors.ts';

const PATTERN = /failed to prepare subPath|failed to create subPath directory/;

export default defineCheck({
  id: 'subpath-failed',
  layer: 1,
  title: 'subPath mounts work',
  failureTitle: 'A subPath cannot be mounted',
  why: 'The source of a subPath is missing, is no directory, or may not be created in the volume.',
  fix: ['Create the path in the volume (or correct it) and recreate the pod.'],
  next: ['kubectl describe pod {name} -n {namespace}'],
  severity: 'warning',
  confidence: 'high',
  needsAny: ['pods', 'events'],
  *run(_facts, { snapshot }) {
    for (const { error, evidence } of startErrorsWhere(snapshot, (e) => PATTERN.test(e.message))) {
      const who = error.container === '' ? 'the container' : `container ${error.container}`;
      yield {
        subject: error.seen.subject(error.container),
        message: `A subPath of ${who} cannot be mounted: ${error.message.slice(0, 300)}`,
        evidence,
        params: { container: error.container },
        ...(error.since === undefined ? {} : { since: error.since }),
        ...(error.state === 'current' ? {} : { state: error.state }),
      };
    }
  },
});
