import { describe, expect, test } from 'vitest';
import consumer from '../../../src/checks/5-node/disk-consumer-identified.ts';
import full from '../../../src/checks/5-node/disk-full.ts';
import inodes from '../../../src/checks/5-node/disk-inodes-full.ts';
import saturated from '../../../src/checks/5-node/disk-io-saturated.ts';
import { aNode, aPod, run } from '../../build.ts';

const row = (mount: string, usedPercent: number, over: object = {}) => ({
  node: 'node-1',
  device: '/dev/vda1',
  mount,
  sizeBytes: 100 * 2 ** 30,
  availableBytes: (100 - usedPercent) * 2 ** 30,
  usedPercent,
  ...over,
});

describe('disk-full', () => {
  test.each([
    ['/', 98, 'critical'],
    ['/var', 96, 'warning'],
    ['/srv/backup', 99, 'info'],
  ])('%s at %d %% is %s', async (mount, percent, severity) => {
    const { first } = await run(full, { facts: { filesystems: [row(mount, percent)] } });
    expect(first).toMatchObject({ severity, variant: mount, subject: { kind: 'Node', name: 'node-1' } });
    expect(first?.message).toContain(`/dev/vda1 on ${mount} is ${percent} % full`);
  });
  test('read-only images, overlays and kernel views are always full', async () => {
    const filesystems = [
      row('/', 40),
      row('/snap/core', 100, { device: '/dev/loop3', type: 'squashfs' }),
      row('/var/lib/docker/overlay2/x/merged', 100, { device: 'overlay' }),
      row('/sys/firmware/efi/efivars', 98, { device: 'efivarfs', type: 'efivarfs' }),
      row('/proc', 100, { sizeBytes: 0 }),
    ];
    expect((await run(full, { facts: { filesystems } })).outcome).toBe('passed');
  });
  test('one device mounted twice is one finding', async () => {
    expect(
      (await run(full, { facts: { filesystems: [row('/', 98), row('/var/lib/kubelet', 98)] } })).found,
    ).toHaveLength(1);
  });
  test('without df', async () => {
    expect((await run(full, { objects: [aNode()] })).outcome).toBe('not-checked');
  });
});

describe('inodes', () => {
  const byInodes = (percent: number) => ({
    node: 'node-1',
    device: '/dev/vda1',
    mount: '/',
    inodes: 6_553_600,
    inodesUsed: 65_536 * percent,
    inodesUsedPercent: percent,
  });
  test('none left though bytes are free', async () => {
    const { first } = await run(inodes, { facts: { filesystems: [row('/', 45), byInodes(100)] } });
    expect(first).toMatchObject({ severity: 'critical' });
    expect(first?.message).toMatch(/100% of its inodes \(6553600 of 6553600\), though 55 GiB are free/);
    expect(first?.evidence).toHaveLength(2);
  });
  test('enough left; a file system without inodes', async () => {
    expect((await run(inodes, { facts: { filesystems: [byInodes(60)] } })).outcome).toBe('passed');
    const efi = {
      node: 'node-1',
      device: '/dev/vda15',
      mount: '/data',
      inodes: 0,
      inodesUsed: 0,
      inodesUsedPercent: 100,
    };
    expect((await run(inodes, { facts: { filesystems: [efi] } })).outcome).toBe('passed');
  });
});

test('waiting for disks', async () => {
  const pressure = (value: string) => ({
    hostValues: [{ node: 'node-1', topic: 'pressure', key: 'io.full.avg60', value }],
  });
  expect((await run(saturated, { facts: pressure('34.20') })).first?.message).toContain('34.20 %');
  expect((await run(saturated, { facts: pressure('0.40') })).outcome).toBe('passed');
});

describe('what fills the disk', () => {
  const GB = 2 ** 30;
  const use = (...folders: readonly (readonly [string, number])[]) =>
    folders.map(([path, gib]) => ({ node: 'node-1', path, bytes: gib * GB }));
  const used = (usedPercent: number, over: object = {}) =>
    row('/', usedPercent, { usedBytes: usedPercent * GB, ...over });
  const whole = (diskUse: ReturnType<typeof use>, ...filesystems: ReturnType<typeof row>[]) =>
    run(consumer, { facts: { filesystems, diskUse } });

  test('the deepest folder that holds most of its parent, and what to do about it', async () => {
    const { first } = await whole(
      use(
        ['/var/lib/containerd', 60],
        ['/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs', 55],
        ['/var/lib/containerd/io.containerd.content.v1.content', 5],
        ['/var/log', 25],
        ['/var/lib/kubelet', 3],
      ),
      used(97),
    );
    expect(first).toMatchObject({ severity: 'info', variant: '/', subject: { kind: 'Node', name: 'node-1' } });
    expect(first?.message).toBe(
      'On node-1 /dev/vda1 on / is 97 % full; it holds /var/lib/containerd/io.containerd.snapshotter.v1.overlayfs 55 GiB (55 %), /var/log 25 GiB (25 %)',
    );
    expect(first?.evidence[0]).toMatchObject({ file: 'diskUse.txt', line: 2 });
    expect(first?.fix?.join()).toContain('crictl rmi --prune');
  });

  test.each([
    ['/var/log', 'journalctl --vacuum-size'],
    ['/var/log/journal/3f2a', 'SystemMaxUse'],
    ['/var/log/pods/shop_web-0_1', 'containerLogMaxSize'],
    ['/var/log/kubernetes/audit', '--audit-log-maxsize'],
    ['/var/log/mirror', 'Empty or rotate {path}'],
    ['/opt/dumps', 'Find out what writes to {path}'],
  ])('%s has a remedy of its own', async (path, remedy) => {
    expect((await whole(use([path, 60]), used(97))).first?.fix?.join()).toContain(remedy);
  });

  test('the volume of a pod is named by its pod', async () => {
    const uid = '0f1e2d3c-4b5a-4968-8778-695a4b3c2d1e';
    const pod = aPod('db-0', {});
    Object.assign((pod as { metadata: object }).metadata, { uid });
    const { first } = await run(consumer, {
      objects: [pod],
      facts: { filesystems: [used(92)], diskUse: use([`/var/lib/kubelet/pods/${uid}`, 70]) },
    });
    expect(first?.message).toContain('(pod shop/db-0) 70 GiB (70 %)');
    expect(first?.related).toContainEqual({ kind: 'Pod', namespace: 'shop', name: 'db-0' });
  });

  test('silent while there is room, for small folders, for other disks and for sums over several', async () => {
    expect((await whole(use(['/var/lib/containerd', 60]), used(70))).outcome).toBe('passed');
    expect((await whole(use(['/var/lib/containerd', 15]), used(97))).outcome).toBe('passed');
    const data = row('/data', 20, { device: '/dev/vdb', usedBytes: 20 * GB });
    expect((await whole(use(['/data/backup', 60]), used(97), data)).outcome).toBe('passed');
    expect((await whole(use(['/', 97], ['/srv', 300]), used(97))).outcome).toBe('passed');
  });

  test('without du', async () => {
    expect((await run(consumer, { facts: { filesystems: [used(97)] } })).outcome).toBe('not-checked');
  });
});

describe('iostat', () => {
  const disk = (name: string, values: Readonly<Record<string, number>>) =>
    Object.entries(values).map(([key, value]) => ({
      node: 'node-1',
      topic: 'disk-io',
      key: `${name}.${key}`,
      value: String(value),
      source: { file: 'iostat.txt', line: 7, text: name },
    }));
  test('a disk that is always busy and has a queue', async () => {
    const { first } = await run(saturated, {
      facts: { hostValues: disk('sda', { util: 100, queue: 512, await: 1921 }) },
    });
    expect(first).toMatchObject({ severity: 'warning', variant: 'sda', subject: { kind: 'Node', name: 'node-1' } });
    expect(first?.message).toBe(
      'Disk sda of node-1 is busy 100 % of the time with 512 requests waiting; a request takes 1921 ms',
    );
  });
  test.each([
    ['busy without a queue, as SSDs are', { util: 99, queue: 3, await: 0.4 }],
    ['a short queue of a disk that is mostly idle', { util: 12, queue: 14, await: 3 }],
  ])('silent: %s', async (_, values) => {
    expect((await run(saturated, { facts: { hostValues: disk('nvme0n1', values) } })).outcome).toBe('passed');
  });
});
