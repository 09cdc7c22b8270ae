import { expect, test } from 'vitest';
import { parseCommand } from '../../../src/parsers/command.ts';
import { collect, sniffs } from '../collect.ts';
import parser from '../../../src/parsers/host/df.ts';

test('df -hT with a wrapped device, a mount with blanks and noise', async () => {
  const text = `df: /run/user/1000/doc: No such file or directory
df: /mnt/nfs: Stale file handle
Filesystem     Type      Size  Used Avail Use% Mounted on
/dev/mapper/vg--with--a--long--name-root
               xfs       1.0T  900G  124G  88% /
/dev/sdb1      ext4       99G   99G     0 100% /var/lib/my data
/dev/loop3     squashfs   64M   64M     0 100% /snap/core20/2318`;
  expect(sniffs(parser, text)).toBe(true);
  const { facts, unread } = await collect(parser, text);
  expect(facts.filesystems).toMatchObject([
    {
      device: '/dev/mapper/vg--with--a--long--name-root',
      type: 'xfs',
      mount: '/',
      sizeBytes: 2 ** 40,
      usedPercent: 88,
    },
    { device: '/dev/sdb1', type: 'ext4', mount: '/var/lib/my data', availableBytes: 0, usedPercent: 100 },
    { type: 'squashfs', mount: '/snap/core20/2318' },
  ]);
  expect(facts.filesystems?.[0]?.source.line).toBe(5);
  expect(facts.toolFailures).toMatchObject([{ tool: 'df', message: '/mnt/nfs: Stale file handle' }]);
  expect(unread).toEqual([]);
});

test('bytes and inodes of one mount are one record; other languages; 1K blocks', async () => {
  const text = `Dateisystem    1K-Blöcke  Benutzt Verfügbar Verw% Eingehängt auf
/dev/sda2       17813504  2127172  15686332   12% /
Dateisystem      INodes IBenutzt   IFrei IUse% Eingehängt auf
/dev/sda2       8911872  8911872       0  100% /
tmpfs                 0        0       0     - /run`;
  const { facts } = await collect(parser, text);
  expect(facts.filesystems).toMatchObject([
    {
      device: '/dev/sda2',
      mount: '/',
      sizeBytes: 17813504 * 1024,
      usedPercent: 12,
      inodes: 8911872,
      inodesUsedPercent: 100,
    },
    { device: 'tmpfs', type: 'tmpfs', inodes: 0 },
  ]);
  expect(facts.filesystems?.[1]).not.toHaveProperty('inodesUsedPercent');
});

test('-H counts in thousands; the flag says so behind chroot too', async () => {
  const command = parseCommand('kubectl debug node/n1 -it --image=busybox -- chroot /host df -H');
  const text = 'Filesystem Size Used Avail Use% Mounted on\n/dev/vda1 100G 42G 58G 42% /';
  if (command === undefined) throw new Error('no command');
  expect(parser.matches?.(command)).toBe(true);
  const { facts } = await collect(parser, text, { command });
  expect(facts.filesystems).toMatchObject([{ sizeBytes: 100e9 }]);
});

test('no rows, cut rows, unknown blocks', async () => {
  expect((await collect(parser, '')).unread).toHaveLength(1);
  expect(
    (await collect(parser, 'Filesystem 1x-blocks Used Available Use% Mounted on\n/dev/sda 1 1 1 1% /')).unread.length,
  ).toBeGreaterThan(0);
  expect(sniffs(parser, 'NAME READY STATUS RESTARTS AGE\nweb 1/1 Running 0 3d')).toBe(false);
});

test('a line above a whole row is no device', async () => {
  const text = `Filesystem      Size  Used Avail Use% Mounted on
what follows is the disk of etcd
/dev/vdb1        20G   20G   20K 100% /var/lib/etcd`;
  const { facts, unread } = await collect(parser, text);
  expect(facts.filesystems).toMatchObject([{ device: '/dev/vdb1', mount: '/var/lib/etcd', usedPercent: 100 }]);
  expect(unread).toEqual(['df row cut off']);
});
