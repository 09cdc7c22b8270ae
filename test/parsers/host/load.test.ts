import { expect, test } from 'vitest';
import load from '../../../src/parsers/host/load.ts';
import { run } from '../kubectl/run.ts';

const values = (text: string) =>
  run(load, text).facts.map(
    ({ record }) => `${String(record['topic'])}/${String(record['key'])}=${String(record['value'])}`,
  );

test('top and uptime, old and new, with decimal commas', () => {
  expect(
    values(`top - 10:00:00 up 81 days,  3:11,  2 users,  load average: 181.20, 170.11, 166.90
Tasks: 911 total,  61 running
%Cpu(s): 11.2 us, 71.2 sy,  0.0 ni,  1.1 id, 14.5 wa,  0.0 hi,  2.0 si,  0.0 st`),
  ).toEqual([
    'os/loadavg=181.20 170.11 166.90',
    'cpu/user=11.2',
    'cpu/system=71.2',
    'cpu/nice=0.0',
    'cpu/idle=1.1',
    'cpu/iowait=14.5',
    'cpu/irq=0.0',
    'cpu/softirq=2.0',
    'cpu/steal=0.0',
  ]);
  expect(values(' 10:00:00 up 1 day,  1 user,  load average: 0,20, 0,11, 0,05')).toEqual(['os/loadavg=0.20 0.11 0.05']);
  expect(values('Cpu(s):  3.1%us,  1.0%sy,  0.0%ni, 95.9%id')).toContain('cpu/idle=95.9');
  expect(run(load, 'nothing').unread).toEqual(['no load in it']);
});
