import { expect, test } from 'vitest';
import parser from '../../../src/parsers/network/firewalld.ts';
import { collect, sniffs } from '../collect.ts';

const values = async (text: string) =>
  (await collect(parser, text)).facts.hostValues?.map(({ topic, key, value }) => [topic, key, value]);

test('the active zone, and chains that reject the rest', async () => {
  const zone = 'internal (active)\n  target: default\n  icmp-block-inversion: no\n  interfaces: eth0\n';
  expect(sniffs(parser, zone)).toBe(true);
  expect(await values(zone)).toEqual([['firewalld', 'zone', 'internal']]);
  const table =
    'table inet firewalld {\n\tchain filter_FORWARD {\n\t\tct state { established } accept\n\t\treject with icmpx admin-prohibited\n\t}\n}\n';
  expect(sniffs(parser, table)).toBe(true);
  expect(await values(table)).toEqual([
    ['firewalld', 'status', 'running'],
    ['firewalld', 'filter_FORWARD.rejects', 'reject with icmpx admin-prohibited'],
  ]);
});

test('a firewall that is off, and a text of something else', async () => {
  expect(await values('not running\n')).toEqual([['firewalld', 'status', 'not running']]);
  expect((await collect(parser, 'usage: see --help\n')).unread).toHaveLength(1);
});
