import { expect, test } from 'vitest';
import check from '../../../src/checks/5-node/node-machine-id-shared.ts';
import { aNode, run } from '../../build.ts';

const numbered = (name: string, machineID: string) => aNode(name, { status: { nodeInfo: { machineID } } });

test('machines with one number', async () => {
  const { first } = await run(check, { objects: [numbered('n1', 'a1'), numbered('n2', 'a1'), numbered('n3', 'a3')] });
  expect(first?.message).toBe('2 nodes have the machine-id a1: n1, n2');
  expect(first?.evidence).toHaveLength(2);
});

test('is silent where each has its own, or none is known', async () => {
  expect((await run(check, { objects: [numbered('n1', 'a1'), numbered('n2', 'a2')] })).outcome).toBe('passed');
  expect((await run(check, { objects: [numbered('n1', ''), numbered('n2', '')] })).outcome).toBe('passed');
});

test('says so when it cannot know', async () => {
  expect((await run(check, {})).outcome).toBe('not-checked');
});
