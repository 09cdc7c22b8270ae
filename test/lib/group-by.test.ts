import { describe, expect, it } from 'vitest';
import { append, groupBy, include } from '../../src/lib/group-by.ts';

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

it('append makes the list that is not there yet', () => {
  const lists = new Map([['a', [1]]]);
  append(lists, 'a', 2);
  append(lists, 'b', 3);
  expect([...lists]).toEqual([
    ['a', [1, 2]],
    ['b', [3]],
  ]);
});

it('include makes the set that is not there yet', () => {
  const sets = new Map([['a', new Set([1])]]);
  include(sets, 'a', 2);
  include(sets, 'a', 2);
  include(sets, 'b', 3);
  expect([...sets].map(([key, set]) => [key, [...set]])).toEqual([
    ['a', [1, 2]],
    ['b', [3]],
  ]);
});
