import { expect, test } from 'vitest';
import parser from '../../../src/parsers/host/time-sync.ts';
import { collect, sniffs } from '../collect.ts';

test.each<[string, object]>([
  [
    '               Local time: Mon 2025-11-03 07:02:44 UTC\n           Universal time: Mon 2025-11-03 07:02:44 UTC\nSystem clock synchronized: no\n              NTP service: inactive',
    { tool: 'timedatectl', synchronized: false },
  ],
  [
    'Reference ID    : C0000201 (ntp)\nSystem time     : 1.500000000 seconds slow of NTP time\nLeap status     : Normal',
    { tool: 'chronyc', synchronized: true, offsetSeconds: -1.5, leap: 'Normal' },
  ],
  [
    'Reference ID    : 00000000 ()\nSystem time     : 0.000000000 seconds fast of NTP time\nLeap status     : Not synchronised',
    { synchronized: false },
  ],
  [
    'MS Name/IP address         Stratum Poll Reach LastRx Last sample\n====\n^? 192.0.2.1 0 10 0 - +0ns[+0ns] +/- 0ns',
    { tool: 'chronyc', synchronized: false },
  ],
  [
    '     remote           refid      st t when poll reach   delay   offset  jitter\n====\n*192.0.2.1 .GPS. 1 u 1 64 377 0.4 -250.0 0.1',
    { tool: 'ntpq', synchronized: true, offsetSeconds: 0.25 },
  ],
  ['unsynchronised\n  time server re-starting', { tool: 'ntpstat', synchronized: false }],
])('%s', async (text, expected) => {
  expect(sniffs(parser, text)).toBe(true);
  expect((await collect(parser, text)).facts.timeSync).toMatchObject([expected]);
});

test('the clock of a machine that is out of sync is not the clock of the bundle', async () => {
  const text = (state: string) => `Universal time: Mon 2025-11-03 07:02:44 UTC\nSystem clock synchronized: ${state}`;
  expect((await collect(parser, text('yes'))).clocks).toEqual([Date.UTC(2025, 10, 3, 7, 2, 44)]);
  expect((await collect(parser, text('no'))).clocks).toEqual([]);
});

test('a daemon that does not answer is a failure of the tool', async () => {
  const { facts, unread } = await collect(parser, '506 Cannot talk to daemon');
  expect(facts.toolFailures).toMatchObject([{ tool: 'chronyc' }]);
  expect(facts.timeSync).toBeUndefined();
  expect(unread).toEqual([]);
  expect((await collect(parser, 'what time is it')).unread).toHaveLength(1);
});
