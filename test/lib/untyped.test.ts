import { expect, test } from 'vitest';
import { fieldsOf, objectsOf, parseJson, textOf } from '../../src/lib/untyped.ts';

test('what does not fit is empty', () => {
  expect(fieldsOf({ a: 1 })).toEqual({ a: 1 });
  for (const odd of [null, undefined, 3, 'x', [1]]) expect(fieldsOf(odd)).toEqual({});
  expect(objectsOf([{ a: 1 }, null, 4])).toEqual([{ a: 1 }, {}, {}]);
  expect(objectsOf({ a: 1 })).toEqual([]);
  expect([textOf('x'), textOf(''), textOf(3)]).toEqual(['x', undefined, undefined]);
  expect(parseJson('{"a":1}')).toEqual({ a: 1 });
  expect(parseJson('{')).toBeUndefined();
});
