import { formatBytes } from '../../lib/bytes.ts';
import { fullFilesystems } from '../../snapshot/nodes/filesystems.ts';
import { machineOf } from '../../snapshot/nodes/node-health.ts';
import { defineCheck } from '../check.ts';

/** node-exporter mixin: under 3 % free inodes is critical, under 5 % a warning. */
const CRITICAL = 97;
const WARNING = 95;

export default defineCheck({
  id: 'disk-inodes-full',
  layer: 5,
  title: 'The file systems of the nodes have free inodes',
  failureTitle: 'A file system of the node has no inodes left',
  why: 'Without a free inode no file can be made: "no space left on device" though `df -h` shows free bytes. It also brings DiskPressure (below 5 % free inodes).',
  fix: [
    'On {node}: find and remove directories of very many small files on {mount} (caches, sessions, build and package caches, overlay snapshots)',
    'Make the file system anew with more inodes (mkfs.ext4 -i) or as XFS, which allocates them as needed',
  ],
  next: ['df -i', 'du --inodes -xd2 {mount} | sort -n | tail -n 20'],
  severity: 'critical',
  confidence: 'high',
  needs: ['filesystems'],
  *run({ filesystems }, { snapshot }) {
    for (const { filesystem, inodesPercent = 0 } of fullFilesystems(filesystems, { bytes: 101, inodes: WARNING })) {
      const node = machineOf(snapshot, filesystem);
      // `df -h` and `df -i` are two commands: the other half may be another record.
      const bytes = filesystems.find(
        (one) =>
          one.availableBytes !== undefined &&
          one.device === filesystem.device &&
          one.mount === filesystem.mount &&
          one.node === filesystem.node,
      );
      yield {
        subject: snapshot.named('Node', node, { node }),
        variant: filesystem.mount,
        severity: inodesPercent >= CRITICAL ? 'critical' : 'warning',
        message:
          `On ${node} ${filesystem.device} on ${filesystem.mount} has used ${inodesPercent}% of its inodes` +
          (filesystem.inodes === undefined ? '' : ` (${filesystem.inodesUsed ?? '?'} of ${filesystem.inodes})`) +
          (bytes?.availableBytes === undefined ? '' : `, though ${formatBytes(bytes.availableBytes)} are free`) +
          ': new files fail with "no space left on device"',
        evidence: [filesystem.source, ...(bytes === undefined || bytes === filesystem ? [] : [bytes.source])],
        params: { mount: filesystem.mount },
      };
    }
  },
});
