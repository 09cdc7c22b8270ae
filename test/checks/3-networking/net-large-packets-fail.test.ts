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

it('says nothing of hosts that lose all sizes or none', async () => {
  expect((await run(check, { facts: { probes: [ping(84, 100), ping(1428, 100)] } })).outcome).toBe('passed');
  expect((await run(check, { facts: { probes: [ping(84, 0), ping(1500, 0)] } })).outcome).toBe('passed');
  expect((await run(check, {})).outcome).toBe('not-checked');
});
