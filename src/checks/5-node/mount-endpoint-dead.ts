import { defineCheck } from '../check.ts';
import { START_REASONS, toldFindings } from './start-events.ts';

export default defineCheck({
  id: 'mount-endpoint-dead',
  layer: 5,
  title: 'The network and FUSE file systems behind mounts answer',
  failureTitle:
    'The process or server behind a mount is gone (transport endpoint is not connected, stale file handle, input/output error)',
  why: 'A FUSE file system (CephFS, GlusterFS, s3fs, blobfuse, cvmfs, JuiceFS, gcsfuse) lost its process, or an NFS or SMB server no longer knows the file. Whatever touches the directory fails, also after the process is back, until it is mounted anew; kubelet, runtime and df stumble over it.',
  fix: [
    'Unmount it lazily on the node (umount -l PATH, fusermount -uz PATH) and delete the pods that use it, so that it is mounted anew.',
    'Look why the process ended - the CSI node plugin was restarted or killed for memory, the server was restarted or exports another file system.',
  ],
  next: ['mount | grep -E "fuse|nfs|cifs"', 'kubectl get pods -A -o wide | grep -iE "csi|fuse"', 'dmesg -T | tail -50'],
  severity: 'critical',
  confidence: 'high',
  reads: ['mount-endpoint-dead'],
  needsAny: ['events', 'hostLogs', 'containerLogs', 'kernelLogs'],
  wants: ['pods'],
  *run(_facts, { snapshot }) {
    yield* toldFindings(snapshot, {
      reasons: START_REASONS,
      pattern:
        /(?<path>\/[\w./@~:%+-]{2,300}[\w~])['"”’]?:? (?<why>[Tt]ransport endpoint is not connected|[Ss]tale (?:NFS )?file handle)|(?<below>\/var\/lib\/kubelet\/(?:pods|plugins)\/[\w./@~:%+-]{2,300}[\w~])['"]?: (?<error>[Ii]nput\/output error)/,
      signature: 'mount-endpoint-dead',
      message: ({ below, path = below, error, why = error }, who) =>
        `${who}: ${path ?? 'a mount'}: ${why ?? (below === undefined ? 'the process or server behind it is gone' : 'input/output error, the disk or server behind it is gone')}`,
    });
  },
});
