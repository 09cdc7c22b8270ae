import { defineCheck } from '../check.ts';
import { startErrorFindings } from './start-errors.ts';

/** Told by other checks: a name that is still reserved, a runtime that does not answer in time. */
const OTHERS = /is reserved for|context deadline exceeded/;

export default defineCheck({
  id: 'container-create-error',
  layer: 1,
  title: 'The runtime can create the containers',
  failureTitle: 'The runtime cannot create the container',
  why: 'The runtime refused before the first process could start: no command, a bad mount, a device or cgroup setting it cannot apply.',
  fix: ['Follow the message of the runtime.'],
  next: ['kubectl describe pod {name} -n {namespace}', 'journalctl -u containerd --since -30min'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['pods', 'events'],
  *run(_facts, { snapshot }) {
    yield* startErrorFindings(
      snapshot,
      (error) => error.reason === 'CreateContainerError' && !OTHERS.test(error.message),
      ({ reason, message }, who) => ({
        message: `${who[0]?.toUpperCase()}${who.slice(1)} cannot be created: ${message === '' ? reason : message.slice(0, 400)}`,
      }),
    );
  },
});
