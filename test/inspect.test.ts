import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { inspect, inventoryText } from '../src/inspect.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kubestrata-inspect-'));
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web-0', namespace: 'shop' } };
  const template = { apiVersion: 'v1', kind: 'PodTemplate', metadata: { name: 'r', namespace: 'shop' } };
  const event = {
    kind: 'Event',
    metadata: { name: 'e', namespace: 'shop' },
    involvedObject: { kind: 'Pod', namespace: 'shop', name: 'web-0' },
    reason: 'Pulled',
    firstTimestamp: '2025-03-07T08:00:00Z',
    lastTimestamp: '2025-03-07T09:00:00Z',
  };
  const save = (path: string, content: string | Buffer): void => {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), content);
  };
  const list = (...items: object[]) => JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
  save('cluster-resources/pods/shop.json', list(pod, template));
  save('cluster-resources/events/shop.json', list(event));
  save('cluster-resources/pods/logs/shop/web-0/app.log', '2025-03-07T07:00:00Z starting\n');
  save('execution-data/summary.txt', 'x');
  save('empty.log', '');
  save('strange\u202e.bin', 'x');
  save('picture', Buffer.from([0, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
  symlinkSync('/etc/hostname', join(folder, 'out'));
});
afterAll(() => rmSync(folder, { recursive: true }));

it('counts what is there and lists what was not read', async () => {
  const inventory = await inspect([folder]);
  expect(inventory).toMatchObject({
    schema: 'kubestrata/inventory/v1',
    layouts: ['troubleshoot'],
    collectedAt: '2025-03-07T09:00:00.000Z',
    span: { from: '2025-03-07T07:00:00.000Z', to: '2025-03-07T09:00:00.000Z' },
    files: 6,
    objects: [
      { kind: 'Event', count: 1 },
      { kind: 'Pod', count: 1 },
    ],
    otherObjects: [{ kind: 'PodTemplate', count: 1 }],
    logs: [{ class: 'container', streams: 1, lines: 1 }],
    unread: [{ file: 'picture', reason: 'binary, not read' }],
  });
  expect(inventory.filesByKind.map(({ kind, files }) => [kind, files])).toEqual([
    ['binary', 1],
    ['empty', 1],
    ['ignored', 1],
    ['kubectl-logs', 1],
    ['kubernetes-json', 2],
  ]);
  expect(inventory.filesByKind.reduce((all, { bytes }) => all + bytes, 0)).toBe(inventory.bytes);
  expect(inventory.refused.map(({ reason }) => reason)).toEqual([
    'symbolic link, not followed',
    'name with control characters',
  ]);
  expect(inventory.largest[0]?.path).toBe('cluster-resources/events/shop.json');
});

it('reads as text, without a control character of the bundle', async () => {
  const text = inventoryText(await inspect([folder]));
  expect(text).toContain('Layouts: troubleshoot');
  expect(text).toMatch(/Pod +1\n/);
  expect(text).toMatch(/picture:?\d* +binary, not read/);
  // oxlint-disable-next-line no-control-regex
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
});
