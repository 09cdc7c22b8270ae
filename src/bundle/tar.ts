/** tar as a stream of entries that keeps every byte before a break. */
import { setImmediate } from 'node:timers/promises';
import { extract, type Headers } from 'tar-stream';
import { showName } from './names.ts';

/** One entry; its bytes can be read until the next entry is asked for. */
export interface TarEntry {
  readonly header: Headers;
  readonly bytes: AsyncIterable<Uint8Array>;
}

type Happening =
  | { readonly type: 'entry'; readonly header: Headers }
  | { readonly type: 'data'; readonly bytes: Uint8Array }
  | { readonly type: 'end' };

// tar-stream gathers a long name (GNU, pax) in memory before it says anything; real ones are some hundred bytes.
const MAX_SILENCE = 16 * 1024 * 1024;

/**
 * Walks a tar archive. Damage (a wrong header checksum, an early end) stops the walk: the entries so far are given, a
 * cut file is given up to the cut, and `refuse` hears of it. `place` is how the archive and its entries are called.
 *
 * The archive is pushed chunk by chunk through tar-stream, and what happened is queued: at most one chunk's worth.
 */
export async function* readTar(
  chunks: AsyncIterable<Uint8Array>,
  place: { readonly path: string; readonly prefix: string },
  refuse: (path: string, reason: string) => void,
): AsyncGenerator<TarEntry> {
  const tar = extract({ allowUnknownFormat: true });
  const source = chunks[Symbol.asyncIterator]();
  let queue: Happening[] = [];
  let failure: Error | undefined;
  let wake = (): void => {};
  tar.on('entry', (header, stream, next) => {
    queue.push({ type: 'entry', header });
    const end = (): void => {
      queue.push({ type: 'end' });
      next();
    };
    // A folder with a size has no content, and its stream would never end.
    if (header.type === 'directory') {
      stream.resume();
      end();
      return;
    }
    stream.on('data', (bytes: Uint8Array) => queue.push({ type: 'data', bytes }));
    stream.on('end', end);
    stream.on('error', () => {});
  });
  tar.on('error', (error) => (failure = error));
  tar.on('drain', () => wake());
  tar.on('close', () => wake());

  let stage: 'feeding' | 'flushing' | 'over' = 'feeding';
  let silence = 0;
  const feed = async (): Promise<void> => {
    if (failure !== undefined) {
      stage = 'over';
      return;
    }
    if (stage === 'flushing') {
      stage = 'over';
      const finished = new Promise<void>((resolve) => (wake = resolve));
      tar.on('finish', () => wake());
      tar.end();
      await finished;
      return;
    }
    const chunk = await source.next();
    if (chunk.done === true) {
      // tar-stream hands data on in later ticks, and drops what it holds when it hears of an early end.
      await setImmediate();
      stage = 'flushing';
      return;
    }
    const drained = new Promise<void>((resolve) => (wake = resolve));
    if (!tar.write(chunk.value)) await drained;
    silence = queue.length > 0 ? 0 : silence + chunk.value.byteLength;
    if (silence > MAX_SILENCE) failure = new Error(`no file in ${MAX_SILENCE} bytes`);
  };
  let head = 0;
  const happening = async (): Promise<Happening | undefined> => {
    while (head >= queue.length) {
      queue = [];
      head = 0;
      if (stage === 'over') return undefined;
      await feed();
    }
    return queue[head++];
  };

  let open: { readonly header: Headers; got: number } | undefined;
  const bytes = async function* (): AsyncGenerator<Uint8Array> {
    for (;;) {
      const next = await happening();
      if (next === undefined) return;
      if (next.type === 'end') open = undefined;
      if (next.type !== 'data' || open === undefined) return;
      open.got += next.bytes.byteLength;
      yield next.bytes;
    }
  };
  try {
    for (;;) {
      const next = await happening();
      if (next === undefined) break;
      if (next.type === 'end') open = undefined;
      if (next.type === 'data' && open !== undefined) open.got += next.bytes.byteLength;
      if (next.type !== 'entry') continue;
      open = { header: next.header, got: 0 };
      yield { header: next.header, bytes: bytes() };
    }
    if (open !== undefined) {
      refuse(
        place.prefix + showName(open.header.name),
        `cut: the archive ends early, ${open.got} of ${open.header.size ?? '?'} bytes are there`,
      );
    } else if (failure !== undefined) {
      refuse(place.path, `the tar archive is damaged or ends early (${failure.message}): the entries before are kept`);
    }
  } finally {
    tar.destroy();
    await source.return?.();
  }
}
