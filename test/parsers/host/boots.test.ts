import { expect, it } from 'vitest';
import check from '../../../src/checks/5-node/node-rebooted.ts';
import parser from '../../../src/parsers/host/boots.ts';
import { run } from '../../build.ts';
import { collect, sniffs } from '../collect.ts';

const id = (n: number): string => String(n).repeat(32);
const old = (n: number, from: string, to: string): string => ` ${n} ${id(-n)} Tue ${from} UTC—Tue ${to} UTC`;
const text = [
  old(-3, '2026-03-01 08:00:00', '2026-03-02 09:10:00'),
  old(-2, '2026-03-02 09:11:00', '2026-03-02 09:40:00'),
  old(-1, '2026-03-02 09:41:00', '2026-03-02 10:05:00'),
  old(-0, '2026-03-02 10:06:00', '2026-03-02 10:30:00'),
].join('\n');
const recent = `IDX BOOT ID                          FIRST ENTRY                 LAST ENTRY
 -1 ${id(1)} Tue 2026-03-02 09:41:00 CET Tue 2026-03-02 10:05:00 CET
  0 ${id(2)} Tue 2026-03-02 10:06:00 CET Tue 2026-03-02 10:30:00 CET`;

it('knows both forms of the list', async () => {
  for (const list of [text, recent]) expect(sniffs(parser, list)).toBe(true);
  const { facts } = await collect(parser, recent, { node: 'node-1' });
  expect(facts.hostValues).toMatchObject([
    { topic: 'boot', node: 'node-1', key: '-1', value: '2026-03-02T09:41:00' },
    { topic: 'boot', node: 'node-1', key: '0', value: '2026-03-02T10:06:00' },
  ]);
  expect(sniffs(parser, 'Mar 02 10:06:00 node-1 kernel: Linux version 6.1.0')).toBe(false);
});

it('a machine that goes down again and again is a finding, one that was rebooted now and then is none', async () => {
  const boots = async (list: string) => {
    const { facts } = await collect(parser, list, { node: 'node-1' });
    return run(check, { facts: { hostValues: facts.hostValues ?? [] } });
  };
  const often = `${old(-4, '2026-03-02 09:02:00', '2026-03-02 09:08:00')}\n${text}`;
  const { first } = await boots(often);
  expect(first).toMatchObject({ variant: 'often', subject: { kind: 'Node', name: 'node-1' } });
  expect(first?.message).toBe('node-1 was booted 4 times within 64 min');
  expect((await boots(text)).found).toEqual([]);
  // The day on which it was installed.
  const years = (list: string) => list.replaceAll('2026-', '2025-');
  expect((await boots(years(often))).first).toMatchObject({ state: 'historic' });
});
