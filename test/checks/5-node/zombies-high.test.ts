import { expect, test } from 'vitest';
import check from '../../../src/checks/5-node/zombies-high.ts';
import { aNode, run } from '../../build.ts';

const list = (zombies: { name: string; parent?: string; count: number }[], node = 'node-1') => ({
  node,
  total: 900,
  zombies,
});

test('many zombies: how many, whose, and below which process', async () => {
  const { first } = await run(check, {
    facts: {
      processes: [
        // The same machine, listed without parents.
        list([{ name: 'sh', count: 41 }]),
        list([
          { name: 'sh', parent: '812 (web)', count: 40 },
          { name: 'curl', parent: '77', count: 1 },
        ]),
      ],
    },
  });
  expect(first).toMatchObject({ severity: 'info', subject: { kind: 'Node', name: 'node-1' } });
  expect(first?.message).toBe(
    '41 of the 900 processes of node-1 are zombies: 40 × sh below process 812 (web), 1 × curl below process 77',
  );
  expect(first?.evidence).toHaveLength(1);
});

test('zombies that were only counted', async () => {
  const { first } = await run(check, {
    facts: { processes: [{ node: 'node-1', zombies: [{ name: '', count: 317 }] }] },
  });
  expect(first?.message).toBe('317 processes of node-1 are zombies');
});

test('a few between exit and reaping are usual, on each of several machines', async () => {
  const processes = [list([{ name: 'sh', count: 12 }]), list([{ name: 'sh', count: 12 }], 'node-2'), list([])];
  expect((await run(check, { facts: { processes } })).outcome).toBe('passed');
});

test('two listings of one machine are not added up', async () => {
  const processes = [list([{ name: 'sh', count: 12 }]), list([{ name: 'sh', count: 12 }])];
  expect((await run(check, { facts: { processes } })).outcome).toBe('passed');
});

test('without ps', async () => {
  expect((await run(check, { objects: [aNode()] })).outcome).toBe('not-checked');
});
