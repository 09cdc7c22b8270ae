/** Tables that tools print with spaces: a header line, then rows whose cells start under the header's words. */

export interface Column {
  readonly name: string;
  /** Where the column starts, in code points (what tabwriter counts). */
  readonly start: number;
}

/**
 * A header taken apart. `ragged`: single spaces only, as chat tools leave them; `runs`: cells stand between runs of two
 * or more spaces (a table whose header was cut off). Offsets mean nothing in both.
 */
export interface Header {
  readonly columns: readonly Column[];
  readonly separator: 'offsets' | 'tabs' | 'ragged' | 'runs';
}

const ASCII = /^[\x20-\x7e]*$/;

/** Code points of a line; most lines are ASCII, where the string itself will do. */
const points = (line: string): string | readonly string[] => (ASCII.test(line) ? line : [...line]);

const slice = (text: string | readonly string[], from: number, to?: number): string =>
  typeof text === 'string' ? text.slice(from, to).trim() : text.slice(from, to).join('').trim();

/**
 * Columns of a header line. Names are separated by two or more spaces or by tabs, so a name may hold single spaces
 * (`LAST SEEN`). A header whose words are separated by single spaces only is ragged: `phrases` then tells which
 * names are made of several words.
 */
export function readHeader(line: string, phrases: readonly string[] = []): Header {
  const text = line.trimEnd();
  if (text.includes('\t')) {
    const names = text.split(/\t+/).map((name) => name.trim());
    return { separator: 'tabs', columns: names.map((name, start) => ({ name, start })) };
  }
  if (!/\S {2,}\S/.test(text)) {
    let rest = text.trim();
    const columns: Column[] = [];
    while (rest !== '') {
      const phrase = phrases.find((p) => rest === p || rest.startsWith(`${p} `));
      const name = phrase ?? /^\S+/.exec(rest)?.[0] ?? rest;
      columns.push({ name, start: columns.length });
      rest = rest.slice(name.length).trimStart();
    }
    return { separator: columns.length > 1 ? 'ragged' : 'offsets', columns };
  }
  const columns: Column[] = [];
  const all = points(text);
  let start = -1;
  for (let i = 0; i <= all.length; i++) {
    const blank = i === all.length || (all[i] === ' ' && (i + 1 === all.length || all[i + 1] === ' '));
    if (start < 0 && !blank && all[i] !== ' ') start = i;
    else if (start >= 0 && blank) {
      columns.push({ name: slice(all, start, i), start });
      start = -1;
    }
  }
  return { separator: 'offsets', columns };
}

/**
 * The cells of one row, one per column, trimmed; undefined when the row does not fit the header. A row that was
 * printed with other widths (`--watch`, a cell that overflows) is split at runs of spaces instead.
 */
export function readRow(header: Header, line: string): readonly string[] | undefined {
  const { columns, separator } = header;
  if (separator === 'tabs') {
    const cells = line.split('\t').map((cell) => cell.trim());
    return cells.length < 2 ? undefined : columns.map((_, i) => cells[i] ?? '');
  }
  const text = line.trimEnd();
  if (separator === 'ragged') {
    // `5 (3m ago)` and `80 (2 more)` are one cell: a word in parentheses belongs to the one before.
    return fit(
      columns,
      text
        .trim()
        .replace(/ \(([^()]{0,60})\)/g, (_, inner: string) => `\u0000(${inner.replaceAll(' ', '\u0000')})`)
        .split(/\s+/)
        .map((cell) => cell.replaceAll('\u0000', ' ')),
    );
  }
  if (separator === 'runs') return fit(columns, text.trim().split(/ {2,}/));
  const all = points(text);
  if (aligned(columns, all)) return columns.map(({ start }, i) => slice(all, start, columns[i + 1]?.start));
  return fit(columns, text.trim().split(/ {2,}/)) ?? fit(columns, text.trim().split(/ +/));
}

/** Whether every cell of a row begins below its column's name. */
export function isAligned({ columns, separator }: Header, line: string): boolean {
  return separator === 'offsets' && columns.length > 1 && aligned(columns, points(line.trimEnd()));
}

function aligned(columns: readonly Column[], all: string | readonly string[]): boolean {
  return columns.every(
    ({ start }, i) =>
      i === 0 ||
      start >= all.length ||
      (all[start - 1] === ' ' && (all[start] !== ' ' || isBlank(all, start, columns[i + 1]?.start))),
  );
}

function isBlank(all: string | readonly string[], from: number, to: number = all.length): boolean {
  for (let i = from; i < Math.min(to, all.length); i++) if (all[i] !== ' ') return false;
  return true;
}

/** As many cells as columns, or more where the last column holds free text. */
function fit(columns: readonly Column[], cells: readonly string[]): readonly string[] | undefined {
  if (cells.length < columns.length) return undefined;
  const last = columns.length - 1;
  return [...cells.slice(0, last), cells.slice(last).join(' ')];
}
