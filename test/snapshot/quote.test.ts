import { expect, test } from 'vitest';
import { distinctQuotes, evidenceOf } from '../../src/snapshot/quote.ts';

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

test('a long line is quoted with the place that its signature found', () => {
  const text = `Unable to write event {${'TypeMeta:{}, '.repeat(70)}Message:"the cellar is flooded", ${'Host:x '.repeat(50)}}`;
  const line = { line: 3, text };
  const hit = {
    origin: { file: 'k.log', firstLine: 1 },
    first: line,
    last: line,
    groups: { what: 'cellar is flooded' },
  };
  const [evidence] = evidenceOf(hit as never);
  expect(evidence.text).toMatch(/^Unable to write event .* … .*the cellar is flooded/);
  expect(evidence.text.length).toBeLessThan(760);
});
