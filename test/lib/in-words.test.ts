import { expect, test } from 'vitest';
import { andMore, inWords, plural } from '../../src/lib/in-words.ts';

test.each([
  [[], ''],
  [['a'], 'a'],
  [[1, 2], '1 and 2'],
  [['a', 'b', 'c'], 'a, b and c'],
] as const)('%j reads %s', (items, words) => {
  expect(inWords(items)).toBe(words);
});

test('numbers agree with their nouns', () => {
  expect([plural(0, 'pod'), plural(1, 'pod'), plural(2, 'pod')]).toEqual(['0 pods', '1 pod', '2 pods']);
  expect([plural(1, 'kind of evidence', 'kinds of evidence'), plural(2, 'entry', 'entries')]).toEqual([
    '1 kind of evidence',
    '2 entries',
  ]);
});

test.each([
  [-1, ''],
  [0, ''],
  [2, ' and 2 more'],
])('%i left: "%s"', (left, words) => {
  expect(andMore(left)).toBe(words);
});
