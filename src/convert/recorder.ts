/** Writes down what a bundle holds while it is read: texts as they are, objects as lists, and what cannot go along. */
import type { Manifest, ManifestEntry, ManifestLoss } from '../layouts/manifest.ts';
import { basename } from 'node:path/posix';
import { defined } from '../lib/defined.ts';
import type { CommandFailure, LogStream, Origin } from '../parsers/records.ts';
import type { Emit, ParserContext } from '../parsers/parser.ts';
import type { Recorder, Recording } from '../read/recorder.ts';
import { redactObject } from '../redact/object.ts';
import { redactText } from '../redact/redact.ts';
import { createTextRedactor } from '../redact/stream.ts';
import { tee } from '../lib/tee.ts';
import { KINDS } from '../snapshot/kinds/index.ts';
import { headerOf } from './header.ts';
import { statusOf } from './status.ts';
import { describe, inOrder, type Description } from './entry.ts';
import { createNames, segment, slugOf } from './names.ts';
import * as lists from './object-lists.ts';
import type { Spool, Stretch } from './spool.ts';

type Chunks = AsyncIterable<Uint8Array>;
type Own = NonNullable<lists.Divided['own']> & { readonly order: readonly [number, number] };

/** A text on its way into the new bundle. */
interface Kept {
  /** Bundle and line of the manifest it came from; foreign ones last, as they were read. */
  readonly order: readonly [number, number];
  readonly wanted: string;
  readonly at: Stretch;
  /** Undefined: a note to people, which no manifest lists. */
  readonly entry: Description | undefined;
}

/** The path below the machine's own folder: of a copy of /proc every folder says what a file is. */
function below(node: string, { file, command }: Origin): string {
  const parts = file.split('/');
  const at = parts.lastIndexOf(node, -2);
  if (at >= 0) return parts.slice(at + 1).join('/');
  return command === undefined ? file : basename(file);
}

/** A log's name says that it is no text for people; so do the names of its parts. */
const LOG = /\.logs?$/i;
/** What is not in the archive, for the report on it. */
const LOSS_LIMIT = 1000;
/** Sources named of one list. */
const SOURCE_LIMIT = 20;
const FOREIGN = Number.MAX_SAFE_INTEGER;

export interface Written {
  readonly path: string;
  readonly at: Stretch;
}
export interface Contents {
  readonly manifest: string;
  readonly files: readonly Written[];
  /** Which of the files are lists of objects that exist. */
  readonly lists: readonly { readonly kind: string; readonly at: Stretch }[];
  readonly losses: number;
}

export function createRecorder(texts: Spool, objects: Spool, redact: boolean) {
  const store = lists.createObjectLists(objects, redact ? redactObject : (object) => object);
  const mask = redact ? redactText : (text: string) => text;
  const roots: { readonly root: string; readonly manifest: Manifest }[] = [];
  const kept: Kept[] = [];
  const divided: lists.Divided[] = [];
  const silent: { readonly wanted: string; readonly bytes: number; readonly entry: Description }[] = [];
  const losses: ManifestLoss[] = [];
  /** Files of our own manifests that were seen in the bundle. */
  const seen = new Set<ManifestEntry>();
  /** How long the command of a text in a transcript took. */
  const timings = new WeakMap<Origin, number>();
  /** Divided texts whose command stands with what they gave. */
  const told = new Set<lists.Divided>();
  let parts = 0;

  const ownOf = (path: string): Own | undefined => {
    for (const [i, { root, manifest }] of roots.entries()) {
      if (!path.startsWith(root)) continue;
      const file = path.slice(root.length);
      const entry = manifest.entries.get(file);
      if (entry === undefined) return { file, order: [i, FOREIGN] };
      seen.add(entry);
      return { file, entry, order: [i, entry.line] };
    }
    return undefined;
  };
  const lose = (loss: ManifestLoss): void => void losses.push(loss);
  const placeOf = (origin: Origin, depth: number): string =>
    depth === 0 ? origin.file : `${origin.file}:${origin.firstLine}`;

  /** Takes bytes; `end` says where they are. One text at a time is written. */
  const writer = () => {
    const offset = texts.size();
    const redactor = redact ? createTextRedactor() : undefined;
    return {
      push: (bytes: Uint8Array): void => texts.append(redactor?.push(bytes) ?? bytes),
      end(): Stretch {
        if (redactor !== undefined) texts.append(redactor.end());
        return { offset, length: texts.size() - offset };
      },
    };
  };

  /** Where a text lies that no manifest of ours named. Names that say something to a parser are kept. */
  const placeFor = (entry: Description, origin: Origin, own: Own | undefined, depth: number): string => {
    if (own !== undefined && depth === 0) return own.file;
    const part = depth === 0 ? undefined : String(++parts).padStart(4, '0');
    if (entry.kind === 'kubectl-logs' && entry.pod !== undefined) {
      const name = `${segment(entry.container ?? '_')}${entry.previous === true ? '.previous' : ''}.log`;
      return `cluster/logs/${segment(entry.namespace ?? '_')}/${segment(entry.pod)}/${name}`;
    }
    const command = origin.command === undefined ? '' : slugOf(mask(origin.command.text));
    const base =
      part === undefined
        ? basename(origin.file)
        : `${[part, command].filter(Boolean).join('-')}${LOG.test(origin.file) ? '.log' : '.txt'}`;
    if (own !== undefined) return `${own.file}~${base}`;
    if (entry.node !== undefined)
      return `nodes/${segment(entry.node)}/${part === undefined ? below(entry.node, origin) : base}`;
    if (origin.command?.tool === 'kubectl') return `cluster/kubectl/${base}`;
    return depth === 0 ? `found/${origin.file}` : `found/${origin.file}/${base}`;
  };

  const keep = (entry: Description, origin: Origin, own: Own | undefined, depth: number, at: Stretch): void =>
    void kept.push({
      order: own?.order ?? [FOREIGN, kept.length],
      wanted: placeFor(entry, origin, own, depth),
      at,
      entry,
    });

  /** The text goes along as it is. */
  const whole = (kind: string | undefined, depth: number, context: ParserContext, chunks: Chunks): Recording => {
    const { origin } = context;
    const own = ownOf(origin.file);
    const out = writer();
    const copy = tee(chunks, out.push);
    let speaker: Partial<Origin> = {};
    return {
      chunks: copy.chunks,
      context: {
        ...context,
        scan(bytes, at, logClass) {
          // Whose log it is may stand in the path, which changes.
          if (kind === 'kubectl-logs') speaker = at;
          return context.scan(bytes, at, logClass);
        },
      },
      async end() {
        await copy.rest();
        const { namespace, pod, container, previous, program } = speaker;
        const entry = describe(
          origin,
          depth === 0 ? own?.entry : undefined,
          defined({
            seconds: timings.get(origin),
            namespace,
            pod,
            container,
            previous,
            program,
            kind,
            sources: own === undefined ? [placeOf(origin, depth)] : undefined,
          }),
        );
        keep(entry, origin, own, depth, out.end());
      },
    };
  };

  /** What the text holds goes along, and not the text. */
  const apart = (depth: number, context: ParserContext, chunks: Chunks): Recording => {
    const { origin } = context;
    const own = ownOf(origin.file);
    const entry = depth === 0 ? own?.entry : undefined;
    const text: lists.Divided = {
      origin,
      own: depth === 0 ? own : undefined,
      sources: entry?.sources ?? [own === undefined || depth > 0 ? placeOf(origin, depth) : own.file],
      seconds: entry?.seconds ?? timings.get(origin),
      bytes: 0,
      listings: [],
      empty: new Set(),
      mixed: false,
      lists: new Set(),
    };
    divided.push(text);
    const copy = tee(chunks, (bytes) => (text.bytes += bytes.length));
    let took: number | undefined;
    const emit: Emit = {
      ...context.emit,
      object(at, object, place) {
        store.add(text, object);
        context.emit.object(at, object, place);
      },
      listing(listing) {
        text.listings.push(listing);
        context.emit.listing(listing);
      },
      empty(area) {
        text.empty.add(area in KINDS ? KINDS[area as keyof typeof KINDS].kind : area);
        context.emit.empty(area);
      },
      unread(at, reason, line) {
        lose(defined({ lost: own?.file ?? at.file, line, reason }));
        context.emit.unread(at, reason, line);
      },
      fact(area, record) {
        if (area === 'commandTimings') took = (record as { readonly seconds: number }).seconds;
        else if (area === 'commandFailures') {
          told.add(text);
          keepStatus(record as CommandFailure, origin, own, depth);
        } else lose({ lost: own?.file ?? origin.file, reason: `a record of ${area} beside objects` });
        context.emit.fact(area, record);
      },
      text(at, lines) {
        text.mixed = true;
        const seconds = took;
        took = undefined;
        if (seconds !== undefined) timings.set(at, seconds);
        if (lines.length === 0)
          silent.push({
            wanted: placeFor(describe(at, undefined, {}), at, own, depth + 1),
            bytes: 0,
            entry: describe(at, undefined, defined({ seconds, sources: [placeOf(at, 1)] })),
          });
        context.emit.text(at, lines);
      },
    };
    return {
      chunks: copy.chunks,
      context: {
        ...context,
        emit,
        whole: true,
        async scan(bytes, at, logClass): Promise<LogStream> {
          text.mixed = true;
          const out = writer();
          const { command: _command, ...named } = at;
          const log = await context.scan(tee(bytes, out.push).chunks, at, logClass);
          const kind = logClass === 'container' ? 'kubectl-logs' : undefined;
          const described = describe(named, undefined, defined({ kind, sources: [placeOf(at, 1)] }));
          keep(described, named, own, depth + 1, out.end());
          return log;
        },
      },
      async end() {
        await copy.rest();
      },
    };
  };

  /** The API server's refusal, in place of the document that said it. */
  const keepStatus = (failure: CommandFailure, origin: Origin, own: Own | undefined, depth: number): void => {
    const out = writer();
    out.push(Buffer.from(`${JSON.stringify(statusOf(failure), null, 4)}\n`));
    const sources = own === undefined ? [placeOf(origin, depth)] : undefined;
    const entry = describe(origin, depth === 0 ? own?.entry : undefined, defined({ sources }));
    keep(entry, origin, own, depth, out.end());
  };

  const recorder: Recorder = {
    text: (parser, depth, context, chunks) =>
      parser?.divides === true ? apart(depth, context, chunks) : whole(parser?.kind, depth, context, chunks),
    async file(origin, kind, chunks) {
      const own = ownOf(origin.file);
      const sources = own === undefined ? [origin.file] : undefined;
      if (kind === 'binary') {
        if (own?.entry !== undefined) seen.delete(own.entry);
        return lose({ lost: own?.file ?? origin.file, reason: 'binary, not read' });
      }
      if (kind === 'empty') {
        // What our own manifest lists is listed again below.
        if (own?.entry !== undefined) return void seen.delete(own.entry);
        const entry = describe(origin, undefined, defined({ sources }));
        return void silent.push({ wanted: placeFor(entry, origin, own, 0), bytes: 0, entry });
      }
      const out = writer();
      const copy = tee(chunks, out.push);
      await copy.rest();
      const at = out.end();
      const wanted = own?.file ?? `found/${origin.file}`;
      const entry = kind === 'note' ? undefined : describe(origin, own?.entry, defined({ kind: 'ignore', sources }));
      kept.push({ order: own?.order ?? [FOREIGN, kept.length], wanted, at, entry });
    },
    manifest(path, manifest) {
      roots.push({ root: path.slice(0, path.lastIndexOf('/') + 1), manifest });
      for (const loss of manifest.lost) lose(loss);
      for (const { line, reason } of manifest.unread) lose({ lost: 'manifest.jsonl', line, reason });
    },
  };

  return {
    recorder,

    /** Everything that goes into the archive, once the last file was read. */
    async finish(
      clock: number | undefined,
      layouts: readonly string[],
      refused: readonly ManifestLoss[],
    ): Promise<Contents> {
      const nameFor = createNames();
      nameFor('manifest.jsonl');
      const entries: ManifestEntry[] = [];
      const files: Written[] = [];
      const written: { kind: string; at: Stretch }[] = [];
      const add = (wanted: string, at: Stretch | undefined, bytes: number, entry: Description | undefined): void => {
        const file = nameFor(wanted);
        if (at !== undefined && at.length > 0) files.push({ path: file, at });
        if (entry !== undefined) entries.push(inOrder({ ...entry, file, bytes }));
      };
      // Texts name their files first: what they are called may tell whose they are.
      const inSequence = kept.toSorted((a, b) => a.order[0] - b.order[0] || a.order[1] - b.order[1]);
      const textNames = inSequence.map((one) => ({ ...one, file: nameFor(one.wanted) }));
      for (const list of store.lists(divided)) {
        if (!lists.saysSomething(list)) continue;
        const only = lists.onlyText(list);
        const own = only?.own;
        const named = only?.origin.command !== undefined ? only : undefined;
        if (named !== undefined) told.add(named);
        const base =
          named === undefined ? {} : describe(named.origin, named.own?.entry, defined({ seconds: named.seconds }));
        const sources =
          own === undefined || own.entry?.sources !== undefined || only === undefined ? sourcesOf(list) : undefined;
        const at = await store.write(list, texts);
        if (list.scope !== 'declared') written.push({ kind: list.kind, at });
        add(own?.file ?? lists.fileOf(list), at, at.length, {
          ...(named === undefined ? { argv: lists.argvOfList(list) } : base),
          ...lists.completeness(list),
          ...defined({ sources }),
        });
      }
      for (const { file, at, entry } of textNames) {
        // An empty file says no more than its entry.
        if (at.length > 0) files.push({ path: file, at });
        if (entry !== undefined) entries.push(inOrder({ ...entry, file, bytes: at.length }));
      }
      // Commands whose objects went into lists of several: how they ended and how long they took.
      for (const text of divided) {
        if (told.has(text)) continue;
        const entry = text.own?.entry;
        if (entry === undefined && (text.seconds === undefined || text.origin.command === undefined)) continue;
        const sources = text.own === undefined ? [...text.sources] : undefined;
        // Its output was read, so what it said beside it is no answer in place of one.
        const { stderr: _stderr, ...rest } = describe(text.origin, entry, defined({ seconds: text.seconds, sources }));
        add(entry?.file ?? placeFor(rest, text.origin, undefined, 1), undefined, text.bytes, rest);
      }
      for (const { manifest } of roots)
        for (const entry of manifest.entries.values()) {
          if (seen.has(entry)) continue;
          const { line: _line, file, bytes, ...described } = entry;
          const node = entry.node ?? manifest.header.node;
          add(file, undefined, bytes, { ...described, ...defined({ node }) });
        }
      for (const { wanted, bytes, entry } of silent) add(wanted, undefined, bytes, entry);
      const lost = [...losses, ...refused].map((loss) =>
        defined({ lost: loss.lost, line: loss.line, reason: loss.reason }),
      );
      const lines = [
        headerOf(
          roots.map(({ manifest }) => manifest.header),
          clock,
          layouts,
          redact,
        ),
        ...(redact ? entries.map(maskEntry) : entries),
        ...lost.slice(0, LOSS_LIMIT),
        ...(lost.length > LOSS_LIMIT
          ? [{ lost: '', reason: `${lost.length - LOSS_LIMIT} more were not understood or refused` }]
          : []),
      ];
      return {
        manifest: lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
        files,
        lists: written,
        losses: lost.length,
      };
    },
  };
}

const maskEntry = (entry: ManifestEntry): ManifestEntry =>
  entry.argv === undefined
    ? entry
    : {
        ...entry,
        argv: entry.argv.map(redactText),
        ...(entry.stderr === undefined ? {} : { stderr: redactText(entry.stderr) }),
      };

function sourcesOf(list: lists.ObjectList): string[] {
  const each = [...list.texts].map((text) => text.sources);
  if (each.length === 1) return [...(each[0] ?? [])];
  const all = [...new Set(each.flat())].sort();
  return all.length <= SOURCE_LIMIT ? all : [...all.slice(0, SOURCE_LIMIT), `and ${all.length - SOURCE_LIMIT} more`];
}
