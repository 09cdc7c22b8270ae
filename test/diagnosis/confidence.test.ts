import { expect, test } from 'vitest';
import { confidenceOf } from '../../src/diagnosis/confidence.ts';
import { CONFIDENCE_LIMIT, CONFIDENCE_SHOWN } from '../../src/diagnosis/weights.ts';

test('alone, a cause is said as surely as its class', () => {
  for (const one of ['high', 'medium', 'low'] as const) expect(confidenceOf(one, 0)).toBe(CONFIDENCE_SHOWN[one]);
});

test('explained symptoms make it surer, each less than the one before, and never certain', () => {
  const said = [0, 1, 2, 4, 8].map((explained) => confidenceOf('medium', explained));
  expect(said).toEqual([0.8, 0.83, 0.85, 0.89, 0.92]);
  expect(confidenceOf('low', 10_000)).toBe(CONFIDENCE_LIMIT);
});

test('a doubtful cause with a few symptoms is not said more surely than a certain one without', () => {
  expect(confidenceOf('medium', 4)).toBeLessThan(confidenceOf('high', 0));
  expect(confidenceOf('low', 4)).toBeLessThan(confidenceOf('medium', 0));
});
