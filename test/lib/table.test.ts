import { describe, expect, it } from 'vitest';
import { readHeader, readRow } from '../../src/lib/table.ts';

const names = (line: string, phrases?: string[]): string[] => readHeader(line, phrases).columns.map((c) => c.name);

describe('readHeader', () => {
  it('keeps names with a single space together', () => {
    expect(names('NAME   READY   LAST SEEN   READINESS GATES')).toEqual([
      'NAME',
      'READY',
      'LAST SEEN',
      'READINESS GATES',
    ]);
  });
  it('reads tabs and single spaces', () => {
    expect(names('NAME\tREADY\tLAST SEEN')).toEqual(['NAME', 'READY', 'LAST SEEN']);
    expect(names('NAME READY LAST SEEN', ['LAST SEEN'])).toEqual(['NAME', 'READY', 'LAST SEEN']);
  });
});

describe('readRow', () => {
  const header = readHeader('NAME    READY   RESTARTS      AGE   MESSAGE');
  it('cuts cells at the header offsets', () => {
    expect(readRow(header, 'web-1   1/1     5 (3m ago)    9d    all  is   well')).toEqual([
      'web-1',
      '1/1',
      '5 (3m ago)',
      '9d',
      'all  is   well',
    ]);
  });
  it('gives empty cells for blanks and for a short row', () => {
    expect(readRow(header, 'web-1           0')).toEqual(['web-1', '', '0', '', '']);
  });
  it('splits rows that were printed with other widths', () => {
    expect(readRow(header, 'a-much-longer-name   1/1   0   9d   fine')).toEqual([
      'a-much-longer-name',
      '1/1',
      '0',
      '9d',
      'fine',
    ]);
    expect(readRow(header, 'prose that is no row')).toEqual(['prose', 'that', 'is', 'no', 'row']);
    expect(readRow(header, 'prose that is')).toBeUndefined();
  });
  it('counts code points, not UTF-16 units', () => {
    const wide = readHeader('NAME    TYPE   MESSAGE');
    expect(readRow(wide, '🚀🚀-ü    x      ok')).toEqual(['🚀🚀-ü', 'x', 'ok']);
  });
  it('reads ragged rows with parentheses', () => {
    const ragged = readHeader('NAME READY STATUS RESTARTS AGE');
    expect(readRow(ragged, 'web-1 0/1 Running 5 (3m ago) 9d')).toEqual(['web-1', '0/1', 'Running', '5 (3m ago)', '9d']);
    expect(readRow(ragged, 'web-1 0/1')).toBeUndefined();
  });
  it('reads tab-separated rows', () => {
    expect(readRow(readHeader('NAME\tREADY\tAGE'), 'web-1\t1/1\t')).toEqual(['web-1', '1/1', '']);
  });
});
