import { expect, test } from 'vitest';
import boxed from '../../src/parsers/boxed.ts';
import { collect, sniffs } from './collect.ts';

const WINDOW = `┌─ Logs(shop/web-0) ─────────────────────┐
│ Traceback (most recent call last):     │
│   File "/app/main.py", line 3          │
│ ModuleNotFoundError: No module named x │
└────────────────────────────────────────┘`;

test('the text inside, with the lines of the file', async () => {
  expect(sniffs(boxed, WINDOW)).toBe(true);
  const { texts } = await collect(boxed, WINDOW);
  expect(texts.map(({ origin, lines }) => [origin.firstLine, lines])).toEqual([
    [
      1,
      [
        '',
        'Traceback (most recent call last):',
        '  File "/app/main.py", line 3',
        'ModuleNotFoundError: No module named x',
        '',
      ],
    ],
  ]);
});

test('a tree, a table of another tool and a log are none', () => {
  expect(sniffs(boxed, 'shop\n├── web\n└── db\n')).toBe(false);
  expect(sniffs(boxed, '| NAME | READY |\n| web  | 1/1   |\n')).toBe(false);
  expect(sniffs(boxed, 'a line\n│ quoted\nanother\n')).toBe(false);
});
