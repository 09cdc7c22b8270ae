import { headAndTail } from '../../lib/excerpt.ts';
import { kernelRefusal } from '../../snapshot/pods/kernel-refusal.ts';
import { defineCheck } from '../check.ts';
import { startErrorFindings, startErrors, type StartError } from './start-errors.ts';

/** Told by other checks: a name that is still reserved, a runtime that does not answer in time. */
const OTHERS = /is reserved for|context deadline exceeded/;

/**
 * Events that tell of a container that could not be made, where nothing shows its state. The first process, images,
 * missing objects and GPU tools have checks of their own.
 */
const MADE =
  /^Error: CreateContainer failed: |^Failed to (?:start|create) (?:docker )?container(?: with (?:docker )?id \w{1,64})? with error: |^Error: (?:failed to create containerd container|failed to generate |container create failed|Error response from daemon|layer not known|cannot load seccomp|cannot find volume "|(?:failed|error) (?:to mount|mounting)|(?:open|stat|lstat|mkdir) \/)/;
const NOT_MADE =
  /OCI runtime|runc create|shim task|containerd task|CDI|nvidia|subPath|exec: |Container command '|ErrImage|ImagePull|runAsNonRoot|(?:configmap|secret) "/;

/** What the bare reason of a table row means. */
const WORDLESS: Readonly<Record<string, string>> = {
  CreateContainerConfigError:
    'CreateContainerConfigError: a ConfigMap, Secret or key that it names does not exist, a subPath cannot be prepared, or it may not run as its user; the event that names it is not in the bundle',
};

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
    // One pod of a workload whose event names what is missing speaks for all.
    const named = new Set(startErrors(snapshot).flatMap((error) => (error.message === '' ? [] : [workloadOf(error)])));
    yield* startErrorFindings(
      snapshot,
      (error) =>
        (!OTHERS.test(error.message) &&
          kernelRefusal(error.message) === undefined &&
          (error.reason === 'CreateContainerError' ||
            (error.reason === 'Failed' && MADE.test(error.message) && !NOT_MADE.test(error.message)))) ||
        // With its message it is told by what is missing: a ConfigMap, a Secret, a key.
        (error.reason === 'CreateContainerConfigError' && error.message === '' && !named.has(workloadOf(error))),
      ({ reason, message }, who) => ({
        ...(reason === 'CreateContainerConfigError' ? { variant: 'configuration' } : {}),
        message: `${who[0]?.toUpperCase()}${who.slice(1)} cannot be created: ${message === '' ? (WORDLESS[reason] ?? reason) : headAndTail(message, 400)}`,
      }),
    );
  },
});

function workloadOf({ seen }: StartError): string {
  const { namespace, name, workload } = seen.subject();
  return `${namespace ?? ''}/${workload?.name ?? name}`;
}
