import { expect, test } from 'vitest';
import { parseCommand } from '../../src/parsers/command.ts';
import { turnsOf } from '../../src/parsers/shell-loop.ts';

const turns = (command: string, ...lines: string[]) => {
  const parsed = parseCommand(command);
  return parsed === undefined
    ? undefined
    : turnsOf(parsed, lines)?.map((turn) => [turn.command?.text, turn.first, turn.lines]);
};

test('each heading begins a turn, whose command has the value', () => {
  expect(
    turns('for n in a b; do echo "== ${n} =="; ssh $n df -h /; done', '== a ==', 'one', 'two', '== b ==', 'three'),
  ).toEqual([
    ['ssh a df -h /', 1, ['one', 'two']],
    ['ssh b df -h /', 4, ['three']],
  ]);
});

test('a heading on the line of the output', () => {
  expect(
    turns('for p in $(cat list); do echo -n "$p: "; kubectl exec $p -- date; done', 'web-0: now', 'web-1: then'),
  ).toEqual([
    ['kubectl exec web-0 -- date', 0, ['now']],
    ['kubectl exec web-1 -- date', 1, ['then']],
  ]);
});

test('several commands for one machine stay together', () => {
  expect(turns('for n in a; do echo "--- $n"; ssh $n "uptime; df -h"; done', '--- a', 'up')?.[0]?.[0]).toBe(
    'ssh a "uptime; df -h"',
  );
});

test('without a heading that names the value nothing is told apart', () => {
  expect(turns('for n in a b; do ssh $n uptime; done', 'up 1', 'up 2')).toBeUndefined();
  expect(turns('for n in a b; do echo; echo "$x"; ssh $n uptime; done', 'up 1')).toBeUndefined();
  expect(turns('for n in a; do echo "== $n"; ssh $n uptime; done', 'up before any heading')).toBeUndefined();
});

test('a heading of the bare value is one of the list, not whatever word a command prints', () => {
  expect(turns('for f in /sys/*/mode; do echo $f; cat $f; done', '/sys/one/mode', '0', '/sys/two/mode', '1')).toEqual([
    ['cat /sys/one/mode', 1, ['0']],
    ['cat /sys/two/mode', 3, ['1']],
  ]);
});
