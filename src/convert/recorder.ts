/** Writes down what a bundle holds while it is read: texts as they are, objects as lists, and what cannot go along. */
import type { ManifestLoss } from '../layouts/manifest.ts';
import { defined } from '../lib/defined.ts';
import { tee } from '../lib/tee.ts';
import type { Emit, ParserContext } from '../parsers/parser.ts';
import type { CommandFailure, LogStream, Origin } from '../parsers/records.ts';
import type { Recorder, Recording } from '../read/recorder.ts';
import { KINDS } from '../snapshot/kinds/index.ts';
import { createDraft, placeOf, type Draft, type Own } from './draft.ts';
import { describe, type Description } from './entry.ts';
import { contentsOf, type Contents } from './finish.ts';
import type { Divided } from './object-lists.ts';
import type { Spool } from './spool.ts';
import { statusOf } from './status.ts';

type Chunks = AsyncIterable<Uint8Array>;

/** The bytes of texts and lists go to `texts`, those of single objects, until they are listed, to `objects`. */
export function createRecorder(texts: Spool, objects: Spool, redact: boolean) {
  const draft = createDraft(texts, objects, redact);
  const recorder: Recorder = {
    text: (parser, depth, context, chunks) =>
      parser?.divides === true
        ? apart(draft, depth, context, chunks)
        : whole(draft, parser?.kind, depth, context, chunks),
    async file(origin, kind, chunks) {
      const own = draft.ownOf(origin.file);
      const sources = own === undefined ? [origin.file] : undefined;
      if (kind === 'binary') {
        if (own?.entry !== undefined) draft.seen.delete(own.entry);
        draft.losses.push({ lost: own?.file ?? origin.file, reason: 'binary, not read' });
        return;
      }
      if (kind === 'empty') {
        // What our own manifest lists is listed again by it.
        if (own?.entry !== undefined) return void draft.seen.delete(own.entry);
        const entry = describe(origin, undefined, defined({ sources }));
        return void draft.silent.push({ wanted: draft.placeFor(entry, origin, own, 0), entry });
      }
      const out = draft.writer();
      await tee(chunks, out.push).rest();
      const entry = kind === 'note' ? undefined : describe(origin, own?.entry, defined({ kind: 'ignore', sources }));
      draft.keep(entry, own, own?.file ?? `found/${origin.file}`, out.end());
    },
    manifest(path, manifest) {
      draft.roots.push({ root: path.slice(0, path.lastIndexOf('/') + 1), manifest });
      for (const loss of manifest.lost) draft.losses.push(loss);
      for (const { line, reason } of manifest.unread) draft.losses.push({ lost: 'manifest.jsonl', line, reason });
    },
  };
  return {
    recorder,
    /** Everything that goes into the archive, once the last file was read. `clock`: milliseconds since 1970. */
    finish: (
      clock: number | undefined,
      layouts: readonly string[],
      refused: readonly ManifestLoss[],
    ): Promise<Contents> => contentsOf(draft, clock, layouts, refused),
  };
}

/** The text goes along as it is. */
function whole(
  draft: Draft,
  kind: string | undefined,
  depth: number,
  context: ParserContext,
  chunks: Chunks,
): Recording {
  const { origin } = context;
  const own = draft.ownOf(origin.file);
  const out = draft.writer();
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
      const seconds = draft.timings.get(origin);
      const sources = own === undefined ? [placeOf(origin, depth)] : undefined;
      const said = defined({ seconds, namespace, pod, container, previous, program, kind, sources });
      const entry = describe(origin, depth === 0 ? own?.entry : undefined, said);
      draft.keep(entry, own, draft.placeFor(entry, origin, own, depth), out.end());
    },
  };
}

/** What the text holds goes along, and not the text. */
function apart(draft: Draft, depth: number, context: ParserContext, chunks: Chunks): Recording {
  const { origin } = context;
  const own = draft.ownOf(origin.file);
  const entry = depth === 0 ? own?.entry : undefined;
  const text: Divided = {
    origin,
    own: depth === 0 ? own : undefined,
    sources: entry?.sources ?? [own === undefined || depth > 0 ? placeOf(origin, depth) : own.file],
    seconds: entry?.seconds ?? draft.timings.get(origin),
    bytes: 0,
    listings: [],
    empty: new Set(),
    mixed: false,
    lists: new Set(),
  };
  draft.divided.push(text);
  const copy = tee(chunks, (bytes) => (text.bytes += bytes.length));
  return {
    chunks: copy.chunks,
    context: {
      ...context,
      emit: listening(draft, text, own, depth, context.emit),
      whole: true,
      async scan(bytes, at, logClass): Promise<LogStream> {
        text.mixed = true;
        const out = draft.writer();
        const { command: _command, ...named } = at;
        const log = await context.scan(tee(bytes, out.push).chunks, at, logClass);
        const kind = logClass === 'container' ? 'kubectl-logs' : undefined;
        const described = describe(named, undefined, defined({ kind, sources: [placeOf(at, 1)] }));
        draft.keep(described, own, draft.placeFor(described, named, own, depth + 1), out.end());
        return log;
      },
    },
    async end() {
      await copy.rest();
    },
  };
}

/** Notes what a parser finds in a text, and hands it on. */
function listening(draft: Draft, text: Divided, own: Own | undefined, depth: number, emit: Emit): Emit {
  const { origin } = text;
  const file = own?.file ?? origin.file;
  /** How long the command of the text that comes next took. */
  let took: number | undefined;
  return {
    ...emit,
    object(at, object, place) {
      draft.store.add(text, object);
      emit.object(at, object, place);
    },
    listing(listing) {
      text.listings.push(listing);
      emit.listing(listing);
    },
    empty(area) {
      text.empty.add(area in KINDS ? KINDS[area as keyof typeof KINDS].kind : area);
      emit.empty(area);
    },
    unread(at, reason, line) {
      draft.losses.push(defined({ lost: own?.file ?? at.file, line, reason }));
      emit.unread(at, reason, line);
    },
    fact(area, record) {
      if (area === 'commandTimings') took = (record as { readonly seconds: number }).seconds;
      else if (area === 'commandFailures') {
        draft.told.add(text);
        keepStatus(draft, record as CommandFailure, origin, own, depth);
      } else if (area !== 'customResources') {
        // What a custom resource says of its state stands in the object, which is written anew whole.
        draft.losses.push({ lost: file, reason: `a record of ${area} beside objects` });
      }
      emit.fact(area, record);
    },
    text(at, lines) {
      text.mixed = true;
      const seconds = took;
      took = undefined;
      if (seconds !== undefined) draft.timings.set(at, seconds);
      if (lines.length === 0) {
        const entry: Description = describe(at, undefined, defined({ seconds, sources: [placeOf(at, 1)] }));
        draft.silent.push({ wanted: draft.placeFor(describe(at, undefined, {}), at, own, depth + 1), entry });
      }
      emit.text(at, lines);
    },
  };
}

/** The API server's refusal, in place of the document that said it. */
function keepStatus(draft: Draft, failure: CommandFailure, origin: Origin, own: Own | undefined, depth: number): void {
  const out = draft.writer();
  out.push(Buffer.from(`${JSON.stringify(statusOf(failure), null, 4)}\n`));
  const sources = own === undefined ? [placeOf(origin, depth)] : undefined;
  const entry = describe(origin, depth === 0 ? own?.entry : undefined, defined({ sources }));
  draft.keep(entry, own, draft.placeFor(entry, origin, own, depth), out.end());
}
