/** Any bundle that we read, written anew in our own layout (docs/bundle-format.md). */
import { createWriteStream, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { openBundle, type OpenOptions } from '../bundle/open.ts';
import { temporaryFile, temporaryFolder } from '../lib/temporary-folder.ts';
import { mustBeWritable } from '../lib/writable.ts';
import { readBundle } from '../read/read.ts';
import { compileSignatures } from '../signatures/signature.ts';
import { writeArchive, type ArchiveFile } from './archive.ts';
import { createRecorder } from './recorder.ts';
import { createSpool } from './spool.ts';

export interface ConvertOptions extends OpenOptions {
  /** Mask credentials in logs, outputs and objects. Values of Secrets never go along. */
  readonly redact?: boolean;
  readonly progress?: (path: string, files: number, bytes: number) => void;
}

export interface Converted {
  readonly files: number;
  readonly bytes: number;
  /** Texts and files that are only named in the new manifest, with the reason. */
  readonly lost: number;
}

/**
 * Reads one bundle (several paths are one) and writes it to `out` as a .tar.gz. The same bundle gives the same bytes, and
 * what was written gives itself again. Texts wait in a temporary folder (TMPDIR), because an archive tells their sizes
 * first; a file `out` appears when it is whole. Throws a UserError when nothing can be read.
 */
export async function convert(
  paths: readonly string[],
  out: string | Writable,
  options: ConvertOptions = {},
): Promise<Converted> {
  const bundle = await openBundle(paths, options);
  if (typeof out === 'string') mustBeWritable(out);
  const folder = temporaryFolder('kubestrata-convert-');
  const texts = createSpool(join(folder.path, 'texts'));
  const objects = createSpool(join(folder.path, 'objects'));
  try {
    const recording = createRecorder(texts, objects, options.redact === true);
    const read = await readBundle(bundle, {
      // Nobody asks what the logs say.
      signatures: compileSignatures([]),
      recorder: recording.recorder,
      ...(options.progress ? { progress: options.progress } : {}),
    });
    const refused = bundle.refused.map(({ path, reason }) => ({ lost: path, reason }));
    const { now } = read.collected;
    const { manifest, files, losses } = await recording.finish(now, read.layouts, refused);
    const root =
      now === undefined ? 'kubestrata' : `kubestrata-${new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, '')}`;
    const first = Buffer.from(manifest);
    const all: ArchiveFile[] = [
      { path: `${root}/manifest.jsonl`, size: first.length, bytes: () => once(first) },
      ...files.map(({ path, at }) => ({ path: `${root}/${path}`, size: at.length, bytes: () => texts.bytes(at) })),
    ];
    if (typeof out !== 'string') await writeArchive(out, all, now ?? 0);
    else {
      const partial = `${out}.part`;
      const discard = temporaryFile(partial);
      try {
        await writeArchive(createWriteStream(partial), all, now ?? 0);
        renameSync(partial, out);
      } finally {
        discard();
      }
    }
    return { files: all.length, bytes: all.reduce((sum, file) => sum + file.size, 0), lost: losses };
  } finally {
    texts.close();
    objects.close();
    folder.remove();
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
