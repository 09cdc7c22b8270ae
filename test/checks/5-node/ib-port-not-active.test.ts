import { describe, expect, test } from 'vitest';
import check from '../../../src/checks/5-node/ib-port-not-active.ts';
import { aNode, run } from '../../build.ts';

const port = (node: string, over: object = {}) => ({
  node,
  adapter: 'mlx5_3',
  port: 1,
  adapterType: 'MT4129',
  state: 'Active',
  physicalState: 'LinkUp',
  rate: 400,
  linkLayer: 'InfiniBand',
  ...over,
});
const down = { state: 'Down', physicalState: 'Polling', rate: 10 };
const judge = async (...fabricPorts: ReturnType<typeof port>[]) => run(check, { facts: { fabricPorts } });

test('down where the others are active', async () => {
  const { first, found } = await judge(port('gpu-1', down), port('gpu-2'), port('gpu-3'));
  expect(found).toHaveLength(1);
  expect(first).toMatchObject({ severity: 'critical', subject: { kind: 'Node', name: 'gpu-1' } });
  expect(first?.message).toBe(
    'mlx5_3 port 1 of gpu-1 is Down, physically Polling; the same port is active on 2 of 2 other machines',
  );
});

test('one peer convinces less', async () => {
  const { first } = await judge(port('gpu-1', down), port('gpu-2'));
  expect(first).toMatchObject({ severity: 'warning', confidence: 'medium' });
});

test('a link without a subnet manager needs no peers', async () => {
  const { first } = await judge(port('gpu-1', { state: 'Initializing' }));
  expect(first).toMatchObject({ severity: 'critical', variant: 'subnet:mlx5_3 port 1' });
  expect(first?.message).toContain('no subnet manager has configured it');
});

test('slower than the others', async () => {
  const { first } = await judge(port('gpu-1', { rate: 200 }), port('gpu-2'), port('gpu-3'));
  expect(first).toMatchObject({ severity: 'warning', variant: 'rate:mlx5_3 port 1' });
  expect(first?.message).toContain('runs at 200 Gb/s, the same port of 2 other machines at 400 Gb/s');
});

describe('silent', () => {
  test.each([
    ['all are active', [port('gpu-1'), port('gpu-2'), port('gpu-3')]],
    ['nobody cabled it anywhere', [port('gpu-1', down), port('gpu-2', down), port('gpu-3', down)]],
    ['most machines do without it', [port('gpu-1', down), port('gpu-2', down), port('gpu-3')]],
    ['one machine alone', [port('gpu-1', down)]],
    [
      'another model in the other machines',
      [port('gpu-1', { ...down, adapterType: 'MT4123' }), port('gpu-2'), port('gpu-3')],
    ],
    ['an Ethernet port that waits', [port('gpu-1', { state: 'Initializing', linkLayer: 'Ethernet' })]],
  ])('%s', async (_, ports) => {
    expect((await judge(...ports)).outcome).toBe('passed');
  });
});

test('without ibstat', async () => {
  expect((await run(check, { objects: [aNode()] })).outcome).toBe('not-checked');
});
