import { describe, expect, test } from 'vitest';
import parser from '../../../src/parsers/host/disk-use.ts';
import { parseCommand } from '../../../src/parsers/command.ts';
import { collect, sniffs } from '../collect.ts';

const rows = async (text: string, command?: string) => {
  const parsed = command === undefined ? undefined : parseCommand(command);
  const { facts, unread } = await collect(parser, text, parsed === undefined ? {} : { command: parsed });
  return { unread, rows: facts.diskUse?.map((row) => [row.path, row.bytes]) };
};

describe('units', () => {
  test.each([
    ['du -xk -d 1 /var', '2048\t/var/log', 2 * 2 ** 20],
    ['du -s /var/log', '2048\t/var/log', 2 * 2 ** 20],
    ['du -sb /var/log', '2048\t/var/log', 2048],
    ['du -xsm /var/log', '2048\t/var/log', 2 * 2 ** 30],
    ['du -B M -s /var/log', '2048M\t/var/log', 2 * 2 ** 30],
    ['du -B 4096 -s /var/log', '2048\t/var/log', 2048 * 4096],
    ['du -xsh /var/log', '1.5G\t/var/log', 1.5 * 2 ** 30],
    ['sudo du -sh /var/log', '1,5G\t/var/log', 1.5 * 2 ** 30],
    ['du -xsh /var/log', '0\t/var/log', 0],
  ])('%s: %j', async (command, text, bytes) => {
    expect((await rows(text, command)).rows).toEqual([['/var/log', bytes]]);
  });
});

test('the largest first; errors and the sum of -c are no folders; paths may have blanks', async () => {
  const text = `du: cannot access '/var/lib/docker': No such file or directory
100\t/var/lib/kubelet/my files
9000\t/var/lib/kubelet/pods
9100\t/var/lib/kubelet
9100\ttotal
`;
  const { rows: found, unread } = await rows(text);
  expect(found?.map(([path]) => path)).toEqual([
    '/var/lib/kubelet',
    '/var/lib/kubelet/pods',
    '/var/lib/kubelet/my files',
  ]);
  expect(unread).toEqual([]);
});

test('of thousands of rows the largest are kept', async () => {
  const text = Array.from({ length: 3000 }, (_, i) => `${i}\t/data/${i}`).join('\n');
  const { rows: found } = await rows(text);
  expect(found).toHaveLength(200);
  expect(found?.[0]).toEqual(['/data/2999', 2999 * 1024]);
});

test('what du prints, and what looks like it', () => {
  expect(sniffs(parser, '2048\t/var/log\n')).toBe(true);
  expect(sniffs(parser, '  2048 /var/log/messages\n  12 /var/log/dmesg\n')).toBe(false);
  expect(sniffs(parser, '2048\t/var/log\nhello\n')).toBe(false);
  const command = parseCommand('du --inodes -xd2 /var');
  if (command === undefined) throw new Error('no command');
  expect(parser.matches?.(command)).toBe(false);
  expect(parser.sniff(['2048\t/var/log'], { file: 'a.txt', firstLine: 1, command })).toBe(false);
});

test('no row is unread', async () => {
  expect((await rows("du: cannot access '/x': No such file or directory", 'du -s /x')).unread).toEqual([
    'du output without rows',
  ]);
});
