import { expect, test } from 'vitest';
import parser from '../../../src/parsers/network/ipvs.ts';
import { collect, sniffs } from '../collect.ts';

const TEXT = `IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port Scheduler Flags
  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn
TCP  10.96.0.10:53 rr
  -> 10.42.0.17:53                Masq    1      0          12
  -> 10.42.1.9:53                 Masq    0      2          0
UDP  [fd00::a]:53 rr persistent 10800
TCP  192.0.2.40:443 rr
`;

test('virtual servers with the number of their backends', async () => {
  expect(sniffs(parser, TEXT)).toBe(true);
  const { facts } = await collect(parser, TEXT);
  expect(facts.hostValues?.map(({ topic, key, value, scope }) => [topic, scope, key, value])).toEqual([
    ['ipvs', 'TCP', '10.96.0.10:53', '1'],
    ['ipvs', 'UDP', '[fd00::a]:53', '0'],
    ['ipvs', 'TCP', '192.0.2.40:443', '0'],
  ]);
});

test('a text without any is unread', async () => {
  expect((await collect(parser, 'Memory allocation problem\n')).unread).toHaveLength(1);
});
