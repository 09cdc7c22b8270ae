import { expect, test } from 'vitest';
import { fieldsOf, objectsOf, parseJson, textOf, textsOf, valueAt } from '../../src/lib/untyped.ts';

test('what does not fit is empty', () => {
  expect(fieldsOf({ a: 1 })).toEqual({ a: 1 });
  for (const odd of [null, undefined, 3, 'x', [1]]) expect(fieldsOf(odd)).toEqual({});
  expect(objectsOf([{ a: 1 }, null, 4])).toEqual([{ a: 1 }, {}, {}]);
  expect(objectsOf({ a: 1 })).toEqual([]);
  expect([textOf('x'), textOf(''), textOf(3)]).toEqual(['x', undefined, undefined]);
  expect(textsOf(['x', '', 3])).toEqual(['x']);
  expect(textsOf('x')).toEqual([]);
  expect(valueAt({ a: { b: 1 } }, 'a.b')).toBe(1);
  for (const path of ['a.c', 'a.b.c', 'constructor.name']) expect(valueAt({ a: { b: 1 } }, path)).toBeUndefined();
  expect(parseJson('{"a":1}')).toEqual({ a: 1 });
  expect(parseJson('{')).toBeUndefined();
});
