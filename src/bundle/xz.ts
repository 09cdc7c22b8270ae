/** xz as a stream that keeps every byte before a break. */
import { ReadableStream } from 'node:stream/web';
import xz from 'xz-decompress';
import { guardRatio, type Reading } from './limits.ts';

/** What one step of the decoder takes. */
const PIECE = 64 * 1024;

// The package lets one stream run at a time, to save memory: an .xz inside an .xz would wait for its outer one for ever.
// Its decoder keeps all state in a context of each stream, so the lock is taken away.
Object.assign(xz.XzReadableStream, { _contextMutex: { acquire: () => Promise.resolve(), release: () => undefined } });

/** Unpacks xz. A cut or damaged stream and an absurd ratio end it early; the break is listed under `path`. */
export async function* unxz(
  chunks: AsyncIterable<Uint8Array>,
  path: string,
  reading: Reading,
): AsyncGenerator<Uint8Array> {
  const guard = guardRatio(reading.limits.ratio);
  const source = pieces(chunks);
  let packed = 0;
  let unpacked = 0;
  let ended = false;
  let starve = (): void => {};
  const starved = new Promise<'starved'>((resolve) => (starve = () => resolve('starved')));
  const input = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const next = await source.next();
        if (next.done === true && !ended) {
          // The decoder says that it is done only in the step after its last byte.
          ended = true;
          controller.enqueue(new Uint8Array(0));
          return;
        }
        if (next.done === true) {
          // The decoder must not hear of the end: it would throw away what it has given and nobody has taken yet.
          starve();
          return new Promise<void>(() => {});
        }
        packed += next.value.byteLength;
        controller.enqueue(next.value);
      },
    },
    { highWaterMark: 0 },
  );
  const output = new xz.XzReadableStream(input).getReader();
  let failure: string | undefined;
  try {
    for (;;) {
      const next = await Promise.race([output.read(), starved]);
      if (next === 'starved') {
        failure = `the archive ends early (truncated xz): the ${unpacked} bytes before the break are kept`;
        break;
      }
      if (next.done) break;
      unpacked += next.value.byteLength;
      failure = guard(next.value, packed);
      if (failure !== undefined) break;
      yield next.value;
    }
    if (failure === undefined && (await source.next()).done !== true)
      failure = 'only the first of several xz streams in this file was read';
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    failure = `the xz stream is damaged (${why}): the ${unpacked} bytes before the break are kept`;
  } finally {
    // Frees the decoder's memory; after a failure it has done so itself and says no.
    void output.cancel().catch(() => undefined);
    await source.return(undefined);
  }
  if (failure !== undefined) reading.refuse(path, failure);
}

async function* pieces(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks)
    for (let at = 0; at < chunk.byteLength; at += PIECE) yield chunk.subarray(at, at + PIECE);
}
