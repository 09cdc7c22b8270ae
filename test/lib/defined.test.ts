import { expect, test } from 'vitest';
import { defined } from '../../src/lib/defined.ts';

test('keeps every value but undefined', () => {
  const kept = defined({ a: 1, b: undefined, c: null, d: 0, e: '' });
  expect(kept).toStrictEqual({ a: 1, c: null, d: 0, e: '' });
  expect('b' in kept).toBe(false);
});
