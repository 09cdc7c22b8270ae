/** zstd as a stream that keeps every byte before a break. */
import { Decompress } from 'fzstd';
import { guardRatio, type Reading } from './limits.ts';

// Bounds what one push can unpack: a run-length block of 4 bytes makes at most 128 KiB (RFC 8878, 3.1.1.2).
const PIECE = 4 * 1024;

/** Unpacks zstd. A cut or damaged stream and an absurd ratio end it early; the break is listed under `path`. */
export async function* unzstd(
  chunks: AsyncIterable<Uint8Array>,
  path: string,
  reading: Reading,
): AsyncGenerator<Uint8Array> {
  const guard = guardRatio(reading.limits.ratio);
  const ready: Uint8Array[] = [];
  let packed = 0;
  let unpacked = 0;
  let bomb: string | undefined;
  const engine = new Decompress((chunk) => {
    unpacked += chunk.byteLength;
    bomb ??= guard(chunk, packed);
    if (bomb !== undefined) throw new Error(bomb);
    ready.push(chunk);
  });
  const push = (piece: Uint8Array, last: boolean): string | undefined => {
    packed += piece.byteLength;
    try {
      engine.push(piece, last);
      return undefined;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return bomb ?? `the zstd stream ends early or is damaged (${why}): the ${unpacked} bytes before are kept`;
    }
  };
  let failure: string | undefined;
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.byteLength && failure === undefined; at += PIECE) {
      failure = push(chunk.subarray(at, at + PIECE), false);
      yield* ready.splice(0);
    }
    if (failure !== undefined) break;
  }
  failure ??= push(new Uint8Array(0), true);
  yield* ready.splice(0);
  if (failure !== undefined) reading.refuse(path, failure);
}
