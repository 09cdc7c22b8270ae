/** The result for programs: whole, and as one finding per line. */
import type { Result } from '../result.ts';

/** The contract itself, indented. */
export const json = (result: Result): string => [...jsonPieces(result)].join('');

/** Entries of a list that are one piece. */
const ENTRIES = 100;

/** The same piece by piece: a large result is never one string. */
export function* jsonPieces(result: Result): Generator<string> {
  let before = '{\n';
  for (const [key, value] of Object.entries(result)) {
    if (value === undefined) continue;
    if (!Array.isArray(value) || value.length <= ENTRIES) yield before + member(key, value);
    else {
      // Each hundred is written as if it were the whole list, then the lines that open and close that are cut off.
      const opening = `  ${JSON.stringify(key)}: [\n`;
      const closing = '\n  ]';
      for (let at = 0; at < value.length; at += ENTRIES) {
        const entries = member(key, value.slice(at, at + ENTRIES)).slice(opening.length, -closing.length);
        yield (at === 0 ? before + opening : ',\n') + entries;
      }
      yield closing;
    }
    before = ',\n';
  }
  yield '\n}\n';
}

/** A member of the outermost object as it stands there, without the lines of the braces. */
const member = (key: string, value: unknown): string => JSON.stringify({ [key]: value }, null, 2).slice(2, -2);

/** One finding per line, with the bundle's name, for log pipelines. */
export const ndjson = (result: Result): string =>
  result.findings.map((finding) => `${JSON.stringify({ bundle: result.bundle.name, ...finding })}\n`).join('');
