import { expect, it } from 'vitest';
import { onlyOne } from '../../src/lib/only-one.ts';

it('gives an item only where no other stands beside it', () => {
  expect([onlyOne([]), onlyOne(['a']), onlyOne(['a', 'b'])]).toEqual([undefined, 'a', undefined]);
});
