import { expect, test } from 'vitest';
import parser from '../../../src/parsers/network/conntrack-list.ts';
import { collect, sniffs } from '../collect.ts';

const TEXT = `udp      17 29 src=10.244.5.12 dst=10.96.7.13 sport=43145 dport=8125 [UNREPLIED] src=10.244.5.24 dst=10.244.5.12 sport=8125 dport=43145 mark=0 use=1
udp      17 29 src=10.244.5.18 dst=10.96.7.13 sport=50751 dport=8125 src=10.244.5.24 dst=10.244.5.18 sport=8125 dport=50751 [ASSURED] mark=0 use=1
ipv4     2 tcp      6 86390 ESTABLISHED src=10.244.5.12 dst=10.96.0.1 sport=40112 dport=443 src=192.0.2.10 dst=10.244.5.12 sport=6443 dport=40112 [ASSURED] mark=0 zone=0 use=2
udp      17 12 src=10.244.5.12 dst=192.0.2.53 sport=40113 dport=53 src=192.0.2.53 dst=10.244.5.12 sport=53 dport=40113 mark=0 use=1
`;

test('where the destination was changed, once for each target', async () => {
  expect(sniffs(parser, TEXT)).toBe(true);
  const { facts } = await collect(parser, TEXT);
  expect(facts.hostValues?.map(({ topic, key, value, scope }) => [topic, key, value, scope])).toEqual([
    ['conntrack-dnat', 'udp 10.96.7.13:8125', '10.244.5.24:8125', undefined],
    ['conntrack-dnat', 'tcp 10.96.0.1:443', '192.0.2.10:6443', undefined],
  ]);
});

test('no entry, and another text', async () => {
  const none = 'conntrack v1.4.7 (conntrack-tools): 0 flow entries have been shown.\n';
  expect((await collect(parser, none)).unread).toEqual([]);
  expect((await collect(parser, 'Operation not permitted\n')).unread).toHaveLength(1);
});
