/** Bytes on their way into an archive, whose header must know their number first: kept in a file of our own. */
import { closeSync, openSync, read, writeSync } from 'node:fs';
import { promisify } from 'node:util';

const CHUNK = 1024 * 1024;
const readAt = promisify(read);

/** A stretch of a spool. */
export interface Stretch {
  readonly offset: number;
  readonly length: number;
}

/** A file that is only appended to while it is written, and then read by stretches. */
export interface Spool {
  /** Bytes written so far: where the next append begins. */
  size(): number;
  append(bytes: Uint8Array): void;
  bytes(stretch: Stretch): AsyncGenerator<Uint8Array>;
  /** The whole stretch as text. */
  text(stretch: Stretch): Promise<string>;
  close(): void;
}

/** Creates the file at `path`; whoever made the folder deletes it. */
export function createSpool(path: string): Spool {
  const file = openSync(path, 'wx+', 0o600);
  let waiting: Uint8Array[] = [];
  let waitingSize = 0;
  let size = 0;
  const flush = (): void => {
    const bytes = Buffer.concat(waiting);
    for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done);
    waiting = [];
    waitingSize = 0;
  };
  async function* bytesOf({ offset, length }: Stretch): AsyncGenerator<Uint8Array> {
    flush();
    for (let at = 0; at < length;) {
      const buffer = Buffer.allocUnsafe(Math.min(CHUNK, length - at));
      const { bytesRead } = await readAt(file, buffer, 0, buffer.length, offset + at);
      if (bytesRead === 0) throw new Error('a temporary file was cut');
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  }
  return {
    size: () => size,
    append(bytes) {
      // A copy: the caller's buffer may be used again.
      waiting.push(Uint8Array.prototype.slice.call(bytes));
      waitingSize += bytes.byteLength;
      size += bytes.byteLength;
      if (waitingSize >= CHUNK) flush();
    },
    bytes: bytesOf,
    async text(stretch) {
      const parts: Uint8Array[] = [];
      for await (const part of bytesOf(stretch)) parts.push(part);
      return Buffer.concat(parts).toString('utf8');
    },
    close: () => closeSync(file),
  };
}
