import { expect, test } from 'vitest';
import check from '../../../src/checks/5-node/nic-link-down.ts';
import { run } from '../../build.ts';

const source = { file: 'ip-addr.txt', line: 3, text: '3: eth1: <NO-CARRIER,BROADCAST,MULTICAST,UP> …' };
const interfaces = (name: string, values: Readonly<Record<string, string>>) => ({
  facts: {
    hostValues: Object.entries(values).map(([key, value]) => ({
      topic: 'network',
      key: `${name}.${key}`,
      value,
      node: 'node-1',
      source,
    })),
  },
});
const DOWN = { flags: 'NO-CARRIER,BROADCAST,MULTICAST,UP', state: 'DOWN' };

test('an interface with an address and without a link is told', async () => {
  const { first } = await run(check, interfaces('eth1.20', { ...DOWN, address: '10.20.0.7/24' }));
  expect(first).toMatchObject({ subject: { kind: 'Node', name: 'node-1' }, severity: 'warning', evidence: [source] });
  expect(first?.message).toBe('eth1.20 of node-1 (10.20.0.7/24) has no link: NO-CARRIER');
  const told = await run(check, interfaces('ens3', { flags: 'BROADCAST', link: 'no', address: '10.20.0.7/24' }));
  expect(told.first?.message).toContain('Link detected: no');
});

test('unused ports, bridges without members and interfaces in use are no trouble', async () => {
  const found = async (name: string, values: Readonly<Record<string, string>>) =>
    (await run(check, interfaces(name, values))).found;
  expect(await found('eth1', DOWN)).toEqual([]);
  expect(await found('eth1', { ...DOWN, address: 'fe80::5054:ff:fe12:3456/64' })).toEqual([]);
  expect(await found('docker0', { ...DOWN, address: '172.17.0.1/16' })).toEqual([]);
  expect(await found('eth0', { flags: 'UP,LOWER_UP', state: 'UP', link: 'yes', address: '10.20.0.7/24' })).toEqual([]);
});
