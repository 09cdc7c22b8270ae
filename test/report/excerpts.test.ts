import { expect, test } from 'vitest';
import { cleanResult } from '../../src/report/clean.ts';
import { neighboursIn } from '../../src/report/excerpts.ts';
import { cascade } from './results.ts';

const lines = Array.from({ length: 20 }, (_, i) => `line ${i + 10}`);
const result = { ...cascade(), excerpts: [{ file: 'a.log', line: 10, text: lines.join('\n') }] };

test('shows three lines on both sides of the quote, whatever the length of the excerpt', () => {
  const near = neighboursIn(result)({ file: 'a.log', line: 20, text: '' });
  expect([near?.from, near?.to]).toEqual([17, 23]);
  expect(near?.rows.filter((row) => row.quoted)).toEqual([{ line: 20, text: 'line 20', quoted: true }]);
  expect(neighboursIn(result)({ file: 'a.log', line: 10, text: '' })?.rows).toHaveLength(4);
});

test('nothing for other files and lines, for objects, and for results of before', () => {
  const near = neighboursIn(result);
  expect(near({ file: 'b.log', line: 20, text: '' })).toBeUndefined();
  expect(near({ file: 'a.log', line: 30, text: '' })).toBeUndefined();
  expect(near({ file: 'a.log', text: '' })).toBeUndefined();
  expect(near({ file: 'a.log', line: 20, pointer: '/x', text: '' })).toBeUndefined();
  expect(neighboursIn(cascade())({ file: 'a.log', line: 20, text: '' })).toBeUndefined();
});

test('cleaning keeps the numbers of the lines true', () => {
  const text = `a\u2028b\r\nc${'x'.repeat(5000)}\n\u202ed\te`;
  const [excerpt] = cleanResult({ ...result, excerpts: [{ file: 'a\n.log', line: 1, text }] }).excerpts ?? [];
  expect(excerpt?.file).toBe('a .log');
  expect(excerpt?.text.split('\n')).toEqual(['a b ', `c${'x'.repeat(5000)}`, 'd\te']);
});
