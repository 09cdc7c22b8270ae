import { defineCheck } from '../check.ts';
import { startErrorsWhere } from './start-errors.ts';

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
    for (const { error, evidence } of startErrorsWhere(
      snapshot,
      (e) => e.reason === 'CreateContainerError' && !OTHERS.test(e.message),
    )) {
      const who = error.container === '' ? 'the container' : `container ${error.container}`;
      yield {
        subject: error.seen.subject(error.container),
        message: `${who[0]?.toUpperCase()}${who.slice(1)} cannot be created: ${error.message === '' ? error.reason : error.message.slice(0, 400)}`,
        evidence,
        params: { container: error.container },
        ...(error.since === undefined ? {} : { since: error.since }),
        ...(error.state === 'current' ? {} : { state: error.state }),
      };
    }
  },
});
