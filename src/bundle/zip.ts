/** zip as a stream of entries, in the order of the file: its index, at the end, is not needed and not waited for. */
import { crc32 } from 'node:zlib';
import { byteCursor, type ByteCursor } from '../lib/byte-cursor.ts';
import { inflateAt } from './inflate.ts';
import { CHUNK } from './limits.ts';
import { showName } from './names.ts';

/** One entry; its bytes can be read until the next entry is asked for. */
export interface ZipEntry {
  readonly name: string;
  /** Unpacked bytes, when the entry tells beforehand. */
  readonly size?: number;
  readonly bytes: AsyncIterable<Uint8Array>;
}

// Signatures and fields: APPNOTE.TXT 4.3.7 (local file header), 4.3.9 (data descriptor), 4.3.12 (central directory).
const LOCAL = 0x04034b50;
const DESCRIPTOR = 0x08074b50;
const HEADER = 30;
const AFTER_ENTRY: ReadonlySet<number> = new Set([LOCAL, 0x02014b50, 0x06054b50, 0x06064b50, 0x08064b50]);
const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED = 1;
const SIZES_FOLLOW = 8;
const IN_ZIP64 = 0xffffffff;

interface Header {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly length: number;
}

/**
 * Walks a zip archive. Damage ends the walk: what was read so far is given, and `refuse` hears of it. Entries that
 * are encrypted or packed by another method than deflate are refused one by one.
 */
export async function* readZip(
  chunks: AsyncIterable<Uint8Array>,
  place: { readonly path: string; readonly prefix: string; readonly ratio: number },
  refuse: (path: string, reason: string) => void,
): AsyncGenerator<ZipEntry> {
  const cursor = byteCursor(chunks);
  try {
    for (;;) {
      const header = await readHeader(cursor);
      if (header === 'end') return;
      if (typeof header === 'string') {
        refuse(place.path, `the zip archive ${header}: the entries before are kept`);
        return;
      }
      const shown = place.prefix + showName(header.name);
      const sizesFollow = (header.flags & SIZES_FOLLOW) !== 0;
      const unknown = unreadable(header, sizesFollow);
      let broken = false;
      const fail = (reason: string): void => {
        broken = true;
        refuse(shown, `cut: ${reason}`);
      };
      if (unknown !== undefined) {
        refuse(shown, unknown);
        if (sizesFollow && header.packed === 0) {
          refuse(place.path, 'its size is not told, so nothing after it in this zip archive was read');
          return;
        }
        for await (const part of take(cursor, header.packed, fail)) void part;
      } else {
        let sum = 0;
        const unpacked =
          header.method === STORED
            ? take(cursor, header.packed, fail)
            : inflateAt(cursor, place.ratio, (reason) => fail(reason));
        const bytes = (async function* () {
          for await (const part of unpacked) {
            sum = crc32(part, sum);
            yield part;
          }
        })();
        // A caller that stops early ends only its own loop.
        const guarded: AsyncIterable<Uint8Array> = { [Symbol.asyncIterator]: () => ({ next: () => bytes.next() }) };
        yield { name: header.name, ...(sizesFollow ? {} : { size: header.size }), bytes: guarded };
        for await (const part of bytes) void part;
        if (!broken) {
          const expected = sizesFollow ? await readDescriptor(cursor) : header.crc;
          if (expected !== sum) refuse(shown, 'its checksum is wrong: the text may be damaged');
        }
      }
      if (broken) {
        refuse(place.path, 'nothing after the break in this zip archive was read');
        return;
      }
    }
  } finally {
    await cursor.close();
  }
}

function unreadable(header: Header, sizesFollow: boolean): string | undefined {
  if ((header.flags & ENCRYPTED) !== 0) return 'encrypted, not read: unpack it with its password and give the folder';
  if (header.method !== STORED && header.method !== DEFLATED)
    return `packed by zip method ${header.method}, which is not read: unpack it (unzip) and give the folder`;
  if (header.method === STORED && sizesFollow && header.packed === 0 && header.size === 0 && !header.name.endsWith('/'))
    return 'stored without its size, not read: unpack it (unzip) and give the folder';
  return undefined;
}

async function readHeader(cursor: ByteCursor): Promise<Header | string> {
  const fixed = await cursor.peek(HEADER);
  if (fixed.byteLength < 4) return 'ends early';
  const signature = fixed.readUInt32LE(0);
  if (signature !== LOCAL) return AFTER_ENTRY.has(signature) ? 'end' : 'is damaged (no entry where one must be)';
  if (fixed.byteLength < HEADER) return 'ends early';
  const nameLength = fixed.readUInt16LE(26);
  const extraLength = fixed.readUInt16LE(28);
  const length = HEADER + nameLength + extraLength;
  const whole = await cursor.peek(length);
  if (whole.byteLength < length) return 'ends early';
  const wide = zip64(whole.subarray(HEADER + nameLength), fixed.readUInt32LE(22), fixed.readUInt32LE(18));
  const header: Header = {
    name: whole.toString('utf8', HEADER, HEADER + nameLength),
    flags: fixed.readUInt16LE(6),
    method: fixed.readUInt16LE(8),
    crc: fixed.readUInt32LE(14),
    ...wide,
    length,
  };
  cursor.skip(length);
  return header;
}

/** Sizes of 4 GiB and more stand in extra field 1, in this order, each only if its short field is full (4.5.3). */
function zip64(extra: Buffer, size: number, packed: number): { size: number; packed: number } {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    let from = at + 4;
    const wide = (short: number): number => {
      if (short !== IN_ZIP64 || from + 8 > extra.length) return short;
      from += 8;
      return Number(extra.readBigUInt64LE(from - 8));
    };
    const wideSize = wide(size);
    return { size: wideSize, packed: wide(packed) };
  }
  return { size, packed };
}

/** The checksum behind an entry. Its signature is optional and its sizes have 4 or 8 bytes: what follows decides. */
async function readDescriptor(cursor: ByteCursor): Promise<number | undefined> {
  const bytes = await cursor.peek(28);
  const signed = bytes.length >= 4 && bytes.readUInt32LE(0) === DESCRIPTOR ? 4 : 0;
  for (const start of [signed, 0])
    for (const sizes of [8, 16]) {
      const end = start + 4 + sizes;
      if (bytes.length < end + 4 || !AFTER_ENTRY.has(bytes.readUInt32LE(end))) continue;
      cursor.skip(end);
      return bytes.readUInt32LE(start);
    }
  return undefined;
}

async function* take(cursor: ByteCursor, count: number, broken: (reason: string) => void): AsyncGenerator<Uint8Array> {
  for (let left = count; left > 0;) {
    const bytes = await cursor.next(Math.min(left, CHUNK));
    if (bytes === undefined) return broken(`the archive ends early, ${count - left} of ${count} bytes are there`);
    left -= bytes.byteLength;
    yield bytes;
  }
}
