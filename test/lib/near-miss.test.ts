import { describe, expect, it } from 'vitest';
import { editDistance, nearest } from '../../src/lib/near-miss.ts';

describe('near misses', () => {
  it('count edits and swaps', () => {
    expect(editDistance('ssd', 'ssd')).toBe(0);
    expect(editDistance('kitten', 'sitting')).toBe(3);
    expect(editDistance('fats', 'fast')).toBe(1);
    expect(editDistance('x'.repeat(100), 'y')).toBe(Number.POSITIVE_INFINITY);
  });
  it('name what was meant, and nothing when nothing is near', () => {
    expect(nearest('fast-sdd', ['standard', 'fast-ssd'])).toBe('fast-ssd');
    expect(nearest('GPU_Type', ['gpu-type', 'gpu'])).toBe('gpu-type');
    expect(nearest('ssd', ['hdd', 'nvme'])).toBeUndefined();
    expect(nearest('a', ['b', 'c'])).toBeUndefined();
  });
});
