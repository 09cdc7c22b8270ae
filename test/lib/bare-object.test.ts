import { expect, it } from 'vitest';
import { bareObject } from '../../src/lib/bare-object.ts';

it('inherits nothing, and takes any key as its own', () => {
  const object = bareObject();
  expect(object['constructor']).toBeUndefined();
  expect('toString' in object).toBe(false);
  object['__proto__'] = 'theirs';
  expect(Object.keys(object)).toEqual(['__proto__']);
  expect(JSON.stringify(object)).toBe('{"__proto__":"theirs"}');
  expect('__proto__' in bareObject()).toBe(false);
});
