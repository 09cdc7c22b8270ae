import { expect, it } from 'vitest';
import check from '../../../src/checks/3-networking/net-large-packets-fail.ts';
import { run } from '../../build.ts';

const ping = (packetBytes: number, lossPercent: number, mtu?: number) =>
  ({
    tool: 'ping',
    target: '10.0.3.5',
    address: '10.0.3.5',
    outcome: lossPercent === 100 ? 'timeout' : 'ok',
    lossPercent,
    packetBytes,
    ...(mtu === undefined ? {} : { mtu }),
  }) as const;

it('tells sizes that get through from sizes that do not', async () => {
  const { first } = await run(check, { facts: { probes: [ping(84, 0), ping(1428, 100), ping(1500, 100, 1450)] } });
  expect(first).toMatchObject({ severity: 'critical', variant: 'ping' });
  expect(first?.message).toContain('1428 bytes');
  expect(first?.message).toContain('84 bytes get through');
  expect(first?.message).toContain('1450');
});

it('tells the MTU that an error names, and reads it in logs', async () => {
  expect((await run(check, { facts: { probes: [ping(1500, 100, 1430)] } })).first?.severity).toBe('warning');
  const logs = [{ class: 'host' as const, lines: ['Configured MTU is larger than detected host interface MTU'] }];
  expect((await run(check, { logs })).first?.message).toContain('host interface MTU');
});

const links = (tunnelMtu: string, extra: Readonly<Record<string, string>> = {}) => {
  const values = {
    'ens1.mtu': '1420',
    'flannel.1.mtu': tunnelMtu,
    'flannel.1.flags': 'BROADCAST,MULTICAST,UP,LOWER_UP',
    ...extra,
  };
  return Object.entries(values).map(([key, value]) => ({ topic: 'network', node: 'node-1', key, value }));
};

it('tells the tunnel whose packets do not fit the interface below', async () => {
  const { first } = await run(check, { facts: { hostValues: links('1450') } });
  expect(first).toMatchObject({ variant: 'mtu', severity: 'critical', related: [{ kind: 'Node', name: 'node-1' }] });
  expect(first?.message).toContain(
    'flannel.1 takes packets of 1450 bytes (MTU), of which ens1 below it (MTU 1420) carries 1370',
  );
  const both = await run(check, { facts: { hostValues: links('1450'), probes: [ping(84, 0), ping(1428, 100)] } });
  expect(both.found.map(({ variant }) => variant)).toEqual(['ping']);
  expect(both.first?.message).toContain('on node-1 flannel.1');
});

it('says nothing of tunnels that fit, are down, or lie over an interface that nobody told', async () => {
  for (const hostValues of [
    links('1370'),
    links('1450', { 'flannel.1.flags': 'BROADCAST,MULTICAST' }),
    links('1450', { 'ens2.mtu': '9000' }),
    links('1450', { 'ens2.mtu': '9000', 'flannel.1.below': 'ens2' }),
  ])
    expect((await run(check, { facts: { hostValues } })).outcome).toBe('passed');
});

it('says nothing of hosts that lose all sizes or none', async () => {
  expect((await run(check, { facts: { probes: [ping(84, 100), ping(1428, 100)] } })).outcome).toBe('passed');
  expect((await run(check, { facts: { probes: [ping(84, 0), ping(1500, 0)] } })).outcome).toBe('passed');
  expect((await run(check, {})).outcome).toBe('not-checked');
});
