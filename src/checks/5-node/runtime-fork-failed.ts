import { headAndTail } from '../../lib/excerpt.ts';
import { defineCheck } from '../check.ts';
import { startErrorFindings } from '../1-application/start-errors.ts';

/** EAGAIN of fork and clone: of the Go runtime, of runc and of the shims. */
const REFUSED =
  /(?:fork\/exec \S{1,160}|pthread_create failed|clone|unshare|newosproc|start (?:shim|process)[^\n]{0,200}): ?[Rr]esource temporarily unavailable/;

export default defineCheck({
  id: 'runtime-fork-failed',
  layer: 5,
  title: 'The container runtimes can start processes',
  failureTitle: 'The container runtime cannot start another process on the node (resource temporarily unavailable)',
  why: 'fork failed with EAGAIN: a limit of processes is reached, not memory. TasksMax of the unit of the runtime, kernel.pid_max or threads-max of the node, the limit of the user, or pids.max of the pod.',
  fix: [
    'Find who has so many processes or threads on the node (ps -eLf), and raise the limit that is reached: TasksMax=infinity for containerd, docker and kubelet, kernel.pid_max, podPidsLimit',
  ],
  next: [
    'ps -eLf | wc -l; sysctl kernel.pid_max kernel.threads-max',
    'systemctl show containerd docker kubelet -p TasksCurrent,TasksMax',
    'ps -eo nlwp,pid,comm --sort=-nlwp | head',
  ],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['pods', 'events'],
  *run(_facts, { snapshot }) {
    yield* startErrorFindings(
      snapshot,
      ({ message }) => REFUSED.test(message),
      ({ message, seen }, who) => ({
        message: `The runtime cannot start another process for ${who} of pod ${seen.ref.name}${seen.pod?.spec?.nodeName === undefined ? '' : ` on ${seen.pod.spec.nodeName}`}: ${headAndTail(message, 400)}`,
      }),
    );
  },
});
