/** Texts that were copied from a terminal, which cut long lines where its last column was. */

/** Columns of the narrowest usual terminal; a shorter line ends where its author ended it. */
export const NARROWEST = 78;

/** The width of the terminal: what at least two lines fill and none goes beyond; undefined where nothing shows one. */
export function fullWidth(lines: readonly string[]): number | undefined {
  let widest = 0;
  let filled = 0;
  for (const { length } of lines) {
    if (length > widest) {
      widest = length;
      filled = 1;
    } else if (length === widest) filled++;
  }
  return widest >= NARROWEST && filled >= 2 ? widest : undefined;
}

/**
 * The lines as they were before a terminal cut them: a line that fills it takes the one below, unless that one `starts`
 * something. What was taken leaves an empty line, so that numbers of lines stay true. The same list when nothing was
 * cut, or when a line that fills the terminal is followed by one that starts: then the width is a chance.
 */
export function rejoined(lines: readonly string[], starts: (line: string) => boolean): readonly string[] {
  const width = fullWidth(lines);
  if (width === undefined) return lines;
  const isFull = (i: number): boolean => lines[i]?.length === width;
  const cut = (i: number): boolean => {
    const next = lines[i + 1] ?? '';
    return next !== '' && !/^\s/.test(next) && !starts(next);
  };
  const full = lines.flatMap((_, i) => (isFull(i) ? [i] : []));
  if (!full.every(cut)) return lines;
  const out: string[] = [];
  let at = 0;
  lines.forEach((line, i) => {
    if (i > 0 && isFull(i - 1)) {
      out[at] += line;
      out.push('');
    } else {
      at = i;
      out.push(line);
    }
  });
  return out;
}
