import { expect, test } from 'vitest';
import check from '../../../src/checks/5-node/disk-smart-failing.ts';
import { run } from '../../build.ts';

const value = (key: string, text: string, scope = '/dev/sda') => ({
  topic: 'smart',
  scope,
  key,
  value: text,
  node: 'node-1',
});

test('a disk that complains is told once, with all that it says', async () => {
  const { found, first } = await run(check, {
    facts: {
      hostValues: [
        value('health', 'FAILED!'),
        value('Current_Pending_Sector', '8'),
        value('health', 'PASSED', '/dev/sdb'),
      ],
    },
  });
  expect(found).toHaveLength(1);
  expect(first).toMatchObject({
    severity: 'critical',
    subject: { kind: 'Node', name: 'node-1' },
    message: '/dev/sda of node-1 predicts its failure: it calls itself FAILED!, Current_Pending_Sector 8',
  });
});

test.each([
  ['percentage_used', '112', 'warning'],
  ['critical_warning', '0x01', 'critical'],
  ['media_errors', '3', 'warning'],
  ['failing', 'Reallocated_Sector_Ct', 'critical'],
])('%s %s', async (key, text, severity) => {
  expect((await run(check, { facts: { hostValues: [value(key, text)] } })).first?.severity).toBe(severity);
});

test('spare blocks count against their threshold; age alone is no complaint', async () => {
  const spare = (least: string) => [value('available_spare', '8'), value('available_spare_threshold', least)];
  expect((await run(check, { facts: { hostValues: spare('10') } })).found).toHaveLength(1);
  const well = [
    ...spare('5'),
    value('Reallocated_Sector_Ct', '12'),
    value('critical_warning', '0'),
    value('health', 'OK'),
  ];
  expect((await run(check, { facts: { hostValues: well } })).outcome).toBe('passed');
});

test('what smartd logs is told of the machine', async () => {
  const lines = ['smartd[812]: Device: /dev/sda [SAT], 8 Currently unreadable (pending) sectors'];
  const { first } = await run(check, { logs: [{ class: 'host', origin: { node: 'node-1' }, lines }] });
  expect(first).toMatchObject({
    subject: { name: 'node-1' },
    message: 'A disk of node-1 has 8 sectors that it cannot read',
  });
});
