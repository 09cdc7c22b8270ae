import { expect, test } from 'vitest';
import conntrack from '../../../src/parsers/network/conntrack-stats.ts';
import tcpdump from '../../../src/parsers/network/tcpdump.ts';
import wireguard from '../../../src/parsers/network/wireguard.ts';
import { collect, sniffs } from '../collect.ts';

const values = async (parser: typeof wireguard, text: string): Promise<unknown> =>
  (await collect(parser, text)).facts.hostValues?.map(({ topic, key, value, scope }) => [topic, key, value, scope]);

test('peers of WireGuard: heard, silent, never asked', async () => {
  const text = `interface: wg0
  public key: AAAA=
  listening port: 51820
peer: BBBB=
  endpoint: 192.0.2.15:51820
  latest handshake: 41 seconds ago
  transfer: 1 KiB received, 2 KiB sent
peer: CCCC=
  endpoint: [2001:db8::9]:51820
  transfer: 0 B received, 14.20 KiB sent
peer: DDDD=
  allowed ips: 10.52.9.0/24
`;
  expect(sniffs(wireguard, text)).toBe(true);
  expect(await values(wireguard, text)).toEqual([
    ['wireguard', '192.0.2.15:51820', 'heard', 'wg0'],
    ['wireguard', '[2001:db8::9]:51820', 'silent', 'wg0'],
    ['wireguard', 'DDDD=', 'heard', 'wg0'],
  ]);
  expect((await collect(wireguard, 'Unable to access interface: Operation not permitted\n')).unread).toHaveLength(1);
});

test('connections of a capture that nobody answers', async () => {
  const syn = (from: string, to: string, on = ''): string =>
    `10:00:31.204511 ${on}IP ${from} > ${to}: Flags [S], seq 1830042211, win 64240, length 0\n`;
  const text = `tcpdump: listening on any, link-type LINUX_SLL2 (Linux cooked v2), snapshot length 262144 bytes
${syn('10.0.0.1.40112', '192.0.2.37.80', 'eth0  Out ').repeat(2)}${syn('10.0.0.1.38920', '192.0.2.37.80', 'eth0  Out ').repeat(2)}${syn('10.0.0.1.1', '192.0.2.38.80')}${syn('10.0.0.1.2', '192.0.2.39.80').repeat(2)}10:00:32.187596 IP 192.0.2.39.80 > 10.0.0.1.2: Flags [S.], seq 1, ack 2, win 64240, length 0
`;
  expect(sniffs(tcpdump, text)).toBe(true);
  expect(await values(tcpdump, text)).toEqual([['capture', '10.0.0.1>192.0.2.37:80', '2', 'eth0']]);
  expect((await collect(tcpdump, 'permission denied\n')).unread).toHaveLength(1);
});

test('the sums of the counters of the connection table', async () => {
  const text = `cpu=0           found=4 invalid=1 insert=0 insert_failed=0 drop=0 early_drop=0 error=0
cpu=1           found=5 invalid=1 insert=0 insert_failed=13 drop=2 early_drop=0 error=2
`;
  expect(sniffs(conntrack, text)).toBe(true);
  expect(await values(conntrack, text)).toEqual([
    ['conntrack-stats', 'insert_failed', '13', undefined],
    ['conntrack-stats', 'drop', '2', undefined],
    ['conntrack-stats', 'early_drop', '0', undefined],
  ]);
  expect((await collect(conntrack, 'none\n')).unread).toHaveLength(1);
});
