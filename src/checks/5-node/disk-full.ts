import { formatBytes } from '../../lib/bytes.ts';
import { describeFilesystem, fullFilesystems } from '../../snapshot/nodes/filesystems.ts';
import { machineOf } from '../../snapshot/nodes/node-health.ts';
import { defineCheck } from '../check.ts';

/** node-exporter mixin: under 3 % free is critical, under 5 % a warning. */
const CRITICAL = 97;
const WARNING = 95;
/** Where Kubernetes, its runtimes, etcd and logs live. Another full mount is its owner's affair. */
const SYSTEM =
  /^\/(?:$|var(?:\/|$)|tmp$|etc$|run$|opt\/(?:containerd|docker)|data\/(?:docker|containerd|kubelet)|host(?:\/|$)|etc\/hosts$|etc\/(?:hostname|resolv\.conf)$)/;

/** Full, it waits for the next update of the kernel to fail. */
const BOOT = '/boot';

export default defineCheck({
  id: 'disk-full',
  layer: 5,
  title: 'The file systems of the nodes have room',
  failureTitle: 'A file system of the node is full',
  why: 'Without room images cannot be unpacked, logs and databases cannot be written, and etcd, kubelet or runtime end with "no space left on device". The kubelet evicts from 85 to 90 % on.',
  fix: [
    'On {node}: free {mount} (unused images, old logs, journal, leftover files that deleted processes hold open) or enlarge it',
  ],
  next: [
    'df -hP',
    'du -xh --max-depth=2 {mount} | sort -h | tail -n 20',
    'lsof +L1',
    'journalctl --disk-usage; crictl images',
  ],
  severity: 'critical',
  confidence: 'high',
  needs: ['filesystems'],
  *run({ filesystems }, { snapshot }) {
    for (const full of fullFilesystems(filesystems, { bytes: WARNING, inodes: 101 })) {
      const { filesystem, bytesPercent = 0 } = full;
      const node = machineOf(snapshot, filesystem);
      const left = filesystem.availableBytes;
      const boot = filesystem.mount === BOOT;
      const system = boot || SYSTEM.test(filesystem.mount);
      yield {
        subject: snapshot.named('Node', node, { node }),
        variant: filesystem.mount,
        severity: !system ? 'info' : bytesPercent >= CRITICAL && !boot ? 'critical' : 'warning',
        message: `On ${node} ${describeFilesystem(full)}${left === undefined ? '' : `, ${formatBytes(left)} left`}`,
        evidence: [filesystem.source],
        params: { mount: filesystem.mount },
      };
    }
  },
});
