/** etcdctl's tables (`-w table`): 7 to 16 columns by version, cells that wrap over several lines. */
import { emitHash, emitHealth, emitMember, emitStatus, type Fields, type Place } from './etcd-records.ts';
import type { ParserContext } from '../parser.ts';

const HEADING = /^\s*\|\s*(?:ENDPOINT|ID)\s*\|.*\|\s*$/;
const RULE = /^\s*\+[-+|]{3,}\s*$/;

const cells = (line: string): readonly string[] =>
  line
    .trim()
    .replace(/^\|/, '')
    .replace(/\|$/, '')
    .split('|')
    .map((cell) => cell.trim());

export const isEtcdHeading = (line: string): boolean => HEADING.test(line) && /STATUS|VERSION|HEALTH|HASH/.test(line);

interface Row {
  readonly at: number;
  readonly cells: string[];
}

function emitRow(names: readonly string[], row: Row, context: ParserContext, lines: readonly string[]): void {
  const fields: Fields = new Map(names.map((name, n) => [name, row.cells[n] ?? '']));
  const place: Place = { ...context, at: row.at, line: lines[row.at] ?? '' };
  const endpoint = fields.get('endpoint');
  if (endpoint === undefined) return emitMember(place, fields, false);
  if (fields.has('health'))
    return emitHealth(place, endpoint, fields.get('health') === 'true', fields.get('took'), fields.get('error'));
  if (fields.has('hash')) return emitHash(place, endpoint, fields.get('hash') ?? '', fields.get('hashrevision'));
  const errors = fields.get('errors') ?? '';
  emitStatus(place, fields, errors === '' ? [] : [errors], false);
}

/** Emits all tables of the text; the number of rows. */
export function parseEtcdTables(lines: readonly string[], context: ParserContext): number {
  let names: readonly string[] | undefined;
  let row: Row | undefined;
  let count = 0;
  const flush = (): void => {
    if (row !== undefined && names !== undefined) {
      count++;
      emitRow(names, row, context, lines);
    }
    row = undefined;
  };
  lines.forEach((line, at) => {
    if (isEtcdHeading(line)) {
      flush();
      names = cells(line).map((name) => name.toLowerCase().replace(/[\s_]/g, ''));
    } else if (RULE.test(line)) flush();
    else if (names !== undefined && line.trimStart().startsWith('|')) {
      const next = cells(line);
      // A wrapped cell continues below itself; the first column is blank there.
      const before = row?.cells ?? [];
      if (next[0] === '' && row !== undefined)
        row = { at: row.at, cells: next.map((cell, n) => `${before[n] ?? ''} ${cell}`.trim()) };
      else {
        flush();
        row = { at, cells: [...next] };
      }
    } else {
      flush();
      if (line.trim() !== '') names = undefined;
    }
  });
  flush();
  return count;
}
