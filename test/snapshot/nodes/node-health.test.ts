import { expect, test } from 'vitest';
import { machineOf, onlyMachine } from '../../../src/snapshot/nodes/node-health.ts';
import { aNode, snapshotOf } from '../../build.ts';

const journal = (host: string) => ({
  class: 'host' as const,
  lines: [`Mar 01 11:50:00 ${host} kubelet[866]: I0301 11:50:00.1 866 a.go:1] "fine"`],
});

test('host evidence without a name is of the one machine that the rest is of', async () => {
  const objects = [aNode('node-1'), aNode('node-2')];
  const one = await snapshotOf({ objects, logs: [journal('node-2')] });
  expect(machineOf(one, {})).toBe('node-2');
  const two = await snapshotOf({ objects, logs: [journal('node-1'), journal('node-2')] });
  expect(onlyMachine(two)).toBeUndefined();
  expect(machineOf(two, {})).toBe('(unnamed)');
  expect(machineOf(two, { node: 'node-1' })).toBe('node-1');
});

test('a single-node cluster has one machine', async () => {
  expect(machineOf(await snapshotOf({ objects: [aNode('solo')] }), {})).toBe('solo');
});

test('a host may call itself by its full domain name or its address', async () => {
  const snapshot = await snapshotOf({
    objects: [
      aNode('node-1'),
      aNode('node-2', { status: { addresses: [{ type: 'InternalIP', address: '192.0.2.12' }] } }),
    ],
  });
  expect(machineOf(snapshot, { node: 'node-1.example.com' })).toBe('node-1');
  expect(machineOf(snapshot, { node: '192.0.2.12' })).toBe('node-2');
  expect(machineOf(snapshot, { node: 'elsewhere' })).toBe('elsewhere');
});

test('nothing named at all', async () => {
  expect(onlyMachine(await snapshotOf({}))).toBeUndefined();
});
