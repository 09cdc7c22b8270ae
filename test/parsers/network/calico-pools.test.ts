import { expect, test } from 'vitest';
import parser from '../../../src/parsers/network/calico-pools.ts';
import { collect, sniffs } from '../collect.ts';

test('pools with and without masquerading', async () => {
  const text = `NAME     CIDR             NAT     IPIPMODE   VXLANMODE   DISABLED   SELECTOR
inner    10.42.0.0/16     true    Never      Always      false      all()
outer    192.0.2.128/26   false   Never      Never       false      all()
`;
  expect(sniffs(parser, text)).toBe(true);
  const { facts } = await collect(parser, text);
  expect(facts.hostValues?.map(({ topic, key, value }) => [topic, key, value])).toEqual([
    ['ippool', 'inner', '10.42.0.0/16 nat'],
    ['ippool', 'outer', '192.0.2.128/26 no-nat'],
  ]);
});

test('another listing of calicoctl is not read', async () => {
  expect((await collect(parser, 'NAME\nwk-1\n')).unread).toHaveLength(1);
});
