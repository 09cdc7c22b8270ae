import { describe, expect, it } from 'vitest';
import { share } from '../../src/lib/share.ts';

describe('share', () => {
  it('gives the one before when all of it is equal', () => {
    const before = { a: [1, { b: 'x' }] };
    expect(share(before, { a: [1, { b: 'x' }] })).toBe(before);
  });

  it('keeps what differs and shares what does not', () => {
    const before = { name: 'web-0', list: [{ a: 1 }, { b: 2 }], map: { k: 'v' } };
    const next = share(before, { name: 'web-1', list: [{ a: 1 }, { b: 3 }], map: { k: 'v' } }) as typeof before;
    expect(next).toEqual({ name: 'web-1', list: [{ a: 1 }, { b: 3 }], map: { k: 'v' } });
    expect(next.map).toBe(before.map);
    expect(next.list[0]).toBe(before.list[0]);
    expect(before).toEqual({ name: 'web-0', list: [{ a: 1 }, { b: 2 }], map: { k: 'v' } });
  });

  it('takes other lengths, other orders and other types for different', () => {
    expect(share([1, 2], [1])).toEqual([1]);
    expect(share([1], [1, 2])).toEqual([1, 2]);
    expect(JSON.stringify(share({ a: 1, b: 2 }, { b: 2, a: 1 }))).toBe('{"b":2,"a":1}');
    expect(share({ a: 1, b: 2 }, { a: 1 })).toEqual({ a: 1 });
    expect(share([], {})).toEqual({});
    expect(share({}, null)).toBeNull();
    expect(share(undefined, 'x')).toBe('x');
  });

  it('knows no fields that were inherited', () => {
    expect(share({}, { constructor: 'theirs' })).toEqual({ constructor: 'theirs' });
  });
});
