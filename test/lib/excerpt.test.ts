import { expect, it } from 'vitest';
import { headAndPlace, headAndTail } from '../../src/lib/excerpt.ts';

it('leaves short texts alone', () => {
  expect(headAndTail('lid is open', 11)).toBe('lid is open');
});

it('keeps the beginning and the end of long ones, within the limit', () => {
  const text = `cannot close lid: ${'hinge: '.repeat(40)}spring is broken`;
  const short = headAndTail(text, 60);
  expect(short.length).toBeLessThanOrEqual(60);
  expect(short).toMatch(/^cannot close lid: .* … .*spring is broken$/);
});

it('shows the beginning and the place that tells when it stands far behind', () => {
  const text = `box 7 {${'side: wood, '.repeat(60)}lid: broken at the hinge, ${'side: wood, '.repeat(60)}}`;
  const short = headAndPlace(text, text.indexOf('broken'), 120);
  expect(short).toMatch(/^box 7 \{side: .* … .*lid: broken at the hinge/);
  expect(short.length).toBeLessThan(160);
  expect(headAndPlace(text, 5, 20)).toBe('box 7 {side: wood, s …');
  expect(headAndPlace('whole', 3, 20)).toBe('whole');
});
