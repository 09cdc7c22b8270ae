/** A bounded text as lines, and whether bytes are a text at all. */
import { stripTerminalCodes } from '../lib/terminal-text.ts';

/** Lines that a text parser gets at most, and their bytes: a describe of 5,000 nodes is about 500,000 lines. */
const MOST_LINES = 1_000_000;
const MOST_BYTES = 64 * 1024 * 1024;
/** What is said of a text that is longer than that. */
export const CUT = `the text is longer than ${MOST_BYTES >> 20} MiB or ${MOST_LINES} lines`;

const decoder = new TextDecoder('utf-8');
const encoder = new TextEncoder();

/** The lines of a text, without colours; the last one needs no end. */
export function linesOfText(text: string | Uint8Array): string[] {
  const lines = stripTerminalCodes(typeof text === 'string' ? text : decoder.decode(text)).split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** All lines of a bounded text; `cut` says that there was more. */
export async function collect(chunks: AsyncIterable<Uint8Array>): Promise<{ lines: string[]; cut: boolean }> {
  const parts: Uint8Array[] = [];
  let size = 0;
  let cut = false;
  for await (const chunk of chunks) {
    if (size >= MOST_BYTES) {
      cut = true;
      continue;
    }
    parts.push(chunk.subarray(0, MOST_BYTES - size));
    size += chunk.length;
    if (size > MOST_BYTES) cut = true;
  }
  const lines = linesOfText(Buffer.concat(parts));
  return lines.length > MOST_LINES ? { lines: lines.slice(0, MOST_LINES), cut: true } : { lines, cut };
}

/** A text that is at hand, as a stream. */
export async function* streamOf(text: string): AsyncIterable<Uint8Array> {
  yield encoder.encode(text);
}

/** Control bytes that no text has: the file is binary and its content is not for us. */
export function isBinary(head: Uint8Array): boolean {
  let odd = 0;
  for (const byte of head.subarray(0, 4096)) if (byte === 0 || (byte < 7 && byte > 0)) odd++;
  return odd > 8 || (odd > 0 && odd * 50 > Math.min(head.length, 4096));
}
