/** Opens containers inside containers, one after the other, until plain files are left. */
import { posix } from 'node:path';
import { peek } from '../lib/text-stream.ts';
import type { BundleFile } from './bundle.ts';
import type { RawFile } from './folder.ts';
import { gunzip } from './gzip.ts';
import type { Reading } from './limits.ts';
import { cleanName, showName } from './names.ts';
import { sniff, SNIFF_BYTES, UNSUPPORTED, type Compression, type Container, type Unsupported } from './sniff.ts';
import { readTar } from './tar.ts';
import { unxz } from './xz.ts';
import { readZip } from './zip.ts';
import { unzstd } from './zstd.ts';

/** Where the files of a container go: `prefix` is the folder its entries appear in. */
export interface Place {
  readonly prefix: string;
  /** Containers round this file. A tar inside gzip counts as one. */
  readonly depth: number;
}

const UNPACK: Readonly<
  Record<Compression, (chunks: AsyncIterable<Uint8Array>, path: string, reading: Reading) => AsyncIterable<Uint8Array>>
> = { gzip: gunzip, xz: unxz, zstd: unzstd };

const isUnsupported = (container: Container): container is Unsupported => container in UNSUPPORTED;

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
  } else if (isUnsupported(container)) {
    reading.refuse(file.path, UNSUPPORTED[container]);
  } else if (place.depth >= reading.limits.nesting) {
    reading.refuse(file.path, `not opened: more than ${reading.limits.nesting} archives deep (limit: nesting)`);
  } else if (container === 'tar') {
    yield* expandTar({ ...file, chunks }, place, reading, seen);
  } else if (container === 'zip') {
    yield* expandZip({ ...file, chunks }, place, reading, seen);
  } else {
    const before = reading.refused.length;
    const unpacked = await peek(UNPACK[container](chunks, file.path, reading), SNIFF_BYTES);
    // Broken from its first byte: it is listed, and no empty file stands for it.
    if (unpacked.head.length === 0 && reading.refused.length > before) return;
    if (sniff(unpacked.head) === 'tar') {
      yield* expandTar({ ...file, chunks: unpacked.chunks }, place, reading, seen);
    } else {
      // A file of its own: `messages-1.gz` is `messages-1`, unless that is already there.
      const short = file.path.replace(/([^/])\.(?:gz|xz|zst)$/i, '$1');
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
  const links: Link[] = [];
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
    } else if (header.type === 'symlink' || header.type === 'link') {
      const from = header.type === 'symlink' ? posix.dirname(prefix + clean.path) : prefix;
      const target = posix.join(from, header.linkname ?? '');
      links.push({ shown, target, reason: refusedType(header.type, header.linkname) });
    } else reading.refuse(shown, refusedType(header.type, header.linkname));
    if (reading.stopped()) break;
  }
  refuseLinks(links, reading, seen);
}

interface Link {
  readonly shown: string;
  /** Where it leads inside the bundle. */
  readonly target: string;
  readonly reason: string;
}

/** A link to what was read is the same text under a second name: nothing is lost, and it must not count twice. */
function refuseLinks(links: readonly Link[], reading: Reading, seen: ReadonlySet<string>): void {
  if (links.length === 0) return;
  const known = new Set(seen);
  for (const path of seen)
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) known.add(path.slice(0, at));
  for (const link of links) if (!known.has(link.target)) reading.refuse(link.shown, link.reason);
}

async function* expandZip(
  file: RawFile,
  place: Place,
  reading: Reading,
  seen: Set<string>,
): AsyncGenerator<BundleFile> {
  const { prefix } = place;
  const at = { path: file.path, prefix, ratio: reading.limits.ratio };
  for await (const { name, size, bytes } of readZip(file.chunks, at, reading.refuse)) {
    // Some Windows tools write their own separator, against the format (APPNOTE 4.4.17.1).
    const clean = cleanName(name.includes('/') ? name : name.replaceAll('\\', '/'), reading.limits.pathLength);
    const shown = prefix + showName(name);
    if (!reading.entry(shown)) return;
    if ('reason' in clean) reading.refuse(shown, clean.reason);
    else if (name.endsWith('/') || clean.path === '') continue;
    else {
      const path = prefix + clean.path;
      const raw = { path, chunks: bytes, ...(size === undefined ? {} : { size }) };
      yield* expand(raw, { prefix: `${path}/`, depth: place.depth + 1 }, reading, seen);
    }
    if (reading.stopped()) return;
  }
}

function refusedType(type: string | null | undefined, target: string | null | undefined): string {
  if (type === 'symlink' || type === 'link') {
    return `${type === 'link' ? 'hard' : 'symbolic'} link to ${showName(target ?? '?')}, not followed`;
  }
  return `not a regular file (${type ?? 'unknown type'})`;
}
