/** Opens a support bundle: folders, archives, files and stdin become one stream of named files. */
import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { peek } from '../lib/text-stream.ts';
import { UserError } from '../lib/user-error.ts';
import type { Bundle, BundleFile, Limits } from './bundle.ts';
import { expand } from './expand.ts';
import { codeOf, readFile, readFolder, type RawFile } from './folder.ts';
import { DEFAULT_LIMITS, startReading, type Reading } from './limits.ts';
import { withoutArchiveSuffix } from './names.ts';
import { SNIFF_BYTES } from './sniff.ts';

export interface OpenOptions {
  readonly limits?: Partial<Limits>;
  readonly stdin?: AsyncIterable<Uint8Array>;
}

interface Input {
  readonly location: string;
  readonly type: 'folder' | 'file' | 'stdin';
  readonly name: string;
}

/**
 * Opens one bundle made of all `paths`: a folder, a .tar, a .tar.gz or .tgz, a .gz of one file, any single file, or `-`
 * for stdin; archives are told by their bytes, not their names. With several paths the files of each are put below the
 * path's base name (a single plain file keeps just its name). Nothing is written to disk, nothing is held whole.
 *
 * Throws a UserError for a path that does not exist, and (while `files` is read) when nothing at all could be read.
 */
export async function openBundle(paths: readonly string[], options: OpenOptions = {}): Promise<Bundle> {
  const inputs: Input[] = [];
  for (const path of paths) inputs.push(await inspect(path));
  const first = inputs[0];
  if (first === undefined) throw new UserError('no bundle given: name a folder, an archive or a file, or - for stdin');
  const reading = startReading({ ...DEFAULT_LIMITS, ...options.limits });
  return {
    name: first.type === 'folder' ? first.name : withoutArchiveSuffix(first.name),
    files: readAll(inputs, options.stdin ?? process.stdin, reading),
    refused: reading.refused,
  };
}

async function inspect(path: string): Promise<Input> {
  if (path === '-') return { location: path, type: 'stdin', name: 'stdin' };
  let type;
  try {
    type = await stat(path);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') throw new UserError(`${path}: no such file or folder; check the path`);
    throw new UserError(`${path}: not readable (${code}); check the permissions`);
  }
  const name = basename(resolve(path));
  if (type.isDirectory()) return { location: path, type: 'folder', name };
  // A pipe is what the shell's <(...) gives.
  if (type.isFile() || type.isFIFO()) return { location: path, type: 'file', name };
  throw new UserError(`${path}: neither a file nor a folder; give an archive, a folder or a text file`);
}

async function* readAll(
  inputs: readonly Input[],
  stdin: AsyncIterable<Uint8Array>,
  reading: Reading,
): AsyncGenerator<BundleFile> {
  const names = new Set<string>();
  const seen = new Set<string>();
  let files = 0;
  for (const input of inputs) {
    const name = unique(input.name, names);
    const prefix = inputs.length > 1 ? `${name}/` : '';
    for await (const raw of rawFiles(input, name, stdin, reading)) {
      const isTop = input.type !== 'folder';
      const path = isTop ? raw.path : prefix + raw.path;
      if (!reading.entry(path)) break;
      const { head, chunks } = await peek(raw.chunks, SNIFF_BYTES);
      if (isTop && head.length === 0) {
        reading.refuse(path, 'the file is empty');
        continue;
      }
      const place = { prefix: isTop ? prefix : `${path}/`, depth: 0 };
      for await (const file of expand({ ...raw, path, chunks }, place, reading, seen)) {
        files++;
        yield file;
        if (reading.stopped()) break;
      }
    }
  }
  if (files > 0) return;
  const why = reading.refused[0];
  // A single file is its own name.
  const named = inputs.length === 1 && inputs[0]?.name === why?.path;
  const reason = why === undefined ? 'it holds no file' : `${named ? '' : `${why.path}: `}${why.reason}`;
  const where = inputs.map((input) => (input.location === '-' ? 'standard input' : input.location)).join(', ');
  throw new UserError(`nothing to read in ${where}: ${reason}`);
}

function rawFiles(
  input: Input,
  name: string,
  stdin: AsyncIterable<Uint8Array>,
  reading: Reading,
): AsyncIterable<RawFile> {
  if (input.type === 'folder') return readFolder(input.location, reading);
  if (input.type === 'file') return readFile(input.location, name, reading, true);
  return (async function* () {
    yield { path: name, chunks: stdin };
  })();
}

/** `pods.json`, and the second one `pods.json-2`: evidence must name one file. */
function unique(name: string, taken: Set<string>): string {
  let free = name;
  for (let n = 2; taken.has(free); n++) free = `${name}-${n}`;
  taken.add(free);
  return free;
}
