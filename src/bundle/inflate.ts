/** Raw deflate out of the middle of a stream: it tells its own end, and takes not a byte after it. */
import { createInflateRaw } from 'node:zlib';
import type { ByteCursor } from '../lib/byte-cursor.ts';
import { CHUNK, guardRatio } from './limits.ts';

// Bounds what one write can unpack: deflate reaches 1032 to 1, so 64 KiB are at most 66 MiB.
const PIECE = 64 * 1024;

/** Unpacks the deflate stream at the cursor. A break ends it early, after `broken` has heard why. */
export async function* inflateAt(
  cursor: ByteCursor,
  ratio: number,
  broken: (reason: string) => void,
): AsyncGenerator<Uint8Array> {
  const engine = createInflateRaw({ chunkSize: CHUNK });
  const guard = guardRatio(ratio);
  let ready: Uint8Array[] = [];
  const state: { failure?: Error; over: boolean } = { over: false };
  const ended = new Promise<void>((resolve) => {
    engine.on('end', () => {
      state.over = true;
      resolve();
    });
    engine.on('error', (error) => {
      state.failure = error;
      resolve();
    });
  });
  engine.on('data', (chunk: Uint8Array) => ready.push(chunk));
  let packed = 0;
  try {
    while (!state.over && state.failure === undefined) {
      const piece = await cursor.peek(PIECE);
      if (piece.byteLength === 0) return broken('the archive ends early');
      // After the last byte of deflate a write is never called back.
      await Promise.race([ended, new Promise((resolve) => engine.write(piece, resolve))]);
      const taken = state.failure === undefined ? engine.bytesWritten - packed : 0;
      cursor.skip(taken);
      packed += taken;
      const out = ready;
      ready = [];
      for (const chunk of out) {
        const bomb = guard(chunk, packed + piece.byteLength);
        if (bomb !== undefined) return broken(bomb);
        yield chunk;
      }
    }
    if (state.failure !== undefined) broken(`damaged (${state.failure.message})`);
  } finally {
    engine.destroy();
  }
}
