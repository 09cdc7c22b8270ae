import { defineCheck } from '../check.ts';
import { startErrorFindings } from './start-errors.ts';

const PATTERN =
  /has runAsNonRoot and image will run as root|image has non-numeric user|runAsNonRoot and image has|run as non-root and image will run as root|runAsUser breaks non-root policy/;

export default defineCheck({
  id: 'run-as-nonroot-violation',
  layer: 1,
  title: 'Containers run as users that their security context allows',
  failureTitle: 'runAsNonRoot forbids the user of the image',
  why: 'The pod demands a non-root user, but the image runs as root or names its user by a word, which the kubelet cannot check.',
  fix: ['Set a numeric runAsUser in the securityContext, or a numeric USER in the image.'],
  next: [
    "kubectl get pod {name} -n {namespace} -o jsonpath='{.spec.securityContext} {.spec.containers[*].securityContext}'",
  ],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['pods', 'events'],
  *run(_facts, { snapshot }) {
    yield* startErrorFindings(
      snapshot,
      (error) => PATTERN.test(error.message),
      ({ message }, who) => ({ message: `The kubelet refuses to start ${who}: ${message.slice(0, 300)}` }),
    );
  },
});
