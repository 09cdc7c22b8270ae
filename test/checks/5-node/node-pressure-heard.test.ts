import { expect, test } from 'vitest';
import disk from '../../../src/checks/5-node/node-disk-pressure.ts';
import memory from '../../../src/checks/5-node/node-memory-pressure.ts';
import { aPod, run } from '../../build.ts';

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
