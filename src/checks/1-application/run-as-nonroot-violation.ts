import { defineCheck } from '../check.ts';
import { startErrorsWhere } from './start-errors.ts';

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
    for (const { error, evidence } of startErrorsWhere(snapshot, (e) => PATTERN.test(e.message))) {
      const who = error.container === '' ? 'the container' : `container ${error.container}`;
      yield {
        subject: error.seen.subject(error.container),
        message: `The kubelet refuses to start ${who}: ${error.message.slice(0, 300)}`,
        evidence,
        params: { container: error.container },
        ...(error.since === undefined ? {} : { since: error.since }),
        ...(error.state === 'current' ? {} : { state: error.state }),
      };
    }
  },
});
