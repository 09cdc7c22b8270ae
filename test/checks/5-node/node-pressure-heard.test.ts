import { expect, test } from 'vitest';
import disk from '../../../src/checks/5-node/node-disk-pressure.ts';
import memory from '../../../src/checks/5-node/node-memory-pressure.ts';
import { anEvent, aPod, run } from '../../build.ts';

const evicted = aPod('web-0', {
  status: {
    phase: 'Failed',
    reason: 'Evicted',
    message: 'The node was low on resource: memory. Threshold quantity: 100Mi, available: 71340Ki.',
    containerStatuses: [],
  },
});

test('an evicted pod tells of its node, where nothing else does', async () => {
  const { first, outcome } = await run(memory, { objects: [evicted] });
  expect(outcome).toBe('failed');
  expect(first).toMatchObject({ subject: { kind: 'Node', name: 'node-1' } });
});

test('pods that say nothing of it are no proof of health', async () => {
  expect((await run(disk, { objects: [evicted] })).outcome).toBe('not-checked');
  expect((await run(memory, { objects: [aPod()] })).outcome).toBe('not-checked');
});

test('an eviction without a node is of one all the same, with its numbers and its pod', async () => {
  const message =
    'The node was low on resource: ephemeral-storage. Threshold quantity: 2146223340, available: 1883424Ki. Container app was using 10Mi, request is 0';
  const { first } = await run(disk, { objects: [anEvent({ kind: 'Pod', name: 'web-0' }, 'Evicted', message)] });
  expect(first).toMatchObject({ subject: { kind: 'Node' }, related: [{ kind: 'Pod', name: 'web-0' }] });
  expect(first?.message).toContain('Threshold quantity: 2146223340, available: 1883424Ki');
});

test('a node that refuses pods under pressure', async () => {
  const { first } = await run(disk, {
    objects: [anEvent({ kind: 'Pod', name: 'web-0' }, 'Evicted', 'Pod The node had condition: [DiskPressure].')],
  });
  expect(first).toMatchObject({ subject: { kind: 'Node' } });
});
