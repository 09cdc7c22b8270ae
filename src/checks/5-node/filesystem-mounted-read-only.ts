import { groupBy } from '../../lib/group-by.ts';
import { machineOf } from '../../snapshot/nodes/node-health.ts';
import { defineCheck } from '../check.ts';

/** File systems that the kernel turns read-only after an error where their options say so. */
const EXT = /^ext[234]$/;
const DISK = /^(?:ext[234]|xfs|btrfs)$/;
/** Where kubelet, runtime and etcd write: no system of any distribution mounts these read-only on purpose. */
const WRITTEN = /^\/var(?:\/log|\/lib(?:\/(?:kubelet|containerd|docker|containers|etcd|rancher|k0s))?)?$/;

export default defineCheck({
  id: 'filesystem-mounted-read-only',
  layer: 5,
  title: 'File systems that may be written are mounted so',
  failureTitle: 'A file system is mounted read-only',
  why: 'Where its options ask the kernel to stop writing after an error (errors=remount-ro), an error was met since it was mounted. The kubelet, the runtime and every container that writes there fail.',
  fix: [
    'Find the I/O or file-system error in the kernel log of {node}; drain the node, check the disk and run fsck on {device}, then reboot',
  ],
  next: [
    'dmesg -T | grep -iE "error|remount|EXT4-fs" | tail -50',
    'smartctl -H {device}',
    'grep {device} /proc/mounts',
  ],
  severity: 'critical',
  // A line of /etc/fstab may ask for it as well.
  confidence: 'medium',
  needs: ['hostValues'],
  *run({ hostValues }, { snapshot }) {
    const mounts = hostValues
      .filter(({ topic }) => topic === 'mount')
      .map((value) => {
        const [device = '', type = '', options = ''] = value.value.split(' ');
        return { value, device, type, options: options.split(','), node: machineOf(snapshot, value) };
      });
    for (const same of groupBy(mounts, ({ node, device }) => `${node}\u0000${device}`).values()) {
      const [first] = same;
      // A bind mount of a volume is read-only by itself: the file system is when all its mounts are.
      if (first === undefined || !DISK.test(first.type) || !first.device.startsWith('/dev/')) continue;
      if (!same.every(({ options }) => options.includes('ro'))) continue;
      const asked = EXT.test(first.type) && same.every(({ options }) => options.includes('errors=remount-ro'));
      const needed = same.find(({ value }) => WRITTEN.test(value.key));
      if (!asked && needed === undefined) continue;
      yield {
        subject: snapshot.named('Node', first.node, { node: first.node }),
        variant: first.device,
        message: `${first.device} on ${(needed ?? first).value.key} of ${first.node} is mounted read-only (${first.type}${asked ? ', errors=remount-ro' : ''})`,
        evidence: [first.value.source],
        params: { device: first.device },
      };
    }
  },
});
