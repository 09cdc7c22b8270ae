import { expect, test } from 'vitest';
import { inWords } from '../../src/lib/in-words.ts';

test.each([
  [[], ''],
  [['a'], 'a'],
  [[1, 2], '1 and 2'],
  [['a', 'b', 'c'], 'a, b and c'],
] as const)('%j reads %s', (items, words) => {
  expect(inWords(items)).toBe(words);
});
