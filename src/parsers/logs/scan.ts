/**
 * The log scanner. It looks for the signatures' literals in raw bytes and decodes only lines that hold one: no log is
 * split into lines, decoded or kept. What a log leaves behind is hits folded by what they say, counts and a short tail.
 */
import { asBuffer, peek } from '../../lib/text-stream.ts';
import { rejoined } from '../../lib/wrapped.ts';
import type { CompiledSignature, SignatureSet } from '../../signatures/signature.ts';
import type { LogClass, LogHit, LogStream, Origin } from '../records.ts';
import { dateStream, referenceIn } from './dates.ts';
import { openEnvelope } from './envelope.ts';
import { createFolds, type Fold } from './folds.ts';
import { parseLogLine } from './line.ts';
import { countLines, lineEnd, lineStart, PATTERN_LIMIT, QUOTE_LIMIT, windowText } from './line-window.ts';
import { withValues } from './klog-values.ts';
import { createLiteralSearch } from './literal-search.ts';
import { parseMessage } from './message.ts';
import { createSpeakers, type KnownSpeaker } from './speaker.ts';
import { createStarts } from './start-up.ts';
import { createSurroundingLines, PER_BUNDLE } from './surrounding-lines.ts';
import { createTail } from './tail.ts';

/** Last lines kept: a crashed container's last words say why; daemons' last lines rarely do. */
const TAIL_LINES: Readonly<Record<LogClass, number>> = { container: 40, text: 40, host: 10, kernel: 10 };
/** First lines in which the stream's first time and programs are looked for. */
const HEAD_LINES = 40;
const HEAD_BYTES = 64 * 1024;
/** Bytes of a line's beginning that can hold its prefixes. */
const PREFIX_BYTES = 320;
/** A line longer than this is scanned in pieces; real log lines end long before. */
const LINE_BUFFER = 256 * 1024;
/** Different programs named for one stream. */
const MAX_PROGRAMS = 50;
/** Years differ by whole years in time-of-year arithmetic, so any fixed instant will do. */
const ANY_REFERENCE = Date.UTC(2001, 0, 1);
const LF = 0x0a;

/** Scans one log. `origin` says what is known about it, `logClass` what kind of log it is. */
export type Scan = (chunks: AsyncIterable<Uint8Array>, origin: Origin, logClass: LogClass) => Promise<LogStream>;

/** True when the signature speaks about this program or this class of log. */
function applies(
  { signature, sources, notFrom }: CompiledSignature,
  speaker: KnownSpeaker,
  logClass: LogClass,
): boolean {
  if (speaker.program !== undefined && notFrom.has(speaker.program)) return false;
  if (sources.has('any') || sources.has(logClass)) return true;
  if (speaker.program !== undefined) return sources.has(speaker.program);
  if (speaker.known) return false;
  // A journal without names, or one process that is many programs (k3s): it may be any daemon. A container or a text
  // of unknown origin may be anything at all: only signatures that say so are sure enough of their words.
  return logClass === 'host' || logClass === 'kernel' || sources.has('text') || signature.distinctive === true;
}

/** A text as long as this (bytes) may have been copied out of a terminal. */
const COPIED = 32 * 1024;

/** The log with one line for each entry, as far as a terminal or klog has put it into several. */
async function unwrapped(chunks: AsyncIterable<Uint8Array>, logClass: LogClass): Promise<AsyncIterable<Uint8Array>> {
  if (logClass === 'kernel') return chunks;
  const { head, chunks: all } = await peek(chunks, COPIED);
  if (head.length >= COPIED) return all;
  const lines = head.toString('utf8').split('\n');
  const whole = withValues(rejoined(lines, startsEntry));
  if (whole === lines) return all;
  return (async function* () {
    yield Buffer.from(whole.join('\n'));
  })();
}

/** Where an entry of a log begins: with a time or a level. */
function startsEntry(line: string): boolean {
  const envelope = openEnvelope(line);
  const message = parseMessage(envelope?.message ?? line);
  return (
    envelope !== undefined ||
    message.stamp !== undefined ||
    message.time !== undefined ||
    message.level !== undefined ||
    /^[{[]/.test(line)
  );
}

/** Around a line in a file of Docker's json-file driver. */
const JSON_FILE_HEAD = '{"log":"';
const JSON_FILE_TAIL = /(?:\\r)?(?:\\n)?","stream":"std(?:out|err)".{0,120}$/;

/** What a pattern sees: the program's own line, with the quotes that JSON and klog escape in what they carry. */
function plainOf(text: string): string {
  const own = text.startsWith(JSON_FILE_HEAD) ? text.slice(JSON_FILE_HEAD.length).replace(JSON_FILE_TAIL, '') : text;
  return own.includes('\\"') ? own.replace(/\\{1,8}"/g, '"') : own;
}

/** Prepares a set of signatures once for any number of logs. */
export function createScanner(set: SignatureSet): Scan {
  const search = createLiteralSearch(set.literals);
  const longestLiteral = Math.max(1, ...set.literals.map((text) => Buffer.byteLength(text)));
  const budget = { left: PER_BUNDLE };

  return async (given, origin, logClass) => {
    const chunks = await unwrapped(given, logClass);
    const speakerOf = createSpeakers(origin, logClass);
    const folds = createFolds();
    const starts = createStarts();
    const tail = createTail(TAIL_LINES[logClass]);
    const surroundings = createSurroundingLines(budget);
    const lastLineOf = new Int32Array(set.signatures.length).fill(-1);
    /** Up to where in its line, as far as it was looked at, each signature has seen all places. */
    const seenTo = new Float64Array(set.signatures.length);
    let head: Buffer = Buffer.alloc(0);
    let bytes = 0;
    let lines = 0; // line ends before the segment at hand
    let places: number[] = []; // position and literal by turns

    const collect = (literal: number, at: number): void => {
      places.push(at, literal);
    };

    /** `bytes[from, to)` holds whole lines, or one piece of an endless line. */
    const scanSegment = (buffer: Buffer, from: number, to: number): void => {
      search(buffer, from, to, collect);
      surroundings.begin(buffer, from, to);
      if (places.length > 0) {
        seenTo.fill(from);
        const order = Array.from({ length: places.length / 2 }, (_, i) => i);
        // Long and short literals come in passes of their own.
        order.sort((a, b) => places[2 * a]! - places[2 * b]! || a - b);
        let start = from;
        let end = from - 1;
        let line = lines;
        for (const i of order) {
          const at = places[2 * i]!;
          if (at >= end) {
            const before = Math.max(start, end);
            start = lineStart(buffer, at, before);
            line += countLines(buffer, before, start);
            end = lineEnd(buffer, at, to);
          }
          for (const index of set.byLiteral[places[2 * i + 1]!]!) {
            // One window of a long line shows many places at once.
            if (lastLineOf[index] === line || at < seenTo[index]!) continue;
            seenTo[index] = end - start > PATTERN_LIMIT ? at + PATTERN_LIMIT / 2 : end;
            if (judge(index, buffer, start, end, at, line)) lastLineOf[index] = line;
          }
        }
        places = [];
        lines = line + countLines(buffer, Math.max(start, end), to);
      } else {
        lines += countLines(buffer, from, to);
      }
      surroundings.end();
    };

    /** Tries one signature on the line `bytes[start, end)`; true when it hit. */
    const judge = (index: number, buffer: Buffer, start: number, end: number, at: number, line: number): boolean => {
      const compiled = set.signatures[index]!;
      const text = windowText(buffer, start, end, at, PATTERN_LIMIT);
      const plain = plainOf(text);
      const match = compiled.pattern.exec(plain);
      if (match === null || compiled.ignore?.test(plain) === true) return false;
      const prefix =
        end - start > PATTERN_LIMIT ? windowText(buffer, start, start + PREFIX_BYTES, start, PREFIX_BYTES) : text;
      const speaker = speakerOf(prefix.length > PREFIX_BYTES ? prefix.slice(0, PREFIX_BYTES) : prefix);
      if (!applies(compiled, speaker, logClass)) return false;
      const { startupNoise, startMarker } = compiled.signature;
      const time = startupNoise || startMarker ? parseLogLine(prefix, { reference: ANY_REFERENCE }).time : undefined;
      if (time !== undefined && startMarker) starts.add(time);
      const startup = time !== undefined && startupNoise && starts.isStarting(time);
      const quote = end - start <= QUOTE_LIMIT ? text : windowText(buffer, start, end, at, QUOTE_LIMIT);
      const hit = { line: line + origin.firstLine, text: quote };
      const fold = folds.add(index, speaker, match.groups, startup, hit, () => surroundings.at(start, end));
      if (fold.last === hit) surroundings.repeated(fold, start, end);
      return true;
    };

    let carry: Buffer = Buffer.alloc(0);
    for await (const chunk of chunks) {
      if (chunk.byteLength === 0) continue;
      const buffer = asBuffer(chunk);
      bytes += buffer.length;
      if (head.length < HEAD_BYTES) head = Buffer.concat([head, buffer.subarray(0, HEAD_BYTES - head.length)]);
      tail.push(buffer);
      let from = 0;
      if (carry.length > 0) {
        const end = buffer.indexOf(LF);
        carry = Buffer.concat([carry, end < 0 ? buffer : buffer.subarray(0, end + 1)]);
        from = end < 0 ? buffer.length : end + 1;
        if (end >= 0) {
          scanSegment(carry, 0, carry.length);
          carry = Buffer.alloc(0);
        }
      }
      if (from < buffer.length) {
        const end = buffer.lastIndexOf(LF);
        if (end >= from) scanSegment(buffer, from, end + 1);
        carry = Buffer.from(buffer.subarray(Math.max(from, end + 1)));
      }
      if (carry.length > LINE_BUFFER) {
        scanSegment(carry, 0, carry.length);
        carry = Buffer.from(carry.subarray(carry.length - longestLiteral - PATTERN_LIMIT));
      }
    }
    if (carry.length > 0) {
      scanSegment(carry, 0, carry.length);
      lines++; // the last line has no line end
    }

    const headLines = firstLines(head);
    const tailLines = tail.lines(lines).map(({ line, text }) => ({ line: line - 1 + origin.firstLine, text }));
    const settled = (): boolean => {
      const last = tailLines.findLast(
        ({ text }) => parseLogLine(text, { reference: ANY_REFERENCE }).time !== undefined,
      );
      return last !== undefined && starts.settledAt(parseLogLine(last.text, { reference: ANY_REFERENCE }).time!);
    };
    const outlasting = withoutStartupNoise(folds.all(), settled);
    const joined = tailLines.findLast(({ text }) => JOINED.test(text))?.line ?? 0;
    const hits = outlasting.map((fold): LogHit =>
      hitOf(
        fold,
        set,
        fold.last.line < joined && DISCOVERY.test(fold.last.text) ? { ...origin, overcome: true } : origin,
        logClass,
      ),
    );
    const reference = referenceIn([...headLines, ...tailLines.map(({ text }) => text)]);
    const context = reference === undefined ? {} : { reference };
    let firstTime: number | undefined;
    for (const text of headLines) {
      firstTime = parseLogLine(text, context).time;
      if (firstTime !== undefined) break;
    }
    const programs = new Set<string>();
    for (const text of [...headLines, ...tailLines.map((line) => line.text)]) {
      const { program } = speakerOf(text.slice(0, PREFIX_BYTES));
      if (program !== undefined && programs.size < MAX_PROGRAMS) programs.add(program);
    }
    for (const { program } of hits) if (program !== undefined && programs.size < MAX_PROGRAMS) programs.add(program);
    const stream: LogStream = {
      origin,
      class: logClass,
      lines,
      bytes,
      ...(firstTime === undefined ? {} : { firstTime }),
      programs: [...programs].sort(),
      hits,
      tail: tailLines,
    };
    return dateStream(stream, reference);
  };
}

/** What kubeadm join says at its end, and while it asks for the cluster again and again: the end overcomes the asking. */
const JOINED = /^This node has joined the cluster\b/;
const DISCOVERY = /^(?:[IWE]\d{4} .{0,60}\] )?\[discovery\] /;

/** Start-up messages of a program that has settled since, and never said so again, are no finding. */
function withoutStartupNoise(folds: readonly Fold[], settled: () => boolean): readonly Fold[] {
  if (!folds.some((fold) => fold.startup) || !settled()) return folds;
  const persistent = new Set(folds.filter((fold) => !fold.startup).map((fold) => fold.signature));
  return folds.filter((fold) => !fold.startup || persistent.has(fold.signature));
}

function hitOf(fold: Fold, set: SignatureSet, origin: Origin, logClass: LogClass): LogHit {
  const { node, program, pod, container } = fold.speaker;
  return {
    signature: set.signatures[fold.signature]!.signature.id,
    origin: {
      ...origin,
      ...(pod === undefined ? {} : { pod }),
      ...(container === undefined ? {} : { container }),
    },
    class: logClass,
    ...(node === undefined ? {} : { node }),
    ...(program === undefined ? {} : { program }),
    groups: fold.groups,
    count: fold.count,
    first: fold.first,
    last: fold.last,
  };
}

function firstLines(head: Buffer): readonly string[] {
  const out: string[] = [];
  for (let from = 0; from < head.length && out.length < HEAD_LINES;) {
    const end = lineEnd(head, from, head.length);
    out.push(windowText(head, from, end, from, QUOTE_LIMIT));
    from = end + 1;
  }
  return out;
}
