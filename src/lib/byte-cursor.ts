/** Reading a stream of bytes by count, in bounded memory. */
import { asBuffer } from './text-stream.ts';

export interface ByteCursor {
  /** The next `count` bytes without taking them; fewer at the end of the stream. */
  peek(count: number): Promise<Buffer>;
  /** Takes bytes that were peeked. */
  skip(count: number): void;
  /** Takes the next bytes, at most `most` of them; undefined at the end of the stream. */
  next(most: number): Promise<Buffer | undefined>;
  /** Ends the source. */
  close(): Promise<void>;
}

/** A cursor at the beginning of the stream. */
export function byteCursor(chunks: AsyncIterable<Uint8Array>): ByteCursor {
  const source = chunks[Symbol.asyncIterator]();
  let held: Buffer = Buffer.alloc(0);
  const fill = async (count: number): Promise<void> => {
    while (held.byteLength < count) {
      const chunk = await source.next();
      if (chunk.done === true) return;
      held = held.byteLength === 0 ? asBuffer(chunk.value) : Buffer.concat([held, chunk.value]);
    }
  };
  const skip = (count: number): void => {
    held = held.subarray(count);
  };
  return {
    skip,
    peek: async (count) => {
      await fill(count);
      return held.subarray(0, count);
    },
    next: async (most) => {
      await fill(1);
      if (held.byteLength === 0) return undefined;
      const bytes = held.subarray(0, most);
      skip(bytes.byteLength);
      return bytes;
    },
    close: async () => {
      await source.return?.();
    },
  };
}
