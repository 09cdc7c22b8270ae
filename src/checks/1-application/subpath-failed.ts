import { headAndTail } from '../../lib/excerpt.ts';
import { defineCheck } from '../check.ts';
import { startErrorFindings } from './start-errors.ts';

const PATTERN = /failed to prepare subPath|failed to create subPath directory/;

export default defineCheck({
  id: 'subpath-failed',
  layer: 1,
  title: 'subPath mounts work',
  failureTitle: 'A subPath cannot be mounted',
  why: 'The source of a subPath is missing, is no directory, or may not be created in the volume.',
  fix: ['Create the path in the volume (or correct it) and recreate the pod.'],
  next: ['kubectl describe pod {name} -n {namespace}'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['pods', 'events'],
  *run(_facts, { snapshot }) {
    yield* startErrorFindings(
      snapshot,
      (error) => PATTERN.test(error.message),
      ({ message }, who) => ({ message: `A subPath of ${who} cannot be mounted: ${headAndTail(message, 300)}` }),
    );
  },
});
