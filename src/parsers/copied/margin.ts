/** Blanks in front of every line: a block of code in Markdown, an answer below a point of a list, a mail's quotation. */
import type { Trace } from '../copied.ts';

/** Blanks that Markdown asks for; less is how tools indent what they print. */
const MARGIN = 4;

const widthOf = (line: string): number => (line.startsWith('\t') ? MARGIN : (/^ */.exec(line)?.[0].length ?? 0));

const marginOf = (lines: readonly string[]): number =>
  lines.reduce((least, line) => (line.trim() === '' ? least : Math.min(least, widthOf(line))), Infinity);

export const margin: Trace = {
  in: (lines) => lines.length > 0 && marginOf(lines) >= MARGIN,
  without: (lines) => {
    const width = marginOf(lines);
    return lines.map((line) => (line.startsWith('\t') ? line.slice(1) : line.slice(Math.min(width, widthOf(line)))));
  },
};
