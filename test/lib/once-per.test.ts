import { expect, it } from 'vitest';
import { memo, once, oncePer } from '../../src/lib/once-per.ts';

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

it('computes once for each key of a memory, undefined results too', () => {
  let calls = 0;
  const squareOf = memo((n: number) => {
    calls++;
    return n < 0 ? undefined : n * n;
  });
  expect([squareOf(3), squareOf(3), squareOf(-1), squareOf(-1)]).toEqual([9, 9, undefined, undefined]);
  expect(calls).toBe(2);
});

it('makes one value when it is first asked for, undefined too', () => {
  let calls = 0;
  const nothing = once(() => {
    calls++;
    return undefined;
  });
  expect(calls).toBe(0);
  expect([nothing(), nothing()]).toEqual([undefined, undefined]);
  expect(calls).toBe(1);
});
