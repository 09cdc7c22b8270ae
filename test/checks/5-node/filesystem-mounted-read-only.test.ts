import { expect, test } from 'vitest';
import check from '../../../src/checks/5-node/filesystem-mounted-read-only.ts';
import { run } from '../../build.ts';

const mount = (key: string, value: string) => ({ topic: 'mount', key, value, node: 'node-1' });
const foundIn = async (...hostValues: readonly ReturnType<typeof mount>[]) =>
  (await run(check, { facts: { hostValues } })).found;

test('a file system that the kernel turned read-only is told with its device', async () => {
  const [first] = await foundIn(
    mount('/', '/dev/sda1 ext4 ro,relatime,errors=remount-ro'),
    mount('/proc', 'proc proc ro,nosuid'),
  );
  expect(first).toMatchObject({ subject: { kind: 'Node', name: 'node-1' }, confidence: 'medium' });
  expect(first?.message).toBe('/dev/sda1 on / of node-1 is mounted read-only (ext4, errors=remount-ro)');
});

test('bind mounts of volumes, images and what is read-only by choice are none', async () => {
  const root = mount('/', '/dev/sda1 ext4 rw,relatime,errors=remount-ro');
  const volume = mount('/var/lib/kubelet/pods/a/volume-subpaths/b', '/dev/sda1 ext4 ro,relatime,errors=remount-ro');
  expect(await foundIn(root, volume)).toEqual([]);
  expect(await foundIn(mount('/usr', '/dev/dm-0 ext4 ro,relatime'))).toEqual([]);
  expect(await foundIn(mount('/snap/core', '/dev/loop0 squashfs ro,errors=continue'))).toEqual([]);
});
