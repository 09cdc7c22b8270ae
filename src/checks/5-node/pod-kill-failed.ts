import { defineCheck } from '../check.ts';
import { toldFindings } from './start-events.ts';

/** What the runtime said, without the kubelet's frame. The network of a sandbox and containers that are gone have other reasons. */
const WORDS =
  /^(?!.{0,3000}(?:network for (?:pod|sandbox)|network setup|plugin type=|[Nn]etworkPlugin|[Nn]o such container|code = NotFound|context canceled))(?<words>.{1,3000})$/s;
const DESC = /desc = (?<words>[^"]{3,400})/;

export default defineCheck({
  id: 'pod-kill-failed',
  layer: 5,
  title: 'The runtime can end containers',
  failureTitle: 'The runtime cannot kill a container, its pod stays Terminating',
  why: 'The kubelet waits until the runtime reports that the processes are gone. AppArmor forbids the signal, a process hangs in the kernel (state D: a dead NFS server, disk or GPU), the shim or the runtime does not answer, or the freezer of its cgroup is stuck.',
  fix: [
    'Permission denied: update containerd and runc or the AppArmor profile; the kernel log has apparmor="DENIED" operation="signal"',
    'Else look on {node} for processes in state D and what they wait for; restart the runtime, or reboot the node',
  ],
  next: [
    'journalctl -k | grep DENIED',
    'ps -eo pid,stat,wchan:30,cmd | grep " D"',
    'journalctl -u containerd -n 100 --no-pager',
  ],
  severity: 'critical',
  confidence: 'medium',
  reads: ['pod-kill-failed'],
  needsAny: ['events', 'hostLogs', 'containerLogs'],
  wants: ['pods'],
  *run(_facts, { snapshot }) {
    yield* toldFindings(snapshot, {
      reasons: ['FailedKillPod'],
      pattern: WORDS,
      signature: 'pod-kill-failed',
      // One of them is the end of the grace period on a busy node.
      atLeast: 3,
      message: ({ words, why }, who) => {
        const told = DESC.exec(words ?? '')?.groups?.['words'] ?? words ?? why ?? 'the runtime does not end it';
        return `The runtime cannot kill ${who}: ${told.slice(0, 400)}${/signal init: permission denied/.test(words ?? why ?? '') ? ' (AppArmor or SELinux forbids the signal)' : ''}`;
      },
    });
  },
});
