/** The result for programs: whole, and as one finding per line. */
import type { Result } from '../result.ts';

/** The contract itself, indented. */
export const json = (result: Result): string => [...jsonPieces(result)].join('');

/** Characters of a piece, about. */
const PIECE = 256 * 1024;

/** The same piece by piece: a large result is never one string. */
export function* jsonPieces(result: Result): Generator<string> {
  let piece = '{';
  let before = '\n';
  for (const [key, value] of Object.entries(result)) {
    if (value === undefined) continue;
    piece += `${before}  ${JSON.stringify(key)}: `;
    before = ',\n';
    if (!Array.isArray(value) || value.length === 0) piece += indented(value, '  ');
    else {
      let beforeEntry = '[\n';
      for (const entry of value) {
        piece += `${beforeEntry}    ${indented(entry, '    ')}`;
        beforeEntry = ',\n';
        if (piece.length < PIECE) continue;
        yield piece;
        piece = '';
      }
      piece += '\n  ]';
    }
  }
  yield `${piece}\n}\n`;
}

/** A value as JSON whose further lines stand at an indentation. (Line ends inside of strings are escaped.) */
const indented = (value: unknown, indent: string): string =>
  JSON.stringify(value, null, 2).replaceAll('\n', `\n${indent}`);

/** One finding per line, with the bundle's name, for log pipelines. */
export const ndjson = (result: Result): string =>
  result.findings.map((finding) => `${JSON.stringify({ bundle: result.bundle.name, ...finding })}\n`).join('');
