/**
 * What the kernel of the node refuses a runtime that sets a container up: none of it is the image's or the command's
 * fault. The words are those of runc and crun, in events, states and logs.
 */

/** The kind, for variants; a pattern; what it means. `file` and `why` are groups of the first. */
const KINDS: readonly (readonly [string, RegExp, string])[] = [
  [
    'cgroup',
    /\b(?:cpu|cpuset|pids|devices|hugetlb|io|blkio|misc)\.\w[\w.]{1,30}[\\"'`]{0,40}(?: for writing)?: (?:(?:open|write) \S{1,400}: )?(?:[Pp]ermission denied|[Ii]nvalid argument|[Nn]o such file or directory|[Oo]peration not permitted|[Dd]evice or resource busy|[Nn]umerical result out of range)/,
    'it does not take what is written into the cgroup (a kernel without that controller or with a bug in it, a quota above that of the parent)',
  ],
  [
    'cgroups',
    /mkdir \/sys\/fs\/cgroup\/\S{1,400}: (?:[Cc]annot allocate memory|[Nn]o space left on device)/,
    'it makes no more control groups, although memory and disk are free (a cgroup leak of old kernels: reboot the node, then update the kernel or start it with cgroup.memory=nokmem)',
  ],
  [
    'capabilities',
    /(?:apply(?:ing)? caps|unable to apply (?:caps|bounding set)): [Oo]peration not permitted|unknown capability "?CAP_\w{2,30}/,
    'it does not know a capability, or the outer container does not have it (nodes in containers need a newer Docker or Podman)',
  ],
  [
    'seccomp',
    /adding seccomp filter rule for syscall \w{1,20}: (?:permission denied|[Oo]peration not permitted)|unknown seccomp profile option|cannot load seccomp profile|seccomp is not (?:supported|enabled)/,
    'the seccomp filter cannot be loaded (a libseccomp older than the profile, a profile that is not on the node, a kernel without it)',
  ],
  [
    'apparmor',
    /[Cc]annot enforce AppArmor|apply(?:ing)? apparmor profile|apparmor failed to apply profile|\/attr\/(?:apparmor\/)?exec: /,
    'the AppArmor profile cannot be applied (it is not loaded on the node, or AppArmor is off)',
  ],
  [
    'selinux',
    /\/attr\/keycreate: |set(?:ting)? (?:process|exec) label|invalid selinux label/i,
    'the SELinux label cannot be set (a policy, container-selinux, older than the runtime)',
  ],
  [
    'keyring',
    /session key\w{0,4}[^\n]{0,120}(?:[Dd]isk quota exceeded|EDQUOT)/,
    'it makes no more keyrings (kernel.keys.maxkeys and maxbytes are reached)',
  ],
  [
    'root',
    /pivot_root[^\n]{0,60}: invalid argument/,
    'it cannot change the root of the container (the node runs from a RAM disk; the runtime needs no_pivot)',
  ],
  [
    'sandbox',
    /namespace path [\\"']{0,4}\/proc\/\d{1,8}\/ns\/\w{2,8}[^\n]{0,200}no such file or directory/,
    "the namespaces of the pod are gone: the process of its sandbox (pause) has ended, and the container was to join it (delete the pod; see what killed the process, the runtime's restart or the OOM killer)",
  ],
  [
    'propagation',
    /is mounted on ["'`\\]{0,4}\S{1,400} but it is not a (?:shared(?: or slave)?|slave) mount|path \S{1,400} is not (?:a )?shared or slave/,
    'the mount below the path is private, so mounts cannot be handed on between node and container (mountPropagation). Make it shared on the node: mount --make-rshared /, on Alpine and in LXC at each boot',
  ],
  [
    'mount',
    /mount(?:ing)? \S{0,10}(?:proc|sysfs|cgroup)\b[^\n]{0,300}: (?:[Oo]peration not permitted|permission denied)/,
    'it does not let the runtime mount (the node itself is a container without the right to: nesting, privileged)',
  ],
];

export interface KernelRefusal {
  readonly kind: string;
  /** What it means. */
  readonly meaning: string;
}

/** The refusal that these words tell of; undefined for any other words. */
export function kernelRefusal(text: string): KernelRefusal | undefined {
  const found = KINDS.find(([, pattern]) => pattern.test(text));
  return found === undefined ? undefined : { kind: found[0], meaning: found[2] };
}
