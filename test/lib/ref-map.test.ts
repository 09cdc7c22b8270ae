import { describe, expect, it } from 'vitest';
import { refMap } from '../../src/lib/ref-map.ts';

describe('refMap', () => {
  it('finds a value under its three names and under no others', () => {
    const map = refMap<number>();
    map.set('Pod', 'shop', 'web', 1);
    map.set('Pod', 'shop', 'db', 2);
    map.set('Node', '', 'web', 3);
    expect(map.get('Pod', 'shop', 'web')).toBe(1);
    expect(map.get('Node', '', 'web')).toBe(3);
    expect(map.get('Pod', '', 'web')).toBeUndefined();
    expect(map.get('Service', 'shop', 'web')).toBeUndefined();
    expect([...map.values()].sort()).toEqual([1, 2, 3]);
  });

  it('overwrites, and does not mix up names that would be equal when joined', () => {
    const map = refMap<string>();
    map.set('a', 'b/c', 'd', 'first');
    map.set('a/b', 'c', 'd', 'second');
    map.set('a', 'b/c', 'd', 'third');
    expect(map.get('a', 'b/c', 'd')).toBe('third');
    expect(map.get('a/b', 'c', 'd')).toBe('second');
  });
});
