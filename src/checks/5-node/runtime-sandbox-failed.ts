import { headAndTail } from '../../lib/excerpt.ts';
import { podFailures } from '../../snapshot/pods/pod-events.ts';
import { defineCheck } from '../check.ts';

/** The network, the pause image, runtime classes, names and GPU tools have checks of their own. */
const OTHERS =
  /network for (?:pod\b|sandbox)|create pod network sandbox|networkPlugin|plugin type=|[Mm]ultus|\bcni\b|CNI|network is not ready|sandbox image|pause image|no runtime for|is reserved for|nvidia|CDI|OOM-killed|memory limit too low/;
/** Any words but those of a time-out, which do not say what took so long. */
const ANY = /^(?!.{0,4000}(?:context deadline exceeded$)).{1,4000}$/s;

/** The last comes before the sandbox: the cgroup of the pod. */
const REASONS = ['FailedCreatePodSandBox', 'FailedCreatePodSandbox', 'FailedCreatePodContainer'];

/** What the last words of the runtime point to. */
const KINDS: readonly (readonly [RegExp, string, string])[] = [
  [
    /mkdir \/sys\/fs\/cgroup\/\S{1,300}: (?:no space left on device|cannot allocate memory)/,
    'cgroups',
    'the kernel makes no more control groups (a cgroup leak, not a full disk)',
  ],
  [
    /network host not found/,
    'windows-network',
    'Docker on the Windows node has no network called host (it is gone after a reboot: docker network create -d nat host)',
  ],
  [
    /operating system (?:of the container )?does not match|0xc0370101/,
    'windows-build',
    'the pause image was built for another build of Windows than the node runs (--pod-infra-container-image, sandbox_image)',
  ],
  [/cannot allocate memory/, 'memory', 'the kernel has no memory for another cgroup or process'],
  [
    /(?:fork\/exec \S{1,160}|unshare|clone): no space left on device/,
    'namespaces',
    'the kernel makes no more namespaces (user.max_user_namespaces is reached, or 0)',
  ],
  [/no space left on device/, 'space', 'a file system (or the number of cgroups) is full'],
  [
    /Invalid unit name|expected cgroupsPath|slice as parent|should be a valid slice/,
    'cgroup-driver',
    'kubelet and runtime use different cgroup drivers',
  ],
  [
    /resolv\.conf: no such file/,
    'resolv-conf',
    'the resolver file that the kubelet is told to use (resolvConf) is not on the node',
  ],
  [/message bus|dbus|systemd|unit .{1,80}\.scope/i, 'systemd', 'systemd does not make the cgroup for it'],
  [
    /errno 524|bpf.{0,40}(?:EPERM|not permitted|cannot allocate)/i,
    'bpf-jit',
    'the kernel takes no more BPF programs (net.core.bpf_jit_limit is used up, or leaked by the kernel)',
  ],
  [/seccomp/, 'seccomp', 'the seccomp profile cannot be loaded'],
  [/apparmor/i, 'apparmor', 'the AppArmor profile cannot be loaded'],
  [/cgroup/, 'cgroup', 'the cgroup cannot be set up'],
  [/read-only file system/, 'read-only', 'the file system is read-only'],
  [
    /Resource temporarily unavailable|too many (?:open files|processes)/,
    'limits',
    'a limit of processes or files is reached',
  ],
];

export default defineCheck({
  id: 'runtime-sandbox-failed',
  layer: 5,
  title: 'The runtime can make the sandboxes of pods',
  failureTitle: 'The runtime cannot make the sandbox of a pod',
  why: 'Every pod begins with a sandbox: a cgroup, a pause container, then the network. Before the network it fails on what the node lacks: memory, space, process ids, a systemd that answers, a cgroup driver that fits.',
  fix: ['Mend what the message ends with, on {node}'],
  next: ['journalctl -u containerd -u crio -u docker -n 100 --no-pager', 'dmesg -T | tail -50', 'systemctl status'],
  severity: 'critical',
  confidence: 'high',
  needs: ['events'],
  wants: ['pods'],
  *run(_facts, { snapshot }) {
    for (const failure of podFailures(snapshot, REASONS, ANY)) {
      const text = failure.match[0];
      // Cut off before it says anything.
      if (OTHERS.test(text) || /rpc error: code\s*$/.test(text)) continue;
      const kind = KINDS.find(([pattern]) => pattern.test(text));
      const words = text.split(/rpc error: code = \w{1,30} desc = /).at(-1) ?? text;
      yield {
        subject: failure.seen.subject(),
        ...(kind === undefined ? {} : { variant: kind[1] }),
        message: `The runtime cannot make the sandbox of pod ${failure.seen.ref.name}${failure.node === undefined ? '' : ` on ${failure.node}`}${kind === undefined ? '' : `: ${kind[2]}`}: ${headAndTail(words, 400)}`,
        evidence: [snapshot.quoteEvent(failure.event)],
        state: failure.state,
        params: { node: failure.node ?? 'NODE' },
        ...(failure.node === undefined ? {} : { related: [{ kind: 'Node', name: failure.node }] }),
        ...(failure.since === undefined ? {} : { since: failure.since }),
      };
    }
  },
});
