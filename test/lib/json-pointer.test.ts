import { expect, test } from 'vitest';
import { keysIn, pointerTo } from '../../src/lib/json-pointer.ts';

test('keys with a slash or a tilde come through a pointer as they were', () => {
  const keys = ['metadata', 'labels', 'example.com/a~b', '~1'];
  expect(pointerTo(...keys)).toBe('/metadata/labels/example.com~1a~0b/~01');
  expect(keysIn(pointerTo(...keys))).toEqual(keys);
  expect(pointerTo('items', 3)).toBe('/items/3');
});
