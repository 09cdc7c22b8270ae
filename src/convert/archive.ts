/** Writes a gzipped tarball whose bytes depend on its content alone. */
import { once } from 'node:events';
import { Transform, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { pack } from 'tar-stream';

export interface ArchiveFile {
  readonly path: string;
  readonly size: number;
  bytes(): AsyncIterable<Uint8Array>;
}

/** RFC 1952: byte 9 of the header is the operating system; 255 says unknown. zlib writes the one it runs on. */
const OS_BYTE = 9;
const UNKNOWN_OS = 255;

/** All files with one time, owner and mode. `time`: milliseconds since 1970. */
export async function writeArchive(to: Writable, files: Iterable<ArchiveFile>, time: number): Promise<void> {
  const tar = pack();
  let first = true;
  const anySystem = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (first && chunk.length > OS_BYTE) chunk[OS_BYTE] = UNKNOWN_OS;
      first = false;
      done(null, chunk);
    },
  });
  const written = pipeline(tar, createGzip({ level: 6 }), anySystem, to);
  // A full disk is told by `written`; until it is awaited below it must not count as unhandled.
  written.catch(() => undefined);
  const mtime = new Date(Math.max(0, Math.floor(time / 1000)) * 1000);
  try {
    for (const file of files) {
      const header = { name: file.path, size: file.size, mtime, mode: 0o644, uid: 0, gid: 0, uname: '', gname: '' };
      let failed: Error | null | undefined;
      const entry = tar.entry({ ...header, type: 'file' }, (error) => (failed = error ?? null));
      const ended = once(entry, 'close');
      ended.catch(() => undefined);
      for await (const chunk of file.bytes())
        if (!entry.write(chunk)) await Promise.race([once(entry, 'drain'), written]);
      entry.end();
      await Promise.race([ended, written]);
      if (failed) throw failed;
    }
    tar.finalize();
    await written;
  } catch (error) {
    tar.destroy();
    // The disk's own complaint says more than that of the stream that broke because of it.
    await written;
    throw error;
  }
}
