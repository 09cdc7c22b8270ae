/** Byte streams of text: what encoding they have, what they begin with, and their lines, all in bounded memory. */

type Chunks = AsyncIterable<Uint8Array>;

const LF = 0x0a;
const CR = 0x0d;

/** A Buffer over the same memory (no copy). */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * Reads the first `bytes` bytes (fewer when the stream is shorter) and gives them together with a stream that still
 * begins with them: nothing is lost. May read and keep up to one chunk more than asked.
 */
export async function peek(chunks: Chunks, bytes: number): Promise<{ head: Buffer; chunks: Chunks }> {
  const iterator = chunks[Symbol.asyncIterator]();
  const read: Uint8Array[] = [];
  let size = 0;
  while (size < bytes) {
    const next = await iterator.next();
    if (next.done === true) break;
    read.push(next.value);
    size += next.value.byteLength;
  }
  const joined = read.length === 1 && read[0] !== undefined ? asBuffer(read[0]) : Buffer.concat(read);
  return { head: joined.subarray(0, bytes), chunks: after(joined, iterator) };
}

async function* after(first: Buffer, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (first.byteLength > 0) yield first;
  yield* { [Symbol.asyncIterator]: () => rest };
}

type Encoding = { readonly name: 'utf-8' | 'utf-16le' | 'utf-16be'; readonly bom: number };

/** By byte-order mark; else UTF-16 when every second byte of the beginning is zero (ASCII text without a mark). */
function encodingOf(head: Buffer): Encoding {
  if (head[0] === 0xff && head[1] === 0xfe) return { name: 'utf-16le', bom: 2 };
  if (head[0] === 0xfe && head[1] === 0xff) return { name: 'utf-16be', bom: 2 };
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return { name: 'utf-8', bom: 3 };
  // Four characters are enough: a zero byte in UTF-8 text is rare, in every second place it does not happen.
  const pairs = Math.floor(head.length / 2);
  if (pairs < 4) return { name: 'utf-8', bom: 0 };
  let evenZeros = 0;
  let oddZeros = 0;
  for (let i = 0; i < pairs; i++) {
    if (head[2 * i] === 0) evenZeros++;
    if (head[2 * i + 1] === 0) oddZeros++;
  }
  if (oddZeros === pairs && evenZeros === 0) return { name: 'utf-16le', bom: 0 };
  if (evenZeros === pairs && oddZeros === 0) return { name: 'utf-16be', bom: 0 };
  return { name: 'utf-8', bom: 0 };
}

/**
 * The same text as UTF-8 without a byte-order mark. PowerShell's `>` writes UTF-16LE; such a file would otherwise be
 * unreadable. UTF-8 passes through untouched, valid or not.
 */
export async function* toUtf8(chunks: Chunks): AsyncGenerator<Uint8Array> {
  const { head, chunks: all } = await peek(chunks, 64);
  const encoding = encodingOf(head);
  let skip = encoding.bom;
  const decoder = encoding.name === 'utf-8' ? undefined : new TextDecoder('utf-16le');
  let odd: Buffer = Buffer.alloc(0);
  for await (const chunk of all) {
    let bytes = asBuffer(chunk);
    if (skip > 0) {
      const cut = Math.min(skip, bytes.length);
      bytes = bytes.subarray(cut);
      skip -= cut;
    }
    if (decoder !== undefined && encoding.name === 'utf-16be') {
      const whole = odd.length > 0 ? Buffer.concat([odd, bytes]) : Buffer.from(bytes);
      const even = whole.length - (whole.length % 2);
      odd = whole.subarray(even);
      bytes = whole.subarray(0, even).swap16();
    }
    if (bytes.length === 0) continue;
    yield decoder === undefined ? bytes : Buffer.from(decoder.decode(bytes, { stream: true }), 'utf8');
  }
  const rest = decoder?.decode();
  if (rest !== undefined && rest !== '') yield Buffer.from(rest, 'utf8');
}

/**
 * The lines of UTF-8 text without their ends (LF or CRLF); the last one needs none. A line longer than `maxLineBytes`
 * keeps its beginning and ends in `… [N bytes cut]`, so that a file of 100 MB without a line end costs no memory.
 */
export async function* linesOf(chunks: Chunks, options: { readonly maxLineBytes: number }): AsyncGenerator<string> {
  const { maxLineBytes } = options;
  let pending: Buffer[] = [];
  let kept = 0;
  let size = 0;
  const keep = (part: Buffer): void => {
    size += part.length;
    const room = maxLineBytes - kept;
    if (room <= 0 || part.length === 0) return;
    const fits = part.length > room ? part.subarray(0, room) : part;
    // A copy: a view would hold its whole chunk (1 MiB) for the sake of a few bytes.
    pending.push(Buffer.from(fits));
    kept += fits.length;
  };
  const flush = (): string => {
    const bytes = pending.length === 1 && pending[0] !== undefined ? pending[0] : Buffer.concat(pending);
    const line = size > kept ? `${bytes.toString('utf8')}… [${size - kept} bytes cut]` : textOf(bytes);
    pending = [];
    kept = 0;
    size = 0;
    return line;
  };
  for await (const chunk of chunks) {
    const bytes = asBuffer(chunk);
    let from = 0;
    for (let end = bytes.indexOf(LF); end !== -1; end = bytes.indexOf(LF, from)) {
      if (size === 0 && end - from <= maxLineBytes) yield textOf(bytes.subarray(from, end));
      else {
        keep(bytes.subarray(from, end));
        yield flush();
      }
      from = end + 1;
    }
    keep(bytes.subarray(from));
  }
  if (size > 0) yield flush();
}

function textOf(line: Buffer): string {
  return line.toString('utf8', 0, line[line.length - 1] === CR ? line.length - 1 : line.length);
}
