import { expect, it } from 'vitest';
import { headAndTail } from '../../src/lib/excerpt.ts';

it('leaves short texts alone', () => {
  expect(headAndTail('lid is open', 11)).toBe('lid is open');
});

it('keeps the beginning and the end of long ones, within the limit', () => {
  const text = `cannot close lid: ${'hinge: '.repeat(40)}spring is broken`;
  const short = headAndTail(text, 60);
  expect(short.length).toBeLessThanOrEqual(60);
  expect(short).toMatch(/^cannot close lid: .* … .*spring is broken$/);
});
