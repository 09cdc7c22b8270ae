import { pointerTo } from '../lib/json-pointer.ts';
import type { Evidence, Origin } from './records.ts';

/** What a fact carries whose source is a field of a JSON document: its pointer, its own words, and the machine. */
export function jsonBase(
  origin: Origin,
  path: readonly (string | number)[],
  value: unknown,
): { source: Evidence; node?: string } {
  const pointer = pointerTo(...path);
  const words = JSON.stringify(value) ?? '';
  const name = path.at(-1);
  const text = typeof name === 'string' ? `"${name}": ${words}` : words;
  const source = {
    file: origin.file,
    pointer,
    text: text.length > QUOTE_LIMIT ? `${text.slice(0, QUOTE_LIMIT)}…` : text,
  };
  return origin.node === undefined ? { source } : { source, node: origin.node };
}

/** A report shows evidence, not documents. */
const QUOTE_LIMIT = 300;
