/**
 * From a bundle's bytes to what the snapshot is made of: each file is recognised (by its layout, its command or its
 * content), read by one parser, and let go. A file that cannot be read costs only itself.
 */
import { basename } from 'node:path/posix';
import type { Bundle } from '../bundle/bundle.ts';
import { NOTES, originOf, type Manifest, type ManifestEntry } from '../layouts/manifest.ts';
import { peek, toUtf8 } from '../lib/text-stream.ts';
import { boundYoungGeneration } from '../lib/young-generation.ts';
import { commandFromFileName } from '../parsers/command-file-name.ts';
import { createScanner } from '../parsers/logs/scan.ts';
import type { Origin } from '../parsers/records.ts';
import type { SignatureSet } from '../signatures/signature.ts';
import { createKeptTexts, type KeptTexts } from '../snapshot/logs/kept-texts.ts';
import { createStore, type Collected } from '../snapshot/store.ts';
import { choose, parserOf } from './choose.ts';
import { createClassifier } from './classify.ts';
import { scanLastMessages } from './last-messages.ts';
import { collect, isBinary, linesOfText, streamOf } from './lines.ts';
import { ownerOf, placesOf, tellOf, tellOfOlder } from './manifests.ts';
import type { Recorder, Unparsed } from './recorder.ts';
import { guarded, readText, type Reading } from './text.ts';

/** First bytes shown to layouts and sniffs. */
const HEAD_BYTES = 64 * 1024;

/** One file of the bundle, for the inventory. */
export interface FileEntry {
  readonly path: string;
  readonly bytes: number;
  /** The parser that read it; `text`: searched only; `manifest`, or why no parser read it. */
  readonly kind: string;
}

export interface ReadResult {
  readonly inventory: readonly FileEntry[];
  readonly collected: Collected;
  readonly texts: KeptTexts;
  readonly layouts: readonly string[];
  readonly files: number;
  readonly bytes: number;
}

export interface ReadOptions {
  readonly signatures: SignatureSet;
  /** Told the path of each file before it is read. */
  readonly progress?: (path: string, files: number, bytes: number) => void;
  readonly recorder?: Recorder;
}

type Chunks = AsyncIterable<Uint8Array>;
/** The entry of the file that is being read. */
type Taken = { -readonly [K in keyof FileEntry]: FileEntry[K] };

/** Reads every file of the bundle. Throws only what the bundle room throws for a bundle that is none. */
export async function readBundle(bundle: Bundle, options: ReadOptions): Promise<ReadResult> {
  const store = createStore();
  const texts = createKeptTexts();
  const reading: Reading = { store, texts, scan: createScanner(options.signatures) };
  const { recorder } = options;
  const layouts = createClassifier();
  const manifests = new Map<string, Manifest>();
  /** Files that hold anything. */
  const spoke = new Set<string>();
  const inventory: FileEntry[] = [];
  let bytes = 0;

  /** A file that is not for parsers. */
  const leave = async (entry: Taken, origin: Origin, kind: Unparsed, chunks: Chunks): Promise<void> => {
    entry.kind = kind;
    await recorder?.file(origin, kind, chunks);
    // The next file of an archive comes only after this one's end.
    for await (const chunk of chunks) void chunk;
  };

  const readManifest = async (path: string, chunks: Chunks): Promise<void> => {
    const { lines } = await collect(chunks);
    const { parseManifest } = await import('../layouts/manifest-file.ts');
    const manifest = parseManifest(lines);
    if (manifest === undefined) {
      const reason = 'a manifest of an unknown format or version; files are recognised by content';
      return store.unread({ file: path, firstLine: 1 }, reason);
    }
    const root = path.slice(0, path.lastIndexOf('/') + 1);
    layouts.seen('kubestrata');
    manifests.set(root, manifest);
    recorder?.manifest(path, manifest);
    tellOf(root, manifest, lines, store);
  };

  /** Reads a file, and notes in its entry what it was taken for. */
  const readFile = async (entry: Taken, content: Chunks): Promise<void> => {
    const { path } = entry;
    const { head, chunks } = await peek(toUtf8(content), HEAD_BYTES);
    const plain: Origin = { file: path, firstLine: 1 };
    if (head.length === 0) return leave(entry, plain, 'empty', chunks);
    spoke.add(path);
    if (isBinary(head)) {
      store.unread(plain, 'binary, not read');
      return leave(entry, plain, 'binary', chunks);
    }
    const name = basename(path);
    if (name === 'manifest.jsonl') {
      entry.kind = 'manifest';
      return readManifest(path, chunks);
    }
    const owned = ownerOf(manifests, path);
    if (owned !== undefined && NOTES.has(name)) return leave(entry, plain, 'note', chunks);
    const { kind, origin: told } = owned ?? layouts.classify(path) ?? {};
    const guess = owned === undefined && told?.command === undefined ? commandFromFileName(path) : undefined;
    const command = told?.command ?? guess;
    const origin: Origin = { ...plain, ...told, ...(command === undefined ? {} : { command }) };
    if (kind === 'ignore') return leave(entry, origin, 'ignored', chunks);
    const lines = linesOfText(head);
    // A head that was cut may end inside a line.
    if (head.length >= HEAD_BYTES && lines.length > 1) lines.pop();
    const parser = choose(kind, origin, lines, guess !== undefined && guess.tool !== 'kubectl');
    entry.kind = parser?.kind ?? 'text';
    await readText(reading, { origin, parser, head: lines, chunks, depth: 0, recorder });
  };

  for await (const file of bundle.files) {
    const entry: Taken = { path: file.path, bytes: 0, kind: 'text' };
    inventory.push(entry);
    options.progress?.(file.path, inventory.length, bytes);
    const content = counted(file.bytes, entry);
    await guarded(store, { file: file.path, firstLine: 1 }, () => readFile(entry, content));
    bytes += entry.bytes;
  }
  for (const [root, manifest] of manifests)
    for (const entry of manifest.entries.values())
      if (!spoke.has(`${root}${entry.file}`)) await readSilent(reading, root, manifest, entry, spoke);
  tellOfOlder(manifests, store.unread);
  const collected = store.finish(placesOf(manifests));
  const messages = await scanLastMessages(collected, reading.scan);
  return {
    collected: messages.length === 0 ? collected : { ...collected, logs: [...collected.logs, ...messages] },
    texts,
    layouts: layouts.all(),
    inventory,
    files: inventory.length,
    bytes,
  };
}

async function* counted(chunks: Chunks, entry: Taken): Chunks {
  for await (const chunk of chunks) {
    boundYoungGeneration();
    entry.bytes += chunk.length;
    yield chunk;
  }
}

/** A command of the manifest that left no output: what it said on standard error, or that there is nothing. */
async function readSilent(
  reading: Reading,
  root: string,
  { header }: Manifest,
  entry: ManifestEntry & { readonly line: number },
  spoke: ReadonlySet<string>,
): Promise<void> {
  const { store, scan } = reading;
  const { exit, stderr } = entry;
  const known = originOf(entry, header);
  if (exit !== undefined && exit !== 0 && stderr !== undefined && !spoke.has(`${root}${stderr}`)) {
    const origin: Origin = { ...known, file: `${root}manifest.jsonl`, firstLine: entry.line };
    const head = linesOfText(stderr);
    const chunks = streamOf(stderr);
    await guarded(store, origin, () =>
      readText(reading, { origin, parser: choose(undefined, origin, head), head, chunks, depth: 0 }),
    );
  } else if (exit === 0 && entry.bytes === 0 && known.command !== undefined) {
    // An answer all the same: `etcdctl alarm list` prints nothing when no alarm is raised.
    const origin: Origin = { ...known, file: `${root}${entry.file}`, firstLine: 1 };
    const parser = parserOf(known.command);
    const emit = { ...store, text: () => undefined };
    await guarded(store, origin, async () => parser?.parse?.([], { origin, emit, scan }));
  }
}
