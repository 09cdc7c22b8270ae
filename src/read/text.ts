/** One text goes to its parser; what the parser finds goes to the store, and texts inside the text are read anew. */
import { failureReader } from '../parsers/kubectl/failure.ts';
import type { Scan } from '../parsers/logs/scan.ts';
import type { Emit, Parser, ParserContext } from '../parsers/parser.ts';
import type { Origin } from '../parsers/records.ts';
import type { KeptTexts } from '../snapshot/logs/kept-texts.ts';
import type { createStore } from '../snapshot/store.ts';
import { choose } from './choose.ts';
import { collect, CUT, streamOf } from './lines.ts';
import type { Recorder } from './recorder.ts';

/** Texts inside texts: a transcript holds outputs, an output holds a journal. */
const NESTING = 5;
/** Lines of a text inside a text that are shown to sniffs. */
const HEAD_LINES = 400;

type Store = ReturnType<typeof createStore>;

/** Where what is read goes. */
export interface Reading {
  readonly store: Store;
  readonly texts: KeptTexts;
  readonly scan: Scan;
}

/** A text on its way to its parser. */
export interface Text {
  readonly origin: Origin;
  /** Undefined: it is searched for known messages. */
  readonly parser: Parser | undefined;
  /** Its first lines. */
  readonly head: readonly string[];
  readonly chunks: AsyncIterable<Uint8Array>;
  /** 0: a whole file. */
  readonly depth: number;
  readonly recorder?: Recorder | undefined;
}

/** A text that cannot be read costs only itself. */
export async function guarded(store: Store, origin: Origin, read: () => Promise<void>): Promise<void> {
  try {
    await read();
  } catch (error) {
    store.unread(origin, `could not be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Reads a text and the texts in it. */
export async function readText(reading: Reading, text: Text): Promise<void> {
  const { store, texts, scan } = reading;
  const { origin, parser, depth } = text;
  const inner: { origin: Origin; lines: readonly string[] }[] = [];
  const emit: Emit = { ...store, text: (at, lines) => void inner.push({ origin: at, lines }) };
  const plain: ParserContext = { origin, emit, scan };
  const recording = text.recorder?.text(parser, depth, plain, text.chunks);
  try {
    const lines = await parse(
      reading,
      { ...text, chunks: recording?.chunks ?? text.chunks },
      recording?.context ?? plain,
    );
    // A text that holds texts is quoted through them: the neighbours of a line are those of the same command.
    if (lines !== undefined && inner.length === 0) texts.keep(origin.file, origin.firstLine, lines);
  } finally {
    await recording?.end();
  }
  // A text that was written down as it is holds its inner texts.
  const recorder = parser?.divides === true ? text.recorder : undefined;
  for (const { origin: at, lines } of inner) {
    if (lines.length === 0) continue;
    if (depth >= NESTING) {
      store.unread(at, `texts nested more than ${NESTING} deep are not read`, at.firstLine);
      continue;
    }
    const head = lines.slice(0, HEAD_LINES);
    await guarded(store, at, () => {
      const chunks = streamOf(`${lines.join('\n')}\n`);
      return readText(reading, {
        origin: at,
        parser: choose(undefined, at, head),
        head,
        chunks,
        depth: depth + 1,
        recorder,
      });
    });
  }
}

/** Gives one text to its parser; nobody's is searched for known messages. The lines, when the parser took lines. */
async function parse(
  { store }: Reading,
  { origin, parser, head, chunks }: Text,
  context: ParserContext,
): Promise<readonly string[] | undefined> {
  const { emit } = context;
  if (parser?.stream !== undefined) {
    await parser.stream(chunks, context);
    return undefined;
  }
  if (parser?.parse !== undefined) {
    const { lines, cut } = await collect(chunks);
    if (cut) emit.unread(origin, `only the first ${lines.length} lines were read: ${CUT}`);
    const heard = listening(emit);
    parser.parse(lines, { ...context, emit: heard.emit });
    // It looked like this parser's and is something else: a log with one line of curl in it.
    if (!heard.said() && lines.length > 0) store.log(await context.scan(streamOf(lines.join('\n')), origin, 'text'));
    return lines;
  }
  store.log(await context.scan(chunks, origin, 'text'));
  // A sentence stood above them: the errors of kubectl say so themselves.
  const failures = failureReader(origin, emit);
  head.forEach((line, i) => failures.take(line.replace(/^[\s>*`\u2502|]{1,20}/, ''), i));
  if (head.length > 0) store.unread(origin, 'not recognised; searched for known messages only', origin.firstLine);
  return undefined;
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
