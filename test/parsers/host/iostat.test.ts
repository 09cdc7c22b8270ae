import { expect, test } from 'vitest';
import parser from '../../../src/parsers/host/iostat.ts';
import { collect, sniffs } from '../collect.ts';

const NEW = `Linux 5.15.0-101-generic (node-5) 	03/01/26 	_x86_64_	(8 CPU)

avg-cpu:  %user   %nice %system %iowait  %steal   %idle
           5.01    0.00    2.11   11.20    0.00   81.68

Device            r/s     rkB/s   rrqm/s  %rrqm r_await rareq-sz     w/s     wkB/s   wrqm/s  %wrqm w_await wareq-sz  aqu-sz  %util
sda              2.00     21.00     0.00   0.00    1.11    10.41   11.00    121.00     2.00  14.03    2.33    11.76    0.10   3.20

avg-cpu:  %user   %nice %system %iowait  %steal   %idle
           5.01    0.00    2.11   61.20    0.00   31.68

Device            r/s     rkB/s   rrqm/s  %rrqm r_await rareq-sz     w/s     wkB/s   wrqm/s  %wrqm w_await wareq-sz  aqu-sz  %util
sda             12.00    221.00     0.00   0.00  812.11    18.41  411.00   8121.00   212.00  34.03 1921.33    19.76  512.10 100.00
nvme0n1          0.00      0.00     0.00   0.00    0.00     0.00    1.00      4.00     0.00   0.00    0.50     4.00    0.00   0.10

`;
const OLD = `Device:         rrqm/s   wrqm/s     r/s     w/s    rkB/s    wkB/s avgrq-sz avgqu-sz   await r_await w_await  svctm  %util
vda               0,00     3,10    0,40    9,20     6,10    71,30    16,10     0,02    2,10    1,20    2,20   0,61   0,58
`;

const values = async (text: string) => {
  const { facts, unread } = await collect(parser, text, { node: 'node-5' });
  return { unread, rows: facts.hostValues?.map(({ key, value, source }) => [key, value, source.line]) };
};

test('the last report counts, the first is the average since boot', async () => {
  expect(sniffs(parser, NEW)).toBe(true);
  expect((await values(NEW)).rows).toEqual([
    ['sda.util', '100', 13],
    ['sda.queue', '512.1', 13],
    ['sda.await', '1921.33', 13],
    ['nvme0n1.util', '0.1', 14],
    ['nvme0n1.queue', '0', 14],
    ['nvme0n1.await', '0.5', 14],
  ]);
});

test('older columns, and decimals with a comma', async () => {
  expect((await values(OLD)).rows).toEqual([
    ['vda.util', '0.58', 2],
    ['vda.queue', '0.02', 2],
    ['vda.await', '2.2', 2],
  ]);
});

test('without -x nothing is told', async () => {
  const plain = 'Device             tps    kB_read/s    kB_wrtn/s\nsda               3.00        21.00       121.00\n';
  expect(sniffs(parser, plain)).toBe(false);
  expect((await values(plain)).unread).toHaveLength(1);
});
