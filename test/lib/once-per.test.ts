import { expect, it } from 'vitest';
import { oncePer } from '../../src/lib/once-per.ts';

it('computes once for each object, undefined results too', () => {
  let calls = 0;
  const sizeOf = oncePer((list: readonly number[]) => {
    calls++;
    return list.length === 0 ? undefined : list.length;
  });
  const [a, b] = [[1, 2], []] as const;
  expect([sizeOf(a), sizeOf(a), sizeOf(b), sizeOf(b)]).toEqual([2, 2, undefined, undefined]);
  expect(calls).toBe(2);
});
