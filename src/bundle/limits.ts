/** What a bundle may cost, and the books kept while one is read. */
import type { Limits, Refused } from './bundle.ts';

const MiB = 1024 * 1024;
const GiB = 1024 * MiB;

/**
 * Far above real bundles, far below what hurts: the largest must-gathers are 32 GiB in 7,000 files, the largest single
 * file measured is a 2 GB pod list, and bundles of logs pack 40 to 1 (gzip's own ceiling is 1030 to 1).
 */
export const DEFAULT_LIMITS: Limits = {
  entries: 250_000,
  totalBytes: 64 * GiB,
  fileBytes: 8 * GiB,
  ratio: 200,
  nesting: 4,
  pathLength: 1024,
};

/** Chunks of 1 MiB: a quarter of the time that zlib needs with its default of 16 KiB. */
export const CHUNK = MiB;

/** The ratio is judged only after this many unpacked bytes: a small file of one letter is no attack. */
const RATIO_GRACE = 16 * MiB;

/** A bundle can hold a million links; the report needs to say so once. */
const MAX_REFUSED = 1000;

/** The state of one reading, shared by all containers of the bundle. */
export interface Reading {
  readonly limits: Limits;
  readonly refused: readonly Refused[];
  refuse(path: string, reason: string): void;
  /** Counts an entry; false when there are too many and reading ends here. */
  entry(path: string): boolean;
  /** True when a limit for the whole bundle was hit: every loop ends. */
  stopped(): boolean;
  /** The bytes of one file, up to what the limits allow. */
  meter(path: string, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array>;
}

/** Starts the books of one bundle. */
export function startReading(limits: Limits): Reading {
  const refused: Refused[] = [];
  let beyond = 0;
  let entries = 0;
  let total = 0;
  let stop = false;

  const refuse = (path: string, reason: string): void => {
    if (refused.length < MAX_REFUSED) refused.push({ path, reason });
    else refused[MAX_REFUSED] = { path: '', reason: `${++beyond} more were refused` };
  };
  return {
    limits,
    refused,
    refuse,
    entry: (path) => {
      entries++;
      if (entries <= limits.entries || stop) return !stop;
      stop = true;
      refuse(path, `not read, nor anything after it: more than ${limits.entries} entries (limit: entries)`);
      return false;
    },
    stopped: () => stop,
    async *meter(path, chunks) {
      let size = 0;
      for await (const chunk of chunks) {
        const room = Math.min(limits.fileBytes - size, limits.totalBytes - total);
        const part = chunk.byteLength > room ? chunk.subarray(0, room) : chunk;
        size += part.byteLength;
        total += part.byteLength;
        if (part.byteLength > 0) yield part;
        if (part === chunk) continue;
        if (total >= limits.totalBytes) {
          stop = true;
          refuse(
            path,
            `cut, and nothing after it read: more than ${limits.totalBytes} bytes in all (limit: totalBytes)`,
          );
        } else refuse(path, `cut: longer than ${limits.fileBytes} bytes (limit: fileBytes)`);
        return;
      }
    },
  };
}

/** What is said of a stream that unpacks to too much; undefined while it is within bounds. */
export type RatioGuard = (chunk: Uint8Array, packed: number) => string | undefined;

/** Watches the unpacked chunks of one compressed stream; `packed`: the bytes of it that were read so far. */
export function guardRatio(limit: number): RatioGuard {
  let unpacked = 0;
  return (chunk, packed) => {
    unpacked += chunk.byteLength;
    if (unpacked <= RATIO_GRACE || unpacked <= packed * limit) return undefined;
    const ratio = Math.floor(unpacked / Math.max(1, packed));
    return `not read further: it unpacks to ${ratio} times its size after ${packed} bytes (limit: ratio ${limit})`;
  };
}
