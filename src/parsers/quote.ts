import type { Evidence, Origin } from './records.ts';

/** Longer lines are cut when quoted: a report shows evidence, not dumps. */
const QUOTE_LIMIT = 2_000;

/** The evidence for what line `index` (0-based, inside the text) of an origin says. */
export function quote(origin: Origin, index: number, text: string): Evidence {
  const trimmed = text.trim();
  return {
    file: origin.file,
    line: origin.firstLine + index,
    text: trimmed.length > QUOTE_LIMIT ? `${trimmed.slice(0, QUOTE_LIMIT)}…` : trimmed,
  };
}

/** What every fact carries: where it stands and, when known, the machine it is about. */
export function factBase(origin: Origin, index: number, text: string): { source: Evidence; node?: string } {
  const source = quote(origin, index, text);
  return origin.node === undefined ? { source } : { source, node: origin.node };
}
