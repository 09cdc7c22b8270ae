import { describe, expect, it } from 'vitest';
import { groupBy } from '../../src/lib/group-by.ts';

describe('groupBy', () => {
  it('keeps the order of items and of first appearance', () => {
    const groups = groupBy(['beta', 'alpha', 'bravo', 'atlas'], (word) => word[0]);
    expect([...groups]).toEqual([
      ['b', ['beta', 'bravo']],
      ['a', ['alpha', 'atlas']],
    ]);
  });

  it('leaves out items without a key', () => {
    expect([...groupBy([1, 2, 3], (n) => (n === 2 ? undefined : n % 2))]).toEqual([[1, [1, 3]]]);
  });
});
