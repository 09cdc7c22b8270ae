/**
 * Cuts a stream of JSON into its parts at byte level, without building anything: JSON documents one after the other,
 * text between them, and a long list inside a document item by item. A list of any length costs the memory of its
 * longest item. Works for any indentation and for minified JSON.
 */
import { isAscii } from 'node:buffer';
import { asBuffer } from './text-stream.ts';

/** What is cut. */
export interface CutOptions<T = never> {
  /** Keys of the top object whose array is given item by item. A document that is an array is always cut. */
  readonly listKeys: readonly string[];
  /** An item (or a document without its list) longer than this is skipped. */
  readonly maxBytes: number;
  /** A block of text between documents, told by how its first and last lines begin; it may hold anything, even JSON. */
  readonly block?: { readonly start: string; readonly end: string };
  /**
   * Reads an item that opens at `start` right there, and says where the byte after it stands: nobody has to find its
   * end first. Undefined leaves it to be cut: it is not whole in these bytes, or not to be read so.
   */
  readonly readItem?: (bytes: Buffer, start: number) => { readonly value: T; readonly end: number } | undefined;
}

/** Lines are 1-based; 0 where they were no longer counted (LINE_LIMIT). `pointer` is an RFC 6901 JSON pointer inside the document. */
export type JsonPart<T = never> =
  /** A list begins; `head` is the document up to here with an empty list: the keys that stand before it. */
  | { readonly type: 'list'; readonly head: string; readonly line: number }
  | { readonly type: 'item'; readonly bytes: Buffer; readonly pointer: string; readonly line: number }
  /** What readItem made of an item. */
  | { readonly type: 'value'; readonly value: T; readonly pointer: string; readonly line: number }
  /** A document is complete; its list, when it had one, is empty in `json`. */
  | { readonly type: 'document'; readonly json: string; readonly list: boolean; readonly line: number }
  | { readonly type: 'oversized'; readonly pointer: string; readonly line: number }
  | { readonly type: 'broken'; readonly reason: string; readonly line: number }
  /** A line outside of any document. */
  | { readonly type: 'text'; readonly text: string; readonly line: number };

const NONE: Buffer = Buffer.alloc(0);
const MAX_TEXT_LINE = 64 * 1024;
// A string that is still open at a chunk's end is read again with the next chunk, unless it is longer than any key.
const MAX_REREAD = 64 * 1024;
const MAX_DEPTH = 512;
/** Lines are counted so far into a stream: nobody opens a larger file at a line, and counting reads every byte. */
const LINE_LIMIT = 8 * 1024 * 1024;

// Bytes that end a run of plain characters inside a string: the quote, the backslash, a raw line end (not JSON).
const SPECIAL = new Uint8Array(256);
SPECIAL[0x22] = SPECIAL[0x5c] = SPECIAL[0x0a] = 1;

// Bytes outside of strings that say nothing about structure: space, digits, letters.
const PLAIN = new Uint8Array(256).fill(1);
for (const char of '\n",:[]{}') PLAIN[char.charCodeAt(0)] = 0;

// The two loops over every byte are functions of their own: V8 optimises small ones within the first chunk.

/** Where the next byte that can matter outside of strings stands, from `i` on; the length when there is none. */
function structural(bytes: Buffer, i: number): number {
  const n = bytes.length;
  while (i < n && PLAIN[bytes[i] as number] === 1) i++;
  return i;
}

/** Where a string ends: at its quote, at a raw line end, or (open) at a last lone backslash or the length. */
function stringStop(bytes: Buffer, i: number): number {
  const n = bytes.length;
  for (;;) {
    while (i < n && SPECIAL[bytes[i] as number] === 0) i++;
    if (i >= n || bytes[i] !== 0x5c || i + 1 >= n) return i;
    i += 2;
  }
}

/** Line ends between two positions. */
function linesIn(bytes: Buffer, from: number, to: number): number {
  let count = 0;
  for (let k = from; k < to; k++) if (bytes[k] === 0x0a) count++;
  return count;
}

/** The bytes of one value while they are gathered, possibly over several chunks. */
interface Capture {
  pieces: Buffer[];
  size: number;
  readonly line: number;
}

/** See the file's head. Parts come in the order of the bytes. */
export async function* cutJson<T = never>(
  chunks: AsyncIterable<Uint8Array>,
  options: CutOptions<T>,
): AsyncGenerator<JsonPart<T>> {
  const cutter = newCutter(options);
  for await (const chunk of chunks) yield* cutter.feed(asBuffer(chunk));
  yield* cutter.end();
}

function newCutter<T>(options: CutOptions<T>) {
  const { block, maxBytes, readItem } = options;
  const listKeys = options.listKeys.map((key) => Buffer.from(key));

  let parts: JsonPart<T>[] = [];
  let rest: Buffer = NONE;
  let line = 1;
  let depth = 0;
  /** Inside a string too long to be read again. */
  let inString = false;
  let document: Capture | undefined;
  let item: Capture | undefined;
  /** Depth of the list's elements' parent (1: the document is an array; 2: the list key's array); 0: not in a list. */
  let listDepth = 0;
  let expectList = false;
  /** The key of the list that is open, for pointers. */
  let listKey = '';
  let hadList = false;
  let index = 0;
  let inBlock = false;
  /** After a break: skip to the next document that starts a line. */
  let lost = false;
  let skipLine = false;
  let lineStart = true;
  /** Bytes before those that are being scanned. */
  let seen = 0;
  /** Past LINE_LIMIT the lines of items that are read in place are not counted. */
  let uncounted = false;

  const keep = (capture: Capture | undefined, bytes: Buffer): void => {
    if (capture === undefined || bytes.length === 0) return;
    capture.size += bytes.length;
    if (capture.size <= maxBytes) capture.pieces.push(bytes);
    else capture.pieces = [];
  };
  const lineNow = (): number => (uncounted ? 0 : line);
  const pointer = (): string => (listDepth === 1 ? `/${index}` : `/${listKey}/${index}`);
  /** Nothing is gathered inside a list between its items. */
  const target = (): Capture | undefined => item ?? (listDepth === 0 ? document : undefined);

  const breakOff = (reason: string): void => {
    parts.push({ type: 'broken', reason, line: lineNow() });
    depth = listDepth = 0;
    document = item = undefined;
    expectList = inString = false;
    lost = skipLine = true;
  };

  /** A line outside of documents, from `from`; gives where the next begins, or -1 when its end is not there yet. */
  const textLine = (bytes: Buffer, from: number, last: boolean): number => {
    let end = bytes.indexOf(0x0a, from);
    const open = end === -1;
    if (open) end = bytes.length;
    if (open && !last && end - from < MAX_TEXT_LINE) return -1;
    if (!skipLine && end > from) {
      const text = bytes.toString('utf8', from, Math.min(end, from + MAX_TEXT_LINE)).trimEnd();
      if (block !== undefined && !inBlock && text.startsWith(block.start)) {
        inBlock = true;
        lost = false;
      }
      if (!lost && (text !== '' || inBlock)) parts.push({ type: 'text', text, line: lineNow() });
      if (block !== undefined && inBlock && text.startsWith(block.end)) inBlock = false;
    } else if (inBlock && !skipLine && !open) parts.push({ type: 'text', text: '', line: lineNow() });
    skipLine = open && !last;
    lineStart = !open;
    if (!open) line++;
    return open ? end : end + 1;
  };

  /** True when a document starts at `i`; undefined when that cannot be told yet. `[INFO] …` is text. */
  const startsDocument = (bytes: Buffer, i: number, last: boolean): boolean | undefined => {
    if (inBlock || skipLine || (lost && !lineStart)) return false;
    if (bytes[i] === 0x7b) return true;
    if (bytes[i] !== 0x5b) return false;
    for (let j = i + 1; j < bytes.length; j++) {
      const byte = bytes[j] ?? 0;
      if (byte === 0x7b || byte === 0x5d) return true;
      if (byte > 0x20) return false;
    }
    return last ? false : undefined;
  };

  /** Ends the buffer at `at`: what comes after is read again with the next chunk. */
  const pause = (bytes: Buffer, run: number, at: number): void => {
    if (depth > 0) keep(target(), bytes.subarray(run, at));
    rest = bytes.subarray(at);
  };

  const scan = (bytes: Buffer, last: boolean): void => {
    const n = bytes.length;
    /** First byte not yet given to the current capture. */
    let run = 0;
    let i = 0;
    /** The last string, as long as nothing but space has followed it: a key when a colon comes. */
    let string = -1;
    let stringEnd = 0;
    let stringLine = line;
    while (i < n) {
      if (depth === 0 && !inString) {
        const byte = bytes[i] ?? 0;
        if (!inBlock && !skipLine && byte <= 0x20) {
          if (byte === 0x0a) line++;
          lineStart = byte === 0x0a;
          i++;
          continue;
        }
        const starts = startsDocument(bytes, i, last);
        const next = starts === false ? textLine(bytes, i, last) : i;
        if (starts === undefined || next === -1) return void (rest = bytes.subarray(i));
        i = next;
        if (starts === false) continue;
        lost = lineStart = false;
        run = i;
        document = { pieces: [], size: 0, line: lineNow() };
        hadList = byte === 0x5b;
        index = 0;
      }
      if (!inString) {
        i = structural(bytes, i);
        if (i >= n) break;
      }
      let byte = bytes[i] ?? 0;
      if (inString || byte === 0x22) {
        let j = i;
        if (!inString) {
          string = i;
          stringLine = line;
          j++;
        }
        j = stringStop(bytes, j);
        byte = bytes[j] ?? 0;
        if (j >= n || byte === 0x5c) {
          if (last) break;
          if (!inString && n - string <= MAX_REREAD) return pause(bytes, run, string);
          inString = true;
          string = -1;
          return pause(bytes, run, Math.min(j, n));
        }
        if (byte === 0x0a) {
          breakOff('a text that does not end on its line: the JSON is cut or damaged here');
          i = j;
          string = -1;
          continue;
        }
        if (inString) inString = false;
        else stringEnd = j;
        i = j + 1;
        continue;
      }
      i++;
      if (byte === 0x0a) {
        line++;
        continue;
      }
      if (byte === 0x3a) {
        if (string >= 0 && depth === 1 && listDepth === 0) {
          const length = stringEnd - string - 1;
          const key = listKeys.find(
            (one) => one.length === length && bytes.compare(one, 0, length, string + 1, stringEnd) === 0,
          );
          expectList = key !== undefined;
          if (key !== undefined) listKey = key.toString();
        }
      } else if (byte === 0x2c) {
        if (depth === 1) expectList = false;
      } else if (byte === 0x7b || byte === 0x5b) {
        depth++;
        if (depth > MAX_DEPTH) breakOff(`more than ${MAX_DEPTH} levels deep`);
        else if (byte === 0x5b && (depth === 1 || (depth === 2 && expectList && listDepth === 0))) {
          keep(document, bytes.subarray(run, i));
          listDepth = depth;
          expectList = false;
          // A key that stands twice goes on with its list: heads for each would grow with the square of their number.
          if (document !== undefined && (depth === 1 || !hadList)) {
            const head = Buffer.concat([...document.pieces, Buffer.from(depth === 2 ? ']}' : ']')]);
            parts.push({ type: 'list', head: jsonText(head), line: document.line });
          }
          hadList = true;
        } else if (listDepth > 0 && depth === listDepth + 1) {
          run = i - 1;
          const read = byte === 0x7b ? readItem?.(bytes, run) : undefined;
          if (read === undefined || read.end - run > maxBytes) item = { pieces: [], size: 0, line: lineNow() };
          else {
            parts.push({ type: 'value', value: read.value, pointer: pointer(), line: lineNow() });
            if (seen + run < LINE_LIMIT) line += linesIn(bytes, run, read.end);
            else uncounted = true;
            i = read.end;
            depth--;
            index++;
          }
        }
      } else if (byte === 0x7d || byte === 0x5d) {
        depth--;
        if (item !== undefined && depth === listDepth) {
          keep(item, bytes.subarray(run, i));
          if (item.size > maxBytes) parts.push({ type: 'oversized', pointer: pointer(), line: item.line });
          else parts.push({ type: 'item', bytes: bytesOf(item), pointer: pointer(), line: item.line });
          item = undefined;
          index++;
        } else if (listDepth > 0 && depth === listDepth - 1) {
          listDepth = 0;
          run = i - 1;
        }
        if (depth === 0 && document !== undefined) {
          keep(document, bytes.subarray(run, i));
          if (document.size > maxBytes) parts.push({ type: 'oversized', pointer: '', line: document.line });
          else parts.push({ type: 'document', json: jsonText(bytesOf(document)), list: hadList, line: document.line });
          document = undefined;
        }
      }
      string = -1;
    }
    if (string >= 0 && n - string <= MAX_REREAD && !last) {
      line = stringLine;
      return pause(bytes, run, string);
    }
    pause(bytes, run, n);
  };

  const take = (): JsonPart<T>[] => {
    const taken = parts;
    parts = [];
    return taken;
  };
  const read = (buffer: Buffer): void => {
    rest = NONE;
    scan(buffer, false);
    seen += buffer.length - rest.length;
  };
  return {
    feed: (chunk: Buffer): JsonPart<T>[] => {
      if (rest.length === 0) read(chunk);
      else {
        // With the next line end the text that was open is over: no need to copy the whole chunk.
        const cut = chunk.indexOf(0x0a) + 1 || chunk.length;
        read(Buffer.concat([rest, chunk.subarray(0, cut)]));
        const next = chunk.subarray(cut);
        if (next.length > 0) read(rest.length === 0 ? next : Buffer.concat([rest, next]));
      }
      return take();
    },
    end: (): JsonPart<T>[] => {
      scan(rest, true);
      if (depth > 0) breakOff('the JSON ends in the middle');
      return take();
    },
  };
}

/** The bytes of a captured value; a view of the chunk when it lies in one. */
function bytesOf({ pieces }: Capture): Buffer {
  const [only] = pieces;
  return pieces.length === 1 && only !== undefined ? only : Buffer.concat(pieces);
}

/** The text of JSON bytes. Most of it is ASCII, which decodes several times faster as Latin-1 than as UTF-8. */
export function jsonText(bytes: Buffer): string {
  return bytes.toString(isAscii(bytes) ? 'latin1' : 'utf8');
}
