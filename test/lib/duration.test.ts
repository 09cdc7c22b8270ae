import { describe, expect, it } from 'vitest';
import { parseDuration, spellAge, spellDuration } from '../../src/lib/duration.ts';

describe('parseDuration', () => {
  it.each([
    ['0s', 0],
    ['0', 0],
    ['93s', 93],
    ['3m20s', 200],
    ['2m', 120],
    ['5d4h', 5 * 86400 + 4 * 3600],
    ['190d', 190 * 86400],
    ['2y35d', (2 * 365 + 35) * 86400],
    ['1m0.5s', 60.5],
    ['105.3ms', 0.1053],
    ['250us', 0.00025],
    ['3µs', 0.000003],
    ['12ns', 1.2e-8],
    ['2h45m30.25s', 9930.25],
    ['-3s', -3],
  ])('reads %s', (text, seconds) => expect(parseDuration(text)).toBeCloseTo(seconds, 12));

  it.each(['', '<invalid>', '<unknown>', '5', '3 m', 's', '5x', '1m2', '-'])('gives nothing for %j', (text) =>
    expect(parseDuration(text)).toBeUndefined(),
  );
});

it.each([
  [0.31, '310 ms'],
  [2.418, '2.42 s'],
  [119, '119 s'],
  [120, '2 min'],
  [7140, '119 min'],
  [7200, '2 h'],
  [7920, '2 h 12 min'],
  [47.9 * 3600, '47 h 54 min'],
  [48 * 3600, '2 d'],
  [40.4 * 86_400, '40 d'],
])('spells %s seconds as %s', (seconds, text) => expect(spellDuration(seconds)).toBe(text));

it.each([
  [0, '0s'],
  [119.9, '119s'],
  [120, '2m'],
  [200, '3m20s'],
  [659, '10m'],
  [3 * 3600 - 1, '179m'],
  [3 * 3600, '3h'],
  [5 * 3600 + 300, '5h5m'],
  [8 * 3600, '8h'],
  [2 * 86_400, '2d'],
  [5 * 86_400 + 4 * 3600, '5d4h'],
  [190 * 86_400, '190d'],
  [(2 * 365 + 35) * 86_400, '2y35d'],
  [9.5 * 365 * 86_400, '9y'],
])('an age of %s seconds is %s', (seconds, text) => expect(spellAge(seconds)).toBe(text));
