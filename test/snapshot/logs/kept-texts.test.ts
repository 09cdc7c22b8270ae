import { expect, test } from 'vitest';
import { createKeptTexts } from '../../../src/snapshot/logs/kept-texts.ts';

test('gives the neighbours of a line, of the same text only', () => {
  const texts = createKeptTexts();
  texts.keep('all.txt', 11, ['a', 'b', 'c', 'd', 'e']);
  texts.keep('all.txt', 16, ['$ other', 'f']);
  expect(texts.near('all.txt', 13, 1)).toEqual({ line: 12, lines: ['b', 'c', 'd'] });
  expect(texts.near('all.txt', 11, 2)).toEqual({ line: 11, lines: ['a', 'b', 'c'] });
  expect(texts.near('all.txt', 15, 3)).toEqual({ line: 12, lines: ['b', 'c', 'd', 'e'] });
  expect(texts.near('all.txt', 16, 3)).toEqual({ line: 16, lines: ['$ other', 'f'] });
  expect(texts.near('all.txt', 18, 3)).toBeUndefined();
  expect(texts.near('none.txt', 1, 3)).toBeUndefined();
});

test('keeps no text of more than 4 Mi characters, and no more than 24 Mi in all', () => {
  const texts = createKeptTexts();
  const mebi = 'x'.repeat(1024 * 1024 - 1);
  texts.keep(
    'large',
    1,
    Array.from({ length: 5 }, () => mebi),
  );
  expect(texts.near('large', 1, 1)).toBeUndefined();
  for (let i = 0; i < 8; i++)
    texts.keep(
      `f${i}`,
      1,
      Array.from({ length: 4 }, () => mebi),
    );
  expect(texts.near('f5', 1, 1)).toBeDefined();
  expect(texts.near('f6', 1, 1)).toBeUndefined();
});
