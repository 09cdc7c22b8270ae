import { headAndTail } from '../../lib/excerpt.ts';
import { kernelRefusal } from '../../snapshot/pods/kernel-refusal.ts';
import { defineCheck } from '../check.ts';
import { startErrorFindings } from './start-errors.ts';

const PATTERN =
  /exec: "[^"]{1,300}": |OCI runtime (?:create|exec) failed|failed to create (?:shim|containerd) task|error mounting|failed to write [^\n]{1,200}cgroup|Container command '[^']{1,300}' (?:not found|could not be invoked)|starting container process caused|unable to start container process|attempted to invoke a command that was not found|^Error: failed to start container "[^"]{1,63}": (?!context deadline)|PreStartContainer hook failed|PreStartHookError|hcsshim::|\bhcs::/;
/** A too small memory limit, a foreign architecture, subPaths and the GPU tools have checks of their own; sandboxes are the network's. */
const OTHERS =
  /[Rr]esource temporarily unavailable|OOM-killed|memory limit too low|exec format error|subPath|nvidia-container-cli|paging file is too small|Invalid unit name|expected cgroupsPath|failed to set ?up (?:network|pod)|plugin type=/;

const REASONS = new Set(['StartError', 'ContainerCannotRun', 'RunContainerError']);

export default defineCheck({
  id: 'exit-128-start-error',
  layer: 1,
  title: 'The runtime can start the containers',
  failureTitle: 'The runtime cannot start the container',
  why: 'The container was created, but its first process could not be executed: the entry point is missing, a mount or a cgroup setting fails, or a hook of the GPU runtime.',
  fix: ['Follow the message: correct command or image for a missing file, the mount, or the limit.'],
  next: ['kubectl describe pod {name} -n {namespace}'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['pods', 'events'],
  *run(_facts, { snapshot }) {
    yield* startErrorFindings(
      snapshot,
      ({ reason, message }) =>
        reason !== 'FailedCreatePodSandBox' &&
        (REASONS.has(reason) || PATTERN.test(message)) &&
        !OTHERS.test(message) &&
        kernelRefusal(message) === undefined,
      ({ reason, message }, who) => ({
        variant: /executable file not found|no such file or directory|not found or does not exist/.test(message)
          ? 'not-found'
          : /permission denied/.test(message)
            ? 'not-executable'
            : 'other',
        message: `The runtime cannot start ${who}: ${message === '' ? reason : headAndTail(message, 400)}`,
      }),
    );
  },
});
