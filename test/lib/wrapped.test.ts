import { describe, expect, test } from 'vitest';
import { fullWidth, rejoined } from '../../src/lib/wrapped.ts';

const long = (start: string): string => start.padEnd(90, '.');
const starts = (line: string): boolean => line.startsWith('>');

describe('fullWidth', () => {
  test('is what two lines fill and none goes beyond', () => {
    expect(fullWidth([long('> a'), 'b', long('> c')])).toBe(90);
    expect(fullWidth([long('> a'), 'b'])).toBeUndefined();
    expect(fullWidth(['same', 'size'])).toBeUndefined();
    expect(fullWidth([long('> a'), long('> b'), `${long('> c')}x`])).toBeUndefined();
  });
});

describe('rejoined', () => {
  test('gives a full line what stands below it, and keeps the numbers of lines', () => {
    expect(rejoined([long('> a'), 'rest', '> short', long('> b'), long('middle'), 'end'], starts)).toEqual([
      `${long('> a')}rest`,
      '',
      '> short',
      `${long('> b')}${long('middle')}end`,
      '',
      '',
    ]);
  });

  test('leaves lines alone that only happen to have one length', () => {
    const lines = [long('> a'), '> b', long('> c'), '> d'];
    expect(rejoined(lines, starts)).toBe(lines);
    const indented = [long('> a'), '  frame', long('> c'), '  frame'];
    expect(rejoined(indented, starts)).toBe(indented);
  });
});
