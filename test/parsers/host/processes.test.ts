import { expect, test } from 'vitest';
import parser from '../../../src/parsers/host/processes.ts';
import { parseCommand } from '../../../src/parsers/command.ts';
import { collect, sniffs } from '../collect.ts';

const processes = async (text: string, command?: string) => {
  const parsed = command === undefined ? undefined : parseCommand(command);
  const { facts, unread } = await collect(parser, text, parsed === undefined ? {} : { command: parsed });
  return { ...facts, unread, list: facts.processes?.[0] };
};

test('ps aux: zombies by their state; nobody says whose they are', async () => {
  const text = `USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND
root           1  0.0  0.1 168140 11420 ?        Ss   Feb27   0:12 /sbin/init
root         812  0.1  0.2 712344 30120 ?        Ssl  Feb27   4:02 /usr/bin/kubelet --cpu-manager-policy=static
root       20114  0.0  0.0      0     0 ?        Z    11:58   0:00 [sh] <defunct>
root       20115  0.0  0.0      0     0 ?        Zl+  11:58   0:00 [sh] <defunct>
root       20116  0.0  0.0      0     0 ?        D    11:58   0:00 [kworker/0:1]
`;
  expect(sniffs(parser, text)).toBe(true);
  const { list, hostValues } = await processes(text);
  expect(list).toMatchObject({ total: 5, zombies: [{ name: 'sh', count: 2 }], source: { line: 4 } });
  expect(hostValues).toMatchObject([{ topic: 'kubelet-flag', key: 'cpu-manager-policy', value: 'static' }]);
});

test('ps -ef has no states, but defunct processes and their parents', async () => {
  const text = `UID          PID    PPID  C STIME TTY          TIME CMD
root           1       0  0 Feb27 ?        00:00:12 /sbin/init
app          640       1  0 Feb27 ?        00:00:09 nginx: master process nginx
app          641     640  0 11:58 ?        00:00:00 [curl] <defunct>
app          642     640  0 11:58 ?        00:00:00 [curl] <defunct>
app          643       7  0 11:58 ?        00:00:00 [sh] <defunct>
`;
  expect((await processes(text)).list?.zombies).toEqual([
    { name: 'curl', parent: '640 (nginx)', count: 2 },
    { name: 'sh', parent: '7', count: 1 },
  ]);
});

test('a process with several threads is one; a tree is drawn before the name', async () => {
  const text = `F   UID     PID    PPID PRI  NI    VSZ   RSS WCHAN  STAT TTY        TIME COMMAND
4     0       1       0  20   0 168140 11420 -      Ss   ?          0:12 /sbin/init
0     0     700       1  20   0   2888   960 -      S    ?          0:00  \\_ /pause
0     0     701     700  20   0      0     0 -      Z    ?          0:00  |   \\_ [sleep] <defunct>
0     0     701     700  20   0      0     0 -      Z    ?          0:00  |   \\_ [sleep] <defunct>
`;
  expect((await processes(text)).list).toMatchObject({
    total: 3,
    zombies: [{ name: 'sleep', parent: '700 (pause)', count: 1 }],
  });
});

test('only the command knows rows without a heading', async () => {
  const row = 'root  812  0.1  0.2 712344 30120 ? Ssl Feb27 4:02 /usr/bin/kubelet --max-pods=30\n';
  expect(sniffs(parser, row)).toBe(false);
  const { list, hostValues, unread } = await processes(row, 'ps aux | grep kubelet');
  expect(list).toBeUndefined();
  expect(hostValues).toMatchObject([{ key: 'max-pods', value: '30' }]);
  expect(unread).toEqual([]);
});

test('zombies that were picked out of the listing, or counted', async () => {
  const rows = 'root 201 812 0 11:58 ? 00:00:00 [sh] <defunct>\nroot 202 812 0 11:58 ? 00:00:00 [sh] <defunct>\n';
  expect((await processes(rows, 'ps -ef | grep defunct')).list?.zombies).toEqual([{ name: 'sh', count: 2 }]);
  expect((await processes('317\n', "ps aux | grep ' Z ' | wc -l")).list?.zombies).toEqual([{ name: '', count: 317 }]);
  expect((await processes('317\n', 'ps -ef | grep -c defunct')).list).not.toHaveProperty('total');
  expect((await processes('317\n', 'ps -ef | wc -l')).unread).toHaveLength(1);
});

test('nothing listed is unread', async () => {
  expect((await processes('USER PID %CPU COMMAND\n', 'ps aux')).unread).toEqual(['ps output without processes']);
  expect((await processes('error: unsupported option\n', 'ps aux')).unread).toHaveLength(1);
});
