/** Folders and single files on disk. Read only; links, devices and sockets inside a folder are never followed. */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { readdir, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { CHUNK, type Reading } from './limits.ts';
import { cleanName, showName } from './names.ts';

/** A file before it is known whether it is a container. */
export interface RawFile {
  readonly path: string;
  readonly size?: number;
  readonly chunks: AsyncIterable<Uint8Array>;
}

// Deeper trees are loops of bind mounts or attacks; kubectl and must-gather trees have about 10.
const MAX_DEPTH = 64;

/**
 * All files below a folder, by name in code-point order, so that every run and machine reads them alike. A manifest
 * says what the other files are: `manifest.json` and `manifest.jsonl` come first in their folder.
 */
export async function* readFolder(root: string, reading: Reading, below = '', depth = 0): AsyncGenerator<RawFile> {
  const folder = join(root, below);
  let entries;
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch (error) {
    reading.refuse(below === '' ? '.' : below, `folder not readable (${codeOf(error)})`);
    return;
  }
  entries.sort((a, b) => rank(a.name) - rank(b.name) || (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    if (reading.stopped()) return;
    const name = below === '' ? entry.name : `${below}/${entry.name}`;
    const clean = cleanName(name, reading.limits.pathLength);
    if ('reason' in clean) reading.refuse(showName(name), clean.reason);
    else if (entry.isDirectory() && depth >= MAX_DEPTH) reading.refuse(name, `more than ${MAX_DEPTH} folders deep`);
    else if (entry.isDirectory()) yield* readFolder(root, reading, name, depth + 1);
    else if (entry.isFile()) yield* readFile(join(root, name), name, reading);
    else if (!entry.isSymbolicLink()) reading.refuse(name, 'not a regular file');
    // A link to what is read anyway is the same text under a second name: nothing is lost, and it must not count twice.
    else if (!(await leadsInside(root, name))) reading.refuse(name, 'symbolic link, not followed');
  }
}

async function leadsInside(root: string, name: string): Promise<boolean> {
  try {
    return (await realpath(join(root, name))).startsWith(`${await realpath(root)}${sep}`);
  } catch {
    return false;
  }
}

const rank = (name: string): number => (name === 'manifest.json' || name === 'manifest.jsonl' ? 0 : 1);

/**
 * One file; nothing when it cannot be opened (listed). `follow`: the user named this path, so a link is meant. Files are
 * read by blocking calls: nothing else could be done meanwhile, and three turns of the thread pool for each of thousands
 * of small files cost more than reading them.
 */
export async function* readFile(
  location: string,
  path: string,
  reading: Reading,
  follow = false,
): AsyncGenerator<RawFile> {
  let descriptor: number;
  let size: number | undefined;
  try {
    descriptor = openSync(location, constants.O_RDONLY | (follow ? 0 : constants.O_NOFOLLOW));
  } catch (error) {
    reading.refuse(path, `file not readable (${codeOf(error)})`);
    return;
  }
  try {
    const stat = fstatSync(descriptor);
    // Files under /proc have size 0 and content all the same.
    if (stat.isFile() && stat.size > 0) size = stat.size;
    yield { path, chunks: chunksOf(descriptor, path, size, reading), ...(size === undefined ? {} : { size }) };
  } finally {
    closeSync(descriptor);
  }
}

async function* chunksOf(
  descriptor: number,
  path: string,
  size: number | undefined,
  reading: Reading,
): AsyncGenerator<Uint8Array> {
  // One byte more than the file has, so that a small file's end is seen in the first read.
  let length = Math.min(CHUNK, (size ?? CHUNK) + 1);
  for (;;) {
    let chunk: Buffer;
    try {
      const buffer = Buffer.allocUnsafeSlow(length);
      chunk = buffer.subarray(0, readSync(descriptor, buffer, 0, length, null));
    } catch (error) {
      reading.refuse(path, `cut: reading failed (${codeOf(error)})`);
      return;
    }
    if (chunk.byteLength === 0) return;
    yield chunk;
    length = CHUNK;
  }
}

/** `ENOENT`, `EACCES` …: short, and the same in every language. */
export function codeOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return typeof code === 'string' ? code : String(error);
}
