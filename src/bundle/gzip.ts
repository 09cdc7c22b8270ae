/** gzip as a stream that keeps every byte before a break. */
import { setImmediate } from 'node:timers/promises';
import { createGunzip } from 'node:zlib';
import { CHUNK, guardRatio, type Reading } from './limits.ts';

// Bounds what one write can unpack: gzip reaches 1030 to 1, so 64 KiB are at most 66 MiB.
const PIECE = 64 * 1024;
// CRC-32 and length, 4 bytes each (RFC 1952).
const TRAILER = 8;

/**
 * Unpacks gzip. A cut or damaged stream, a wrong checksum and an absurd ratio end it early: what was unpacked so far
 * is given, and the break is listed under `path`.
 *
 * zlib's own streams throw away what they have buffered when they fail; here every piece is taken out before the next
 * goes in. The next piece is unpacked (on Node's thread pool) while the consumer works on the last.
 */
export async function* gunzip(
  chunks: AsyncIterable<Uint8Array>,
  path: string,
  reading: Reading,
): AsyncGenerator<Uint8Array> {
  const engine = createGunzip({ chunkSize: CHUNK });
  let ready: Uint8Array[] = [];
  let failure: NodeJS.ErrnoException | undefined;
  engine.on('data', (chunk: Uint8Array) => ready.push(chunk));
  engine.on('error', (error: NodeJS.ErrnoException) => (failure = error));
  const closed = new Promise((resolve) => engine.on('close', resolve));
  const take = (): Uint8Array[] => {
    const taken = ready;
    ready = [];
    return taken;
  };

  let packed = 0;
  let unpacked = 0;
  const guard = guardRatio(reading.limits.ratio);
  try {
    let inFlight: Promise<unknown> = Promise.resolve();
    for await (const piece of pieces(chunks)) {
      await inFlight;
      if (failure !== undefined) break;
      const out = take();
      // A write that fails is never called back.
      inFlight = Promise.race([closed, new Promise((resolve) => engine.write(piece, resolve))]);
      for (const chunk of out) {
        unpacked += chunk.byteLength;
        const bomb = guard(chunk, packed);
        if (bomb !== undefined) return reading.refuse(path, bomb);
        yield chunk;
        // zlib fills one chunk at a time and asks here for the next: without this turn it would wait for the consumer.
        await setImmediate();
      }
      packed += piece.byteLength;
    }
    await inFlight;
    // Closes by itself after its end (autoDestroy) and after a failure.
    engine.end();
    await closed;
    for (const chunk of take()) {
      unpacked += chunk.byteLength;
      const bomb = guard(chunk, packed);
      if (bomb !== undefined) return reading.refuse(path, bomb);
      yield chunk;
    }
    if (failure !== undefined) reading.refuse(path, breakText(failure, unpacked));
  } finally {
    engine.destroy();
  }
}

/**
 * Pieces of bounded size. The last bytes (gzip's checksum and length) are a piece of their own: zlib gives nothing of
 * a piece in which it fails, and a wrong checksum must not cost the data.
 */
async function* pieces(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let held: Uint8Array = new Uint8Array(0);
  for await (const chunk of chunks) {
    const short = chunk.byteLength < TRAILER;
    if (!short && held.byteLength > 0) yield held;
    const bytes = short ? Buffer.concat([held, chunk]) : chunk;
    const end = Math.max(0, bytes.byteLength - TRAILER);
    for (let i = 0; i < end; i += PIECE) yield bytes.subarray(i, Math.min(end, i + PIECE));
    held = bytes.subarray(end);
  }
  if (held.byteLength > 0) yield held;
}

function breakText(failure: NodeJS.ErrnoException, unpacked: number): string {
  const kept = `the ${unpacked} bytes before the break are kept`;
  if (failure.code === 'Z_BUF_ERROR') return `the archive ends early (truncated gzip): ${kept}`;
  return `the gzip stream is damaged (${failure.message}): ${kept}`;
}
