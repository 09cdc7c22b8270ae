/** Opens containers inside containers, one after the other, until plain files are left. */
import { peek } from '../lib/text-stream.ts';
import type { BundleFile } from './bundle.ts';
import type { RawFile } from './folder.ts';
import { gunzip } from './gzip.ts';
import type { Reading } from './limits.ts';
import { cleanName, showName } from './names.ts';
import { sniff, SNIFF_BYTES, UNSUPPORTED } from './sniff.ts';
import { readTar } from './tar.ts';

/** Where the files of a container go: `prefix` is the folder its entries appear in. */
export interface Place {
  readonly prefix: string;
  /** Containers round this file. A tar inside gzip counts as one. */
  readonly depth: number;
}

/** The plain files in a file: itself, or what its archive holds (`node-1.tar.gz/logs/kubelet.log`). */
export async function* expand(
  file: RawFile,
  place: Place,
  reading: Reading,
  seen: Set<string>,
): AsyncGenerator<BundleFile> {
  const { head, chunks } = await peek(file.chunks, SNIFF_BYTES);
  const container = sniff(head);
  if (container === undefined) {
    seen.add(file.path);
    yield {
      path: file.path,
      bytes: reading.meter(file.path, chunks),
      ...(file.size === undefined ? {} : { size: file.size }),
    };
  } else if (container !== 'gzip' && container !== 'tar') {
    reading.refuse(file.path, UNSUPPORTED[container]);
  } else if (place.depth >= reading.limits.nesting) {
    reading.refuse(file.path, `not opened: more than ${reading.limits.nesting} archives deep (limit: nesting)`);
  } else if (container === 'tar') {
    yield* expandTar({ ...file, chunks }, place, reading, seen);
  } else {
    const unpacked = await peek(gunzip(chunks, file.path, reading), SNIFF_BYTES);
    if (sniff(unpacked.head) === 'tar') {
      yield* expandTar({ ...file, chunks: unpacked.chunks }, place, reading, seen);
    } else {
      // A file of its own: `messages-1.gz` is `messages-1`, unless that is already there.
      const short = file.path.replace(/([^/])\.gz$/i, '$1');
      const path = seen.has(short) ? file.path : short;
      yield* expand({ path, chunks: unpacked.chunks }, { ...place, depth: place.depth + 1 }, reading, seen);
    }
  }
}

async function* expandTar(
  file: RawFile,
  place: Place,
  reading: Reading,
  seen: Set<string>,
): AsyncGenerator<BundleFile> {
  const { prefix } = place;
  for await (const { header, bytes } of readTar(file.chunks, { path: file.path, prefix }, reading.refuse)) {
    const clean = cleanName(header.name, reading.limits.pathLength);
    const shown = prefix + showName(header.name);
    if (!reading.entry(shown)) return;
    if ('reason' in clean) reading.refuse(shown, clean.reason);
    else if (header.type === 'directory' || clean.path === '') continue;
    else if (header.type === 'file' || header.type === 'contiguous-file') {
      const path = prefix + clean.path;
      const size = header.size === undefined ? {} : { size: header.size };
      yield* expand({ path, chunks: bytes, ...size }, { prefix: `${path}/`, depth: place.depth + 1 }, reading, seen);
    } else reading.refuse(shown, refusedType(header.type, header.linkname));
    if (reading.stopped()) return;
  }
}

function refusedType(type: string | null | undefined, target: string | null | undefined): string {
  if (type === 'symlink' || type === 'link') {
    return `${type === 'link' ? 'hard' : 'symbolic'} link to ${showName(target ?? '?')}, not followed`;
  }
  return `not a regular file (${type ?? 'unknown type'})`;
}
