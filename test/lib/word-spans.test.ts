import { expect, it } from 'vitest';
import { wordSpans } from '../../src/lib/word-spans.ts';

it('gives all spans of whole words, the longest first', () => {
  expect(wordSpans('df-node-a')).toEqual(['df-node-a', 'df-node', 'node-a', 'node', 'df', 'a']);
  expect(wordSpans('logs_db.0')).toEqual(['logs_db.0', 'logs_db', 'logs', 'db.0', 'db', '0']);
});

it('knows no empty words, and stays small for prose', () => {
  expect(wordSpans('')).toEqual([]);
  expect(wordSpans('--a--')).toEqual(['a']);
  expect(wordSpans('word '.repeat(5_000)).length).toBeLessThan(25 * 5_000);
});
