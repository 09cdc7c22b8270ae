import { defineCheck } from '../check.ts';
import { START_REASONS, toldFindings } from './start-events.ts';

/** What the runtimes say when the kernel refuses to stack directories there. */
const WORDS =
  /(?<words>failed to mount overlay: [^":]{3,100}|failed to mount rootfs component.{0,2000}?: (?:invalid argument|no such device|operation not permitted|permission denied)|'overlay' is not supported over \w{1,30}|is formatted without d_type|error creating overlay mount to \S{1,300}: invalid argument|mkdir \S{1,200}\/overlay2?\/\S{1,200}: invalid argument)/s;

export default defineCheck({
  id: 'runtime-overlayfs-unusable',
  layer: 5,
  title: 'The runtime can stack layers (overlayfs) on its disk',
  failureTitle: 'The runtime cannot use overlayfs on the file system of its data directory',
  why: 'containerd, CRI-O and Docker stack the layers of images with overlayfs. It needs a kernel that has it and a local file system below that it can write to (ext4, xfs with ftype=1; ZFS since 2.2), not NFS, not another overlay, not an unprivileged container (LXC). A kernel that is older than the driver expects, or an xfs made without ftype=1, answers "invalid argument". Without it no container starts.',
  fix: [
    'Put the data directory of the runtime on a local ext4 or xfs (ftype=1) file system, or choose another snapshotter (native, fuse-overlayfs, zfs, btrfs)',
    'In LXC and rootless set-ups allow mounting (nesting, fuse), and load the module overlay on the host',
  ],
  next: [
    'findmnt -T /var/lib/containerd',
    'stat -fc %T /var/lib/rancher /var/lib/docker',
    'lsmod | grep overlay',
    'xfs_info /var/lib | grep ftype',
  ],
  severity: 'critical',
  confidence: 'high',
  reads: ['runtime-overlayfs-unusable'],
  needsAny: ['events', 'hostLogs', 'kernelLogs', 'containerLogs'],
  wants: ['pods'],
  *run(_facts, { snapshot }) {
    yield* toldFindings(snapshot, {
      reasons: START_REASONS,
      pattern: WORDS,
      signature: 'runtime-overlayfs-unusable',
      message: ({ words, snapshotter, upper, why, backing, graph, mount }, who) =>
        `The runtime cannot use ${snapshotter ?? 'overlayfs'} as the snapshotter (${who}): ${
          words?.slice(-200) ??
          (upper === undefined ? undefined : `the file system of ${upper} is not supported as upperdir`) ??
          (backing === undefined ? undefined : `not supported over ${backing}`) ??
          why ??
          graph ??
          mount ??
          'the file system below does not support it'
        }`,
    });
  },
});
