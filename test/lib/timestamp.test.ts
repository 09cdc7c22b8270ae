import { describe, expect, it } from 'vitest';
import { isoTime, parseTimestamp, toRfc3339 } from '../../src/lib/timestamp.ts';

const at = (iso: string): number => Date.parse(iso);

describe('parseTimestamp', () => {
  it.each([
    ['2025-11-28T08:03:58Z', '2025-11-28T08:03:58Z'],
    ['2025-11-28T16:03:58.125+08:00', '2025-11-28T08:03:58.125Z'],
    ['2025-11-28T16:03:58.123456789Z', '2025-11-28T16:03:58.123Z'],
    ['2025-11-28T16:03:58+0800', '2025-11-28T08:03:58Z'],
    ['2025-11-28T16:03:58,5-05:00', '2025-11-28T21:03:58.5Z'],
    ['2025-11-28T16:03+08:00', '2025-11-28T08:03:00Z'],
    ['2025-11-28 16:03:58+08:00', '2025-11-28T08:03:58Z'],
    ['2025-11-28 16:03:58 +0800 CST', '2025-11-28T08:03:58Z'],
    ['Fri, 28 Nov 2025 16:03:58 +0800', '2025-11-28T08:03:58Z'],
    ['Fri, 06 Nov 2025 16:03:58 +0000', '2025-11-06T16:03:58Z'],
    ['Fri Nov 28 16:03:58 UTC 2025', '2025-11-28T16:03:58Z'],
    ['Fri Nov  7 16:03:58 CET 2025', '2025-11-07T15:03:58Z'],
    ['Fri Nov 28 04:03:58 PM UTC 2025', '2025-11-28T16:03:58Z'],
    ['Fri 28 Nov 2025 12:03:58 AM UTC', '2025-11-28T00:03:58Z'],
    ['Fri 2025-11-28 16:03:58 UTC', '2025-11-28T16:03:58Z'],
    ['Fri Nov 28 16:03:58 2025', '2025-11-28T16:03:58Z'],
  ])('reads %s', (text, iso) => expect(parseTimestamp(text)).toBe(at(iso)));

  it('leaves ambiguous zone names open unless the offset is known', () => {
    expect(parseTimestamp('Fri Nov 28 16:03:58 CST 2025')).toBeUndefined();
    expect(parseTimestamp('Fri 2025-11-28 16:03:58 IST')).toBeUndefined();
    expect(parseTimestamp('Fri Nov 28 16:03:58 CST 2025', { offsetMinutes: 480 })).toBe(at('2025-11-28T08:03:58Z'));
  });

  it('gives year-less stamps the latest year that is not in the future of the reference', () => {
    const reference = at('2026-01-02T00:00:00Z');
    expect(parseTimestamp('I1128 16:06:12.250', { reference })).toBe(at('2025-11-28T16:06:12.250Z'));
    expect(parseTimestamp('Jan  1 16:06:28', { reference })).toBe(at('2026-01-01T16:06:28Z'));
    expect(parseTimestamp('Feb 29 10:00:00', { reference })).toBe(at('2024-02-29T10:00:00Z'));
    expect(parseTimestamp('Nov 28 16:06:28', { reference, offsetMinutes: 60 })).toBe(at('2025-11-28T15:06:28Z'));
    expect(parseTimestamp('Nov 28 16:06:28')).toBeUndefined();
  });

  it.each([
    '',
    '<unknown>',
    '2025-11-28',
    '2025-13-01T00:00:00Z',
    '2025-11-31T00:00:00Z',
    '2025-11-28T25:00:00Z',
    'Foo 28 16:06:28',
    '12:00',
  ])('gives nothing for %j', (text) =>
    expect(parseTimestamp(text, { reference: at('2026-01-02T00:00:00Z') })).toBeUndefined(),
  );
});

describe('toRfc3339', () => {
  it('drops an empty fraction', () => {
    expect(toRfc3339(at('2025-11-28T08:03:58Z'))).toBe('2025-11-28T08:03:58Z');
    expect(toRfc3339(at('2025-11-28T08:03:58.5Z'))).toBe('2025-11-28T08:03:58.500Z');
  });
});

describe('isoTime', () => {
  it('gives what a Date can hold', () => {
    expect(isoTime(at('2025-11-28T08:03:58.5Z'))).toBe('2025-11-28T08:03:58.500Z');
    expect(isoTime(8.64e15)).toBe('+275760-09-13T00:00:00.000Z');
  });

  it.each([undefined, Number.NaN, Infinity, 8.64e15 + 1])('gives nothing for %s', (ms) => {
    expect(isoTime(ms)).toBeUndefined();
  });
});
