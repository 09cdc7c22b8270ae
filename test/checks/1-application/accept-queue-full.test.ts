import { expect, it } from 'vitest';
import check from '../../../src/checks/1-application/accept-queue-full.ts';
import parser from '../../../src/parsers/network/host-network.ts';
import { run } from '../../build.ts';
import { collect } from '../../parsers/collect.ts';

const HEAD = 'State   Recv-Q  Send-Q  Local Address:Port  Peer Address:Port  Process';
const ss = async (row: string) => {
  const { facts } = await collect(parser, `${HEAD}\n${row}\n`, { node: 'node-1' });
  return run(check, { facts: { hostValues: facts.hostValues ?? [] } });
};

it('tells the program whose queue is full, and how many wait', async () => {
  const { first } = await ss(
    'LISTEN  129     128     0.0.0.0:8080        0.0.0.0:*          users:(("java",pid=2211,fd=88))',
  );
  expect(first?.subject).toMatchObject({ kind: 'Node', name: 'node-1' });
  expect(first?.message).toBe(
    'java on 0.0.0.0:8080 does not take its connections: 129 wait, of 128 that may (Recv-Q of ss)',
  );
});

it('is silent below the limit, and about sockets that listen to nothing yet', async () => {
  for (const row of [
    'LISTEN 3 128 0.0.0.0:8080 0.0.0.0:*',
    'LISTEN 0 0 0.0.0.0:8080 0.0.0.0:*',
    'UNCONN 500 0 0.0.0.0:53 0.0.0.0:*',
  ])
    expect((await ss(row)).found).toEqual([]);
});
