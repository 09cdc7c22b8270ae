import { expect, test } from 'vitest';
import { distinctQuotes } from '../../src/snapshot/quote.ts';

const quote = (line: number, more: { readonly pointer?: string; readonly text?: string } = {}) => ({
  file: 'pods.txt',
  line,
  text: 'web-1 0/1 CrashLoopBackOff 12',
  ...more,
});

test('a quote that is there twice is told once; another line, field or text is another quote', () => {
  const quotes = [quote(4), quote(5), quote(4), quote(4, { pointer: '/status' }), quote(4, { text: 'else' })];
  expect(distinctQuotes(quotes)).toEqual([quotes[0], quotes[1], quotes[3], quotes[4]]);
});

test('where nothing is twice the list itself comes back: large clusters have many', () => {
  const quotes = [quote(4), quote(5)];
  expect(distinctQuotes(quotes)).toBe(quotes);
});
