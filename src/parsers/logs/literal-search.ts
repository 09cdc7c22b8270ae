/**
 * Finds many byte strings in one pass over raw bytes, without decoding text or splitting lines.
 *
 * The bytes are read as aligned 32-bit words. An occurrence of a literal of nine bytes or more covers a whole aligned
 * word and half of the next, whatever its position, so for each of the four alignments six bytes of the literal stand
 * for it in a table; a shorter one covers at least a word that begins at an even place. What is not in the tables rules
 * out all literals at once, and the loop steps by a constant four bytes.
 */

/** Called for every occurrence; `at` is the position of the literal's first byte. Not in order of position. */
export type OnLiteral = (literal: number, at: number) => void;

/** Reports every occurrence of every literal that lies wholly in `bytes[from, to)`. */
export type LiteralSearch = (bytes: Uint8Array, from: number, to: number, onLiteral: OnLiteral) => void;

/** The shortest literal that is searched for: with one byte to the next even place it covers a word. */
export const MIN_LITERAL_BYTES = 5;

const WORD = 4;
const HALF = 2;
const LONG = WORD + HALF;
/** From this length on a literal covers a word and a half, whatever its position. */
const LONG_LITERAL_BYTES = 9;
/** 65,536 places of entries. */
const HASH_SHIFT = 16;
/** Bits that rule six bytes out: 524,288, so that some thousand of them let one of a hundred others through by chance. */
const LONG_SHIFT = 13;
/** Bits that rule a word out: 65,536 for the few hundred of short literals. */
const SHORT_SHIFT = 16;
/** Knuth's multiplier: spreads words over the upper bits. */
const MULTIPLIER = 0x9e3779b1;

/** Frequent characters of logs, most frequent first: a literal is represented by its rarest word. */
const FREQUENT = ' etaoinsrcldupmhfgkb0123456789vywxjqz"=:-./_,[]()';

/** What one more place of a run counts against the rarity of its characters, and how many an everyday word stands for. */
const SHARED = 20;
const EVERYDAY_WEIGHT = 10;

/** How rare each byte is: 0 for the most frequent one. */
const RARITY: readonly number[] = Array.from({ length: 256 }, (_, byte) => {
  const char = String.fromCharCode(byte);
  const at = FREQUENT.indexOf(char.toLowerCase());
  // Capitals are rare, what is not in the list is rarer.
  return at < 0 || char !== char.toLowerCase() ? FREQUENT.length : at;
});

/** What logs of Kubernetes are full of, beside what the literals share with one another. */
const EVERYDAY =
  'container containerd successfully started stopped deactivated process processed connection connected closed accepted ' +
  'kubernetes kubelet.go runc k8s.io mount unmounted scope service session event events SyncLoop syncing volume image ' +
  'time= level=info level=warning msg= error warning request response status running updated created deleted finished ' +
  'namespace default system node pod pods name type reason source from with after before completed ready address ' +
  'http:// https:// GET POST /api/v1 /apis/ .svc.cluster.local 127.0.0.1 "level":"info" "msg":" "ts":" "error":"';

/** The four bytes at `at` as a word of memory; those outside of `bytes` are 0. */
const wordAt = (bytes: Uint8Array, at: number): number =>
  bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);

const hashOf = (word: number): number => Math.imul(word, MULTIPLIER);

/** One of 65,536 places for a word. */
const placeOf = (word: number): number => hashOf(word) >>> HASH_SHIFT;

/** How often what shares a place stands in the literals and in everyday words. */
function countWords(texts: readonly Uint8Array[]): Int32Array {
  const counts = new Int32Array(1 << 16);
  const add = (text: Uint8Array, weight: number): void => {
    for (let at = 0; at + WORD <= text.length; at++) counts[placeOf(wordAt(text, at))]! += weight;
  };
  for (const text of texts) add(text, 1);
  add(new TextEncoder().encode(EVERYDAY), EVERYDAY_WEIGHT);
  return counts;
}

/** Where the rarest `size` bytes begin of those at `first`, `first + step` … : what few share, of rare characters. */
function rarest(bytes: Uint8Array, first: number, step: number, size: number, counts: Int32Array): number {
  let best = first;
  let most = -Infinity;
  for (let offset = first; offset + size <= bytes.length; offset += step) {
    const shared = Math.min(
      counts[placeOf(wordAt(bytes, offset))]!,
      counts[placeOf(wordAt(bytes, offset + size - WORD))]!,
    );
    let score = -SHARED * shared;
    for (let i = offset; i < offset + size; i++) score += RARITY[bytes[i]!]!;
    if (score > most) {
      most = score;
      best = offset;
    }
  }
  return best;
}

/** A word of a literal, which stands for it at one alignment. */
interface Entry {
  readonly literal: number;
  /** Where in the literal the word begins. */
  readonly offset: number;
  readonly word: number;
  /** What the literal has two bytes later: half of the word, and half of what follows. */
  readonly later: number;
}

/** Entries behind a table of 65,536 places, chained: `first[place]`, then `next[entry]`, until -1. */
interface Index {
  readonly first: Int32Array;
  readonly next: Int32Array;
  readonly words: Int32Array;
  readonly literals: Int32Array;
  readonly offsets: Int32Array;
}

function createIndex(entries: readonly Entry[]): Index {
  const first = new Int32Array(1 << 16).fill(-1);
  const next = entries.map(({ word }, n) => {
    const before = first[placeOf(word)]!;
    first[placeOf(word)] = n;
    return before;
  });
  return {
    first,
    next: Int32Array.from(next),
    words: Int32Array.from(entries, ({ word }) => word),
    literals: Int32Array.from(entries, ({ literal }) => literal),
    offsets: Int32Array.from(entries, ({ offset }) => offset),
  };
}

/** A bit for each of these hashes. */
function createMarks(hashes: readonly number[], shift: number): Int32Array {
  const marks = new Int32Array(1 << (27 - shift));
  for (const hash of hashes) {
    const mark = hash >>> shift;
    marks[mark >>> 5]! |= 1 << (mark & 31);
  }
  return marks;
}

/** A search for the literals given by position in the list; they are searched as their UTF-8 bytes, case matters. */
export function createLiteralSearch(literals: readonly string[]): LiteralSearch {
  const encoder = new TextEncoder();
  const patterns = literals.map((text) => encoder.encode(text));
  const tooShort = patterns.findIndex((bytes) => bytes.length < MIN_LITERAL_BYTES);
  if (tooShort >= 0) {
    throw new Error(`literal ${JSON.stringify(literals[tooShort])} is shorter than ${MIN_LITERAL_BYTES} bytes`);
  }
  const counts = countWords(patterns);
  const long: Entry[] = [];
  const short: Entry[] = [];
  patterns.forEach((bytes, literal) => {
    const entryAt = (offset: number): Entry => ({
      literal,
      offset,
      word: wordAt(bytes, offset),
      later: wordAt(bytes, offset + HALF),
    });
    // The places of a literal that are aligned to `step` wherever it stands: one of these sets of them.
    const [entries, step, size] = bytes.length < LONG_LITERAL_BYTES ? [short, HALF, WORD] : [long, WORD, LONG];
    for (let first = 0; first < step; first++) entries.push(entryAt(rarest(bytes, first, step, size, counts)));
  });
  const longIndex = createIndex(long);
  const shortIndex = createIndex(short);
  const longMarks = createMarks(
    long.map(({ word, later }) => hashOf(word) + hashOf(later)),
    LONG_SHIFT,
  );
  const shortMarks = createMarks(
    short.map(({ word }) => hashOf(word)),
    SHORT_SHIFT,
  );
  const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

  return (bytes, from, to, onLiteral) => {
    /** `word` begins at `at`. */
    const look = (index: Index, word: number, at: number): void => {
      for (let entry = index.first[placeOf(word)]!; entry >= 0; entry = index.next[entry]!) {
        if (index.words[entry] !== word) continue;
        const literal = index.literals[entry]!;
        const pattern = patterns[literal]!;
        const start = at - index.offsets[entry]!;
        if (start < from || start + pattern.length > to) continue;
        let k = 0;
        while (k < pattern.length && bytes[start + k] === pattern[k]) k++;
        if (k === pattern.length) onLiteral(literal, start);
      }
    };
    if (from >= to) return;
    // Borders of memory, not of the range: a typed view needs them. Words at the ends may hold bytes from outside of
    // the range, which no literal in it covers.
    const start = from - ((bytes.byteOffset + from) & (WORD - 1));
    const count = Math.ceil((to - start) / WORD);
    const whole = (bytes.buffer.byteLength - bytes.byteOffset - start) >> 2;
    const view = littleEndian
      ? new Int32Array(bytes.buffer, bytes.byteOffset + start, Math.min(count, whole))
      : Int32Array.from({ length: count }, (_, i) => wordAt(bytes, start + i * WORD));
    const viewed = view.length;
    /** The last word, of memory that ends within it. */
    const rest = viewed < count ? wordAt(bytes, start + viewed * WORD) : 0;
    let word = viewed > 0 ? view[0]! : rest;
    for (let i = 0; i < count; i++) {
      const next = i + 1 < viewed ? view[i + 1]! : rest;
      const later = (word >>> 16) | (next << 16);
      const hash = hashOf(word);
      const laterHash = hashOf(later);
      const mark = (hash + laterHash) >>> LONG_SHIFT;
      const wordMark = hash >>> SHORT_SHIFT;
      const laterMark = laterHash >>> SHORT_SHIFT;
      // A shift by 32 and more takes the lower five bits only.
      if (((longMarks[mark >>> 5]! >>> mark) & 1) !== 0) look(longIndex, word, start + i * WORD);
      if ((((shortMarks[wordMark >>> 5]! >>> wordMark) | (shortMarks[laterMark >>> 5]! >>> laterMark)) & 1) !== 0) {
        look(shortIndex, word, start + i * WORD);
        look(shortIndex, later, start + i * WORD + HALF);
      }
      word = next;
    }
  };
}
