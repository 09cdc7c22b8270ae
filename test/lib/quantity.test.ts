import { describe, expect, it } from 'vitest';
import { parsePercent, parseQuantity } from '../../src/lib/quantity.ts';

describe('parseQuantity', () => {
  it.each([
    ['0', 0],
    ['2', 2],
    ['250m', 0.25],
    ['100m', 0.1],
    ['1.5', 1.5],
    ['.5', 0.5],
    ['128974848', 128974848],
    ['129e6', 129e6],
    ['129M', 129e6],
    ['1E3', 1000],
    ['1E', 1e18],
    ['12e-3', 0.012],
    ['123Mi', 123 * 2 ** 20],
    ['1Gi', 2 ** 30],
    ['0.5Gi', 2 ** 29],
    ['3Ei', 3 * 2 ** 60],
    ['7k', 7000],
    ['500n', 5e-7],
    ['-5', -5],
  ])('reads %s', (text, value) => expect(parseQuantity(text)).toBe(value));

  it.each(['', '<unknown>', '<none>', '40%', '1GiB', 'Gi', '1 Gi', '0x10', '1.2.3', 'Infinity', 'NaN'])(
    'gives nothing for %j',
    (text) => expect(parseQuantity(text)).toBeUndefined(),
  );
});

describe('parsePercent', () => {
  it('reads percentages and nothing else', () => {
    expect(parsePercent('85%')).toBe(85);
    expect(parsePercent('0.4%')).toBe(0.4);
    expect(parsePercent('85')).toBeUndefined();
    expect(parsePercent('<unknown>')).toBeUndefined();
  });
});
