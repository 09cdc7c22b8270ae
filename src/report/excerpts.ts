/** The lines round a quote, for reports that can fold them away. */
import { append } from '../lib/group-by.ts';
import type { Finding, Result } from '../result.ts';

/** Lines shown before and after; an excerpt may serve several quotes and be longer. */
const AROUND = 3;

export interface Neighbours {
  readonly from: number;
  readonly to: number;
  readonly rows: readonly { readonly line: number; readonly text: string; readonly quoted: boolean }[];
}

/** Looks up the neighbours of a quote; undefined when it has none. */
export function neighboursIn(result: Result): (e: Finding['evidence'][number]) => Neighbours | undefined {
  const byFile = new Map<string, { readonly line: number; readonly lines: readonly string[] }[]>();
  for (const { file, line, text } of result.excerpts ?? []) {
    const excerpt = { line, lines: text.split('\n') };
    append(byFile, file, excerpt);
  }
  return ({ file, line, pointer }) => {
    if (line === undefined || pointer !== undefined) return undefined;
    const excerpt = byFile.get(file)?.find((one) => line >= one.line && line < one.line + one.lines.length);
    if (excerpt === undefined) return undefined;
    const from = Math.max(excerpt.line, line - AROUND);
    const to = Math.min(excerpt.line + excerpt.lines.length - 1, line + AROUND);
    if (from === to) return undefined;
    return {
      from,
      to,
      rows: excerpt.lines
        .slice(from - excerpt.line, to - excerpt.line + 1)
        .map((text, i) => ({ line: from + i, text, quoted: from + i === line })),
    };
  };
}
