import { expect, test } from 'vitest';
import check from '../../../src/checks/5-node/bond-degraded.ts';
import parser from '../../../src/parsers/host/bonding.ts';
import { run } from '../../build.ts';
import { collect, sniffs } from '../collect.ts';

const BOND = `Ethernet Channel Bonding Driver: v6.1.0-27-amd64

Bonding Mode: IEEE 802.3ad Dynamic link aggregation
MII Status: up
MII Polling Interval (ms): 100

802.3ad info
Active Aggregator Info:
\tAggregator ID: 1
\tPartner Mac Address: 02:00:00:00:00:07

Slave Interface: ens2f0
MII Status: up
Link Failure Count: 0

Slave Interface: ens2f1
MII Status: up
Link Failure Count: 2`;

const facts = async (text: string, file = 'proc/net/bonding/bond1') =>
  (await collect(parser, text, { node: 'node-1', file })).facts.hostValues ?? [];

test('reads a bond and its members', async () => {
  expect(sniffs(parser, BOND)).toBe(true);
  expect(sniffs(parser, 'MII Status: up')).toBe(false);
  expect((await facts(BOND)).map(({ scope, key, value }) => `${scope} ${key}: ${value}`)).toEqual([
    'bond1 mode: IEEE 802.3ad Dynamic link aggregation',
    'bond1 mii: up',
    'bond1 mii-polling: 100',
    'bond1 partner: 02:00:00:00:00:07',
    'bond1 ens2f0.mii: up',
    'bond1 ens2f0.failures: 0',
    'bond1 ens2f1.mii: up',
    'bond1 ens2f1.failures: 2',
  ]);
  expect((await facts(BOND, 'net.txt'))[0]?.scope).toBe('a bond');
});

test('a member that is down, links that nobody watches, a switch that does not answer', async () => {
  const found = async (text: string) =>
    (await run(check, { facts: { hostValues: await facts(text) } })).found.map(({ variant, message }) => [
      variant,
      message,
    ]);
  const down = BOND.replace(/up(?=\nLink Failure Count: 2)/, 'down');
  expect(await found(BOND)).toEqual([]);
  expect(await found(down)).toEqual([[undefined, 'Member ens2f1 of bond1 is down']]);
  expect(await found(down.replace('(ms): 100', '(ms): 0'))).toMatchObject([
    ['unwatched', expect.stringContaining('miimon is not set')],
  ]);
  expect(await found(down.replace('(ms): 100', '(ms): 0\nARP Polling Interval (ms): 500'))).toEqual([
    [undefined, 'Member ens2f1 of bond1 is down'],
  ]);
  expect(await found(BOND.replace('02:00:00:00:00:07', '00:00:00:00:00:00'))).toMatchObject([
    ['no-lacp', expect.stringContaining('no partner answers')],
  ]);
  // Nobody reads the links of one that is not watched: all up is silence.
  expect(await found(BOND.replace('(ms): 100', '(ms): 0'))).toEqual([]);
});
