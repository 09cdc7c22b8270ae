import { expect, test } from 'vitest';
import { paste } from '../../paste.ts';

const evicted = (minute: number, pod: string, node = 'quill-1'): string =>
  `I0301 10:${String(minute).padStart(2, '0')}:30.000000       1 evictions.go:160] "Evicted pod" pod="ink/${pod}" reason="" strategy="LowNodeUtilization" node="${node}" profile="default"`;
const told = async (lines: readonly string[]): Promise<readonly string[]> =>
  (await paste({ 'descheduler.log': `${lines.join('\n')}\n` })).findings
    .filter(({ check }) => check === 'descheduler-evicts-in-circles')
    .map(({ message }) => message);

test('pods of one workload that come back to the node from which they were evicted', async () => {
  const lines = [
    evicted(0, 'inker-6d5f8c7b9-x2x4l'),
    evicted(0, 'inker-6d5f8c7b9-b7k9q'),
    evicted(5, 'inker-6d5f8c7b9-zz4vd'),
    evicted(10, 'inker-6d5f8c7b9-c8c8c'),
  ];
  expect(await told(lines)).toEqual([
    'The descheduler has evicted pods of inker from node quill-1 in 3 rounds, each time by LowNodeUtilization: the new ones come back there',
  ]);
});

test('says nothing of one round, or of evictions from several nodes', async () => {
  const names = ['inker-6d5f8c7b9-x2x4l', 'inker-6d5f8c7b9-b7k9q', 'inker-6d5f8c7b9-zz4vd'];
  expect(await told(names.map((name) => evicted(0, name)))).toEqual([]);
  expect(await told(names.map((name, i) => evicted(5 * i, name, `quill-${i}`)))).toEqual([]);
});

test('old releases name no node, and events tell it as well', async () => {
  const old = (minute: number, pod: string, why = 'RemoveDuplicatePods') =>
    `I0301 10:${String(minute).padStart(2, '0')}:30.000000       1 evictions.go:160] "Evicted pod" pod="ink/${pod}" reason="${why}"`;
  const names = ['inker-6d5f8c7b9-x2x4l', 'inker-6d5f8c7b9-b7k9q', 'inker-6d5f8c7b9-zz4vd'];
  const words = [
    'The descheduler has evicted pods of inker in 3 rounds, each time by RemoveDuplicatePods: the new ones come to where it evicts them again',
  ];
  const log = names.map((name, i) => old(5 * i, name));
  expect(await told(log)).toEqual(words);
  expect(await told(names.map((name, i) => old(5 * i, name, 'LowNodeUtilization')))).toEqual([]);
  const events = names.map(
    (name, i) =>
      `ink         ${16 - 5 * i}m         Normal    Evicted             pod/${name}       pod evicted by sigs.k8s.io/descheduler: RemoveDuplicatePods`,
  );
  const files = {
    'events.txt': `NAMESPACE   LAST SEEN   TYPE      REASON              OBJECT                                MESSAGE
${events.join('\n')}
`,
  };
  const messages = async (more: Readonly<Record<string, string>>) =>
    (await paste({ ...files, ...more })).findings.map(({ check, message }) => [check, message]);
  expect(await messages({})).toEqual([['descheduler-evicts-in-circles', words[0]]]);
  // Once is enough.
  expect(await messages({ 'descheduler.log': `${log.join('\n')}\n` })).toHaveLength(1);
});
