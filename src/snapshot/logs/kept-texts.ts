/**
 * The line-based texts of a bundle (tables, describe, commands on a host), so that a quote from them can be shown with
 * its neighbours. Logs are not kept: the scanner keeps the neighbours of its hits. Objects in JSON and YAML are not
 * kept: values of Secrets stand there.
 */
import { append } from '../../lib/group-by.ts';

/** Characters of one text: a describe of some 500 pods. Larger texts are quoted without their neighbours. */
const TEXT_LIMIT = 4 * 1024 * 1024;
/** Characters of all texts; the first come first. Records hold slices of most of them anyway. */
const TOTAL_LIMIT = 24 * 1024 * 1024;

export interface KeptTexts {
  /** `firstLine`: the line of the file at which the text starts. */
  keep(file: string, firstLine: number, lines: readonly string[]): void;
  /** Up to `around` lines before and after a line of the same text; undefined when it was not kept. */
  near(
    file: string,
    line: number,
    around: number,
  ): { readonly line: number; readonly lines: readonly string[] } | undefined;
}

export function createKeptTexts(): KeptTexts {
  const byFile = new Map<string, { readonly first: number; readonly lines: readonly string[] }[]>();
  let total = 0;
  return {
    keep(file, firstLine, lines) {
      const size = lines.reduce((sum, line) => sum + line.length + 1, 0);
      if (size > TEXT_LIMIT || total + size > TOTAL_LIMIT) return;
      total += size;
      const text = { first: firstLine, lines };
      append(byFile, file, text);
    },
    near(file, line, around) {
      const text = byFile.get(file)?.find(({ first, lines }) => line >= first && line < first + lines.length);
      if (text === undefined) return undefined;
      const from = Math.max(0, line - text.first - around);
      return { line: text.first + from, lines: text.lines.slice(from, line - text.first + around + 1) };
    },
  };
}
