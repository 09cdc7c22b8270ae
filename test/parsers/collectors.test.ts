/** Files that only collectors write: when they ran, the logs of a dump, the mounts of Talos. */
import { expect, test } from 'vitest';
import collectionTime from '../../src/parsers/collection-time.ts';
import talosMounts from '../../src/parsers/host/talos-mounts.ts';
import dumpLogs from '../../src/parsers/logs/dump-logs.ts';
import { collect, sniffs } from './collect.ts';

test('timestamp of must-gather: begin and end, in any zone', async () => {
  const text = `2025-03-07 09:30:06.513780025 +0000 UTC m=+0.659829991
2025-03-07 11:34:13.632016778 +0200 CEST m=+138.368642668`;
  expect(sniffs(collectionTime, text)).toBe(true);
  const { clocks, unread } = await collect(collectionTime, text);
  expect(clocks.map((time) => new Date(time).toISOString().slice(0, 19))).toEqual([
    '2025-03-07T09:30:06',
    '2025-03-07T09:34:13',
  ]);
  expect(unread).toEqual([]);
});

test('metadata.yaml of support-bundle-kit', async () => {
  const text = `bundlename: supportbundle\nbundleversion: 0.1.0\nkubernetesversion: v1.28.4\nbundlecreatedat: "2025-03-07T09:30:00Z"\n`;
  expect(sniffs(collectionTime, text)).toBe(true);
  const { clocks, facts } = await collect(collectionTime, text);
  expect(clocks).toEqual([Date.UTC(2025, 2, 7, 9, 30)]);
  expect(facts.hostValues).toMatchObject([{ topic: 'version', key: 'server', value: 'v1.28.4' }]);
  expect(sniffs(collectionTime, 'kind: Metadata\nname: x')).toBe(false);
});

test('logs.txt of a dump: each container is a log of its own', async () => {
  const text = `==== START logs for container init of pod shop/web-0 ====
==== END logs for container init of pod shop/web-0 ====
==== START logs for container app of pod shop/web-0 ====
starting
panic: no such table
==== END logs for container app of pod shop/web-0 ====
==== START logs for container side of pod shop/web-0 ====
Request log error: the server rejected our request
==== END logs for container side of pod shop/web-0 ====
`;
  expect(sniffs(dumpLogs, text)).toBe(true);
  const { logs, unread } = await collect(dumpLogs, text);
  expect(
    logs.map(({ origin, lines, class: cls }) => [origin.namespace, origin.pod, origin.container, lines, cls]),
  ).toEqual([
    ['shop', 'web-0', 'init', 0, 'container'],
    ['shop', 'web-0', 'app', 2, 'container'],
    ['shop', 'web-0', 'side', 1, 'container'],
  ]);
  expect(logs[1]?.origin.firstLine).toBe(4);
  expect(unread).toEqual(['no log: the server rejected our request']);
});

test('talosctl mounts: disks, with and without the column of the machine', async () => {
  const text = `FILESYSTEM       SIZE(GB)   USED(GB)   AVAILABLE(GB)   PERCENT USED   MOUNTED ON
none             16.63      0.00       16.63           0.00%          /dev
/dev/loop1       0.07       0.07       0.00            100.00%        /
/dev/nvme0n1p6   254.67     249.58     5.09            98.00%         /var
overlay          254.67     249.58     5.09            98.00%         /opt
???`;
  expect(sniffs(talosMounts, text)).toBe(true);
  const { facts, unread } = await collect(talosMounts, text);
  expect(facts.filesystems).toMatchObject([
    { device: '/dev/nvme0n1p6', mount: '/var', sizeBytes: 254_670_000_000, usedPercent: 98, source: { line: 4 } },
  ]);
  expect(unread).toEqual(['no row of talosctl mounts']);
  const wide = `NODE       FILESYSTEM   SIZE(GB)   USED(GB)   AVAILABLE(GB)   PERCENT USED   MOUNTED ON
10.0.0.1   /dev/sda4    10.00      1.00       9.00            10.00%         /var`;
  expect(sniffs(talosMounts, wide)).toBe(true);
  expect((await collect(talosMounts, wide)).facts.filesystems).toMatchObject([
    { device: '/dev/sda4', usedPercent: 10 },
  ]);
});
