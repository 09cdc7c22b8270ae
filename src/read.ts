/**
 * From a bundle's bytes to what the snapshot is made of: each file is recognised (by its layout, its command or its
 * content), read by one parser, and let go. A file that cannot be read costs only itself.
 */
import type { Bundle, BundleFile } from './bundle/bundle.ts';
import type { Classified } from './layouts/layout.ts';
import loose from './layouts/loose.ts';
import { layouts } from './layouts/registry.ts';
import { commandOf, NOTES, originOf, type Manifest } from './layouts/manifest.ts';
import { spellDuration } from './lib/duration.ts';
import { peek, toUtf8 } from './lib/text-stream.ts';
import { stripTerminalCodes } from './lib/terminal-text.ts';
import { commandFromFileName } from './parsers/command-file-name.ts';
import { failureReader } from './parsers/kubectl/failure.ts';
import { createScanner } from './parsers/logs/scan.ts';
import type { Emit, Parser, ParserContext } from './parsers/parser.ts';
import type { LogClass, Origin } from './parsers/records.ts';
import { parsers as registered } from './parsers/registry.ts';
import type { SignatureSet } from './signatures/signature.ts';
import { createKeptTexts, type KeptTexts } from './snapshot/logs/kept-texts.ts';
import { createStore, type Collected } from './snapshot/store.ts';

/** First bytes shown to layouts and sniffs. */
const HEAD_BYTES = 64 * 1024;
/** Lines that a text parser gets at most, and their bytes: a describe of 5,000 nodes is about 500,000 lines. */
const TEXT_LINES = 1_000_000;
const TEXT_BYTES = 64 * 1024 * 1024;
/** ms between the beginnings of two bundles of one collection: a cluster's and its nodes' (our judgement). */
const SAME_MOMENT_MS = 3_600_000;
/** Texts inside texts: a transcript holds outputs, an output holds a journal. */
const NESTING = 5;

const byPriority = registered.toSorted((a, b) => (b.priority ?? 0) - (a.priority ?? 0) || (a.kind < b.kind ? -1 : 1));

const PRIORITIES = [...new Set(byPriority.map((parser) => parser.priority ?? 0))];

/** One file of the bundle, for the inventory. */
export interface FileEntry {
  readonly path: string;
  readonly bytes: number;
  /** The parser that read it; `text`: searched only; `empty`, `ignored`, `binary`, `manifest`. */
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
  /** Who writes down what is read while it is read (src/convert). */
  readonly recorder?: Recorder;
}

type Chunks = AsyncIterable<Uint8Array>;

/** Stands between the texts of a bundle and their parsers. */
export interface Recorder {
  /** A text (`depth` 0: a whole file) is about to be read: gives what its parser gets in place of it. */
  text(parser: Parser | undefined, depth: number, context: ParserContext, chunks: Chunks): Recording;
  /** A file that no parser reads. */
  file(origin: Origin, kind: 'empty' | 'binary' | 'ignored' | 'note', chunks: Chunks): Promise<void>;
  manifest(path: string, manifest: Manifest): void;
}
export interface Recording {
  readonly context: ParserContext;
  readonly chunks: Chunks;
  /** The parser is done, or has given up. */
  end(): Promise<void>;
}

const decoder = new TextDecoder('utf-8');
const encoder = new TextEncoder();

async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}

/** All lines of a bounded text; `cut` says that there was more. */
async function collect(chunks: AsyncIterable<Uint8Array>): Promise<{ lines: string[]; cut: boolean }> {
  const parts: Uint8Array[] = [];
  let size = 0;
  let cut = false;
  for await (const chunk of chunks) {
    if (size >= TEXT_BYTES) {
      cut = true;
      continue;
    }
    parts.push(chunk.subarray(0, TEXT_BYTES - size));
    size += chunk.length;
    if (size > TEXT_BYTES) cut = true;
  }
  const lines = linesOfText(decoder.decode(Buffer.concat(parts)));
  return lines.length > TEXT_LINES ? { lines: lines.slice(0, TEXT_LINES), cut: true } : { lines, cut };
}

/** Hands on what a parser says and notes whether it said anything but complaints. */
function listening(emit: Emit): { readonly emit: Emit; readonly said: () => boolean } {
  let said = false;
  const noted = <F extends (...args: never[]) => void>(tell: F): F =>
    ((...args: Parameters<F>) => {
      said = true;
      tell(...args);
    }) as F;
  const { object, listing, fact, log, empty, text, clock } = emit;
  return {
    emit: {
      ...emit,
      object: noted(object),
      listing: noted(listing),
      fact: noted(fact),
      log: noted(log),
      empty: noted(empty),
      text: noted(text),
      clock: noted(clock),
    },
    said: () => said,
  };
}

async function* bytesOf(lines: readonly string[]): AsyncIterable<Uint8Array> {
  yield Buffer.from(lines.join('\n'));
}

function linesOfText(text: string): string[] {
  const lines = stripTerminalCodes(text).split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/**
 * The parser for a text: a kind that the layout gave, else, priority by priority, the first whose content it is, then
 * the first whose command printed it. (Logs have a priority: their text may look like anything, the command decides.)
 */
function choose(kind: string | undefined, origin: Origin, head: readonly string[]): Parser | undefined {
  const given = kind === undefined ? undefined : byPriority.find((parser) => parser.kind === kind);
  if (given !== undefined) return given;
  const { command } = origin;
  for (const priority of PRIORITIES) {
    const group = byPriority.filter((parser) => (parser.priority ?? 0) === priority);
    const found =
      group.find((parser) => parser.sniff(head, origin)) ??
      (command === undefined ? undefined : group.find((parser) => parser.matches?.(command) === true));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Control bytes that no text has: the file is binary and its content is not for us. */
function isBinary(head: Uint8Array): boolean {
  let odd = 0;
  for (const byte of head.subarray(0, 4096)) if (byte === 0 || (byte < 7 && byte > 0)) odd++;
  return odd > 8 || (odd > 0 && odd * 50 > Math.min(head.length, 4096));
}

/** Reads every file of the bundle. Throws only what the bundle room throws for a bundle that is none. */
export async function readBundle(bundle: Bundle, options: ReadOptions): Promise<ReadResult> {
  const store = createStore();
  const texts = createKeptTexts();
  const scanner = createScanner(options.signatures);
  const seenLayouts = new Set<string>();
  const inventory: FileEntry[] = [];
  /** What the file that is being read was taken for. */
  let taken = 'text';
  const manifests = new Map<string, Manifest>();
  /** Files that hold anything. */
  const spoke = new Set<string>();
  let files = 0;
  let bytes = 0;

  /** Gives one text to its parser; nobody's is searched for known messages. The lines, when the parser took lines. */
  const parseText = async (
    parser: Parser | undefined,
    head: readonly string[],
    chunks: AsyncIterable<Uint8Array>,
    context: ParserContext,
  ): Promise<readonly string[] | undefined> => {
    const { origin, emit } = context;
    if (parser?.stream !== undefined) await parser.stream(chunks, context);
    else if (parser?.parse !== undefined) {
      const { lines, cut } = await collect(chunks);
      if (cut)
        emit.unread(
          origin,
          `only the first ${lines.length} lines were read: the text is longer than ${TEXT_BYTES >> 20} MiB or ${TEXT_LINES} lines`,
        );
      const heard = listening(emit);
      parser.parse(lines, { ...context, emit: heard.emit });
      // It looked like this parser's and is something else: a log with one line of curl in it.
      if (!heard.said() && lines.length > 0) store.log(await context.scan(bytesOf(lines), origin, 'text'));
      return lines;
    } else {
      const stream = await context.scan(chunks, origin, 'text');
      store.log(stream);
      // A sentence stood above them: the errors of kubectl say so themselves.
      const failures = failureReader(origin, emit);
      head.forEach((line, i) => failures.take(line.replace(/^[\s>*`\u2502|]{1,20}/, ''), i));
      if (head.length > 0) store.unread(origin, 'not recognised; searched for known messages only', origin.firstLine);
    }
    return undefined;
  };

  const readText = async (
    origin: Origin,
    kind: string | undefined,
    head: readonly string[],
    text: AsyncIterable<Uint8Array>,
    depth: number,
    recorder?: Recorder,
  ): Promise<void> => {
    const inner: { origin: Origin; lines: readonly string[] }[] = [];
    const emit: Emit = { ...store, text: (at, lines) => void inner.push({ origin: at, lines }) };
    const scan = (bytesIn: AsyncIterable<Uint8Array>, at: Origin, logClass: LogClass) => scanner(bytesIn, at, logClass);
    const parser = head.length === 0 ? undefined : choose(kind, origin, head);
    if (depth === 0) taken = parser?.kind ?? 'text';
    const plain: ParserContext = { origin, emit, scan };
    const recording = recorder?.text(parser, depth, plain, text);
    try {
      const lines = await parseText(parser, head, recording?.chunks ?? text, recording?.context ?? plain);
      // A text that holds texts is quoted through them: the neighbours of a line are those of the same command.
      if (lines !== undefined && inner.length === 0) texts.keep(origin.file, origin.firstLine, lines);
    } finally {
      await recording?.end();
    }
    // A text that was written down as it is holds its inner texts.
    const further = parser?.divides === true ? recorder : undefined;
    for (const part of inner) {
      if (part.lines.length === 0) continue;
      if (depth >= NESTING)
        store.unread(part.origin, `texts nested more than ${NESTING} deep are not read`, part.origin.firstLine);
      else
        await guarded(part.origin, () =>
          readText(
            part.origin,
            undefined,
            part.lines.slice(0, 400),
            once(encoder.encode(`${part.lines.join('\n')}\n`)),
            depth + 1,
            further,
          ),
        );
    }
  };

  const guarded = async (origin: Origin, read: () => Promise<void>): Promise<void> => {
    try {
      await read();
    } catch (error) {
      store.unread(origin, `could not be read: ${error instanceof Error ? error.message : String(error)}`);
    }
  };

  const readFile = async (file: BundleFile): Promise<void> => {
    const counted = (async function* () {
      for await (const chunk of file.bytes) {
        bytes += chunk.length;
        yield chunk;
      }
    })();
    const { head, chunks } = await peek(toUtf8(counted), HEAD_BYTES);
    const plain: Origin = { file: file.path, firstLine: 1 };
    taken = 'empty';
    if (head.length === 0) return leave(plain, 'empty', chunks);
    spoke.add(file.path);
    if (isBinary(head)) {
      taken = 'binary';
      store.unread(plain, 'binary, not read');
      return leave(plain, 'binary', chunks);
    }
    const headText = decoder.decode(head);
    const slash = file.path.lastIndexOf('/');
    if (file.path.slice(slash + 1) === 'manifest.jsonl') {
      taken = 'manifest';
      const { lines } = await collect(chunks);
      const { parseManifest } = await import('./layouts/manifest-file.ts');
      const manifest = parseManifest(lines);
      if (manifest !== undefined) {
        seenLayouts.add('kubestrata');
        manifests.set(file.path.slice(0, slash + 1), manifest);
        options.recorder?.manifest(file.path, manifest);
        for (const cut of manifest.unread) store.unread(plain, cut.reason, cut.line);
        for (const loss of manifest.lost) store.unread({ file: loss.lost, firstLine: 1 }, loss.reason, loss.line);
        const { collectedAt = '' } = manifest.header;
        const at = Date.parse(collectedAt);
        if (!Number.isNaN(at)) store.clock(at, { file: file.path, line: 1, text: `collectedAt: ${collectedAt}` });
        for (const [name, entry] of manifest.entries) {
          const source = { file: file.path, line: entry.line, text: lines[entry.line - 1] ?? '' };
          if (entry.argv !== undefined && entry.seconds !== undefined)
            store.fact('commandTimings', {
              source,
              command: commandOf(entry.argv)?.text ?? entry.argv.join(' '),
              seconds: entry.seconds,
              ...(entry.node === undefined ? {} : { node: entry.node }),
            });
          if (entry.truncated !== undefined)
            store.unread(
              { file: `${file.path.slice(0, slash + 1)}${name}`, firstLine: 1 },
              `cut by the collector: ${entry.truncated}`,
            );
        }
        return;
      }
      store.unread(plain, 'a manifest of an unknown format or version; files are recognised by content');
      return;
    }
    const owned = ownerOf(file.path);
    if (owned !== undefined && NOTES.has(file.path.slice(slash + 1))) return leave(plain, 'note', chunks);
    let origin: Origin = plain;
    let kind: string | undefined;
    if (owned !== undefined) {
      origin = { ...plain, ...owned.origin };
      kind = owned.kind;
    } else {
      const classified = classify(file.path);
      origin = { ...plain, ...classified?.origin };
      kind = classified?.kind;
      const command = origin.command ?? commandFromFileName(file.path);
      if (command !== undefined) origin = { ...origin, command };
    }
    if (kind === 'ignore') {
      taken = 'ignored';
      return leave(origin, 'ignored', chunks);
    }
    const headLines = linesOfText(headText);
    // A head that was cut may end inside a line.
    if (head.length >= HEAD_BYTES && headLines.length > 1) headLines.pop();
    await readText(origin, kind, headLines, chunks, 0, options.recorder);
  };

  /**
   * What the layouts make of a path. A layout that has not shown itself (yet: archives have their own order) is
   * believed only where the path names a pod: `mounts` and `version` mean something else in every bundle.
   */
  const classify = (path: string): Classified | undefined => {
    for (const layout of layouts) if (layout.recognises(path)) seenLayouts.add(layout.id);
    for (const layout of layouts) {
      const classified = seenLayouts.has(layout.id) ? layout.classify(path) : undefined;
      if (classified !== undefined) return classified;
    }
    for (const layout of layouts) {
      const classified = layout.classify(path);
      if (classified?.kind === 'kubectl-logs' && classified.origin?.pod !== undefined) return classified;
    }
    return loose.classify(path);
  };

  const ownerOf = (path: string): Classified | undefined => {
    for (const [root, manifest] of manifests) {
      if (!path.startsWith(root)) continue;
      const entry = manifest.entries.get(path.slice(root.length));
      if (entry !== undefined)
        return { origin: originOf(entry, manifest.header), ...(entry.kind === undefined ? {} : { kind: entry.kind }) };
      return manifest.header.node === undefined ? {} : { origin: { node: manifest.header.node } };
    }
    return undefined;
  };

  /** Where a file stands among those that manifests list: one after the other as they were collected; others behind. */
  const placesOf = (): ((file: string) => number) | undefined => {
    if (manifests.size === 0) return undefined;
    const places = new Map<string, number>();
    for (const [root, manifest] of manifests)
      for (const name of manifest.entries.keys()) places.set(`${root}${name}`, places.size);
    const last = places.size;
    // A text inside of a document is named by the file and the place in it.
    return (file) => places.get(file) ?? places.get(file.slice(0, Math.max(0, file.indexOf('#')))) ?? last;
  };

  /** Commands of the manifest that left no output: what they said on standard error, or that there is nothing. */
  const readSilent = async (root: string, manifest: Manifest): Promise<void> => {
    for (const [name, entry] of manifest.entries) {
      if (spoke.has(`${root}${name}`)) continue;
      const known = originOf(entry, manifest.header);
      const { command } = known;
      if (
        entry.exit !== undefined &&
        entry.exit !== 0 &&
        entry.stderr !== undefined &&
        !spoke.has(`${root}${entry.stderr}`)
      ) {
        const origin: Origin = { ...known, file: `${root}manifest.jsonl`, firstLine: entry.line };
        const lines = linesOfText(entry.stderr);
        await guarded(origin, () => readText(origin, undefined, lines, once(encoder.encode(entry.stderr ?? '')), 0));
      } else if (entry.exit === 0 && entry.bytes === 0 && command !== undefined) {
        // An answer all the same: `etcdctl alarm list` prints nothing when no alarm is raised.
        const origin: Origin = { ...known, file: `${root}${name}`, firstLine: 1 };
        const parser = byPriority.find((one) => one.parse !== undefined && one.matches?.(command) === true);
        const emit: Emit = { ...store, text: () => undefined };
        const scan = (bytesIn: AsyncIterable<Uint8Array>, at: Origin, cls: LogClass) => scanner(bytesIn, at, cls);
        await guarded(origin, async () => parser?.parse?.([], { origin, emit, scan }));
      }
    }
  };

  /** Bundles of one run are judged as one moment, the latest; which of them is older than that is told. */
  const tellOfOlder = (): void => {
    const collected = [...manifests].flatMap(([root, { header }]) => {
      const at = Date.parse(header.collectedAt ?? '');
      return Number.isNaN(at) ? [] : [{ file: `${root}manifest.jsonl`, at }];
    });
    const latest = Math.max(...collected.map(({ at }) => at));
    for (const { file, at } of collected)
      if (latest - at > SAME_MOMENT_MS)
        store.unread(
          { file, firstLine: 1 },
          `collected ${spellDuration((latest - at) / 1000)} before another bundle of this run; both are judged as of one moment, the later`,
        );
  };

  /** A file that is not for parsers. */
  const leave = async (origin: Origin, kind: Parameters<Recorder['file']>[1], chunks: Chunks): Promise<void> => {
    await options.recorder?.file(origin, kind, chunks);
    await drain(chunks);
  };

  const drain = async (chunks: AsyncIterable<Uint8Array>): Promise<void> => {
    // The next file of an archive comes only after this one's end.
    for await (const chunk of chunks) void chunk;
  };

  for await (const file of bundle.files) {
    files++;
    options.progress?.(file.path, files, bytes);
    const before = bytes;
    await guarded({ file: file.path, firstLine: 1 }, () => readFile(file));
    inventory.push({ path: file.path, bytes: bytes - before, kind: taken });
  }
  for (const [root, manifest] of manifests) await readSilent(root, manifest);
  tellOfOlder();
  if (seenLayouts.size === 0) seenLayouts.add(loose.id);
  return { collected: store.finish(placesOf()), texts, layouts: [...seenLayouts].sort(), inventory, files, bytes };
}
