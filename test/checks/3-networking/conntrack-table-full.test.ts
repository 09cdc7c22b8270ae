import { describe, expect, it } from 'vitest';
import check from '../../../src/checks/3-networking/conntrack-table-full.ts';
import { run } from '../../build.ts';

const values = (count: number, max = 1000) => ({
  hostValues: [
    { topic: 'sysctl', key: 'net.netfilter.nf_conntrack_count', value: String(count), node: 'n1' },
    { topic: 'sysctl', key: 'net.netfilter.nf_conntrack_max', value: String(max), node: 'n1' },
  ],
});

describe('conntrack-table-full', () => {
  it('the kernel says so', async () => {
    const { first } = await run(check, {
      logs: [
        {
          class: 'kernel',
          origin: { node: 'n1' },
          lines: ['[12.5] nf_conntrack: nf_conntrack: table full, dropping packet'],
        },
      ],
    });
    expect(first).toMatchObject({ subject: { node: 'n1' }, message: expect.stringContaining('n1 is full') });
  });

  it.each([
    [1000, 'critical'],
    [880, 'warning'],
    [400, undefined],
  ])('counts %d of 1000: %s', async (count, severity) => {
    const { first, outcome } = await run(check, { facts: values(count) });
    expect(first?.severity).toBe(severity);
    if (severity === undefined) expect(outcome).toBe('passed');
    else expect(first?.message).toContain(`${count} of 1000 entries`);
  });

  it('a limit of another machine is no limit', async () => {
    const [count, max] = values(1000).hostValues;
    const facts = { hostValues: [count!, { ...max!, node: 'n2' }] };
    expect((await run(check, { facts })).outcome).toBe('passed');
    expect((await run(check, {})).outcome).toBe('not-checked');
  });
});
