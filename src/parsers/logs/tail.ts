/** The last lines of a stream in bounded memory. */
import { windowText, QUOTE_LIMIT } from './line-window.ts';

const LF = 0x0a;
/** Bytes kept at most: lines are quoted up to QUOTE_LIMIT bytes, so more would be thrown away at the end. */
const BYTE_LIMIT = 128 * 1024;

export interface Tail {
  /** Must be given every chunk in order. Copies what it keeps. */
  push(chunk: Buffer): void;
  /** The last lines with their 1-based numbers, empty ones left out. `lines`: how many the stream has. */
  lines(lines: number): { readonly line: number; readonly text: string }[];
}

/** Keeps the last `limit` lines. */
export function createTail(limit: number): Tail {
  let kept: Buffer = Buffer.alloc(0);

  /** Where the last `limit` lines of the bytes begin; 0 when there are fewer. The last line needs no line end. */
  const start = (bytes: Buffer): number => {
    let at = bytes.length - 1;
    for (let n = 0; n < limit; n++) {
      if (at <= 0) return 0;
      at = bytes.lastIndexOf(LF, at - 1);
      if (at < 0) return 0;
    }
    return at + 1;
  };

  return {
    push(chunk) {
      const from = Math.max(start(chunk), chunk.length - BYTE_LIMIT);
      if (from > 0) {
        kept = Buffer.from(chunk.subarray(from));
        return;
      }
      const joined = Buffer.concat([kept, chunk]);
      kept = Buffer.from(joined.subarray(Math.max(start(joined), joined.length - BYTE_LIMIT)));
    },
    lines(lines) {
      const ended = kept[kept.length - 1] === LF;
      const out: { line: number; text: string }[] = [];
      let end = ended ? kept.length - 1 : kept.length;
      for (let line = lines; line > 0 && end >= 0 && out.length < limit; line--) {
        const before = end === 0 ? -1 : kept.lastIndexOf(LF, end - 1);
        if (end > before + 1) {
          const text = windowText(kept, before + 1, end, before + 1, QUOTE_LIMIT);
          if (text.trim() !== '') out.push({ line, text });
        }
        if (before < 0) break;
        end = before;
      }
      return out.reverse();
    },
  };
}
