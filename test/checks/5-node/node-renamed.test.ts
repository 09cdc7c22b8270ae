import { expect, test } from 'vitest';
import check from '../../../src/checks/5-node/node-renamed.ts';
import { ago, aNode, run } from '../../build.ts';

const at = (name: string, address: string, ready: 'True' | 'Unknown', age: number) =>
  aNode(name, {
    metadata: { creationTimestamp: ago(age) },
    status: { addresses: [{ type: 'InternalIP', address }], conditions: [{ type: 'Ready', status: ready }] },
  });

test('a machine that came back under another name', async () => {
  const { first } = await run(check, {
    objects: [at('quay-1', '192.0.2.7', 'Unknown', 90_000), at('localhost', '192.0.2.7', 'True', 600)],
  });
  expect(first?.subject.name).toBe('quay-1');
  expect(first?.message).toContain('registered anew as localhost');
  expect(first?.evidence).toHaveLength(2);
});

test.each([
  ['an address of its own', '192.0.2.7', at('quay-2', '192.0.2.8', 'True', 600)],
  ['both are down', '192.0.2.7', at('quay-2', '192.0.2.7', 'Unknown', 600)],
  ['the one that works was there first', '192.0.2.7', at('quay-2', '192.0.2.7', 'True', 990_000)],
  ['the address that every machine of VirtualBox has', '10.0.2.15', at('quay-2', '10.0.2.15', 'True', 600)],
])('is silent: %s', async (_, address, other) => {
  expect((await run(check, { objects: [at('quay-1', address, 'Unknown', 90_000), other] })).outcome).toBe('passed');
});

test('says so when it cannot know', async () => {
  expect((await run(check, {})).outcome).toBe('not-checked');
});
