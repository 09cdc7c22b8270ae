import { withoutBlankEnds } from '../lib/blank-lines.ts';
import { isAligned, readHeader } from '../lib/table.ts';
import { nameOfCut, startsDescription } from './kubectl/describe.ts';
import { goesOn, startsEvents } from './kubectl/describe/events.ts';
import { startsNodePart } from './kubectl/describe-node-part.ts';
import { cutsContainer, startsPart } from './kubectl/describe-part.ts';
import { failureMessage, isNoise } from './kubectl/failure.ts';
import { startsTable } from './kubectl/table.ts';
import { lookAt } from './logs/looks.ts';
import { defineParser, type ParserContext } from './parser.ts';
import { readPrompt } from './prompt.ts';
import type { Command, Origin } from './records.ts';

/** What a stretch of lines is; `other` are logs, sentences, anything that says of itself where it begins. */
const FAMILIES = ['table', 'description', 'part', 'manifest', 'other'] as const;
type Family = (typeof FAMILIES)[number];

interface Piece {
  readonly family: Family;
  /** Index of the first line in the text. */
  readonly from: number;
  readonly lines: readonly string[];
  /** The command that stands above it without a prompt. */
  readonly command?: Command;
}

const FENCE = /^ {0,3}(?:`{3,}|~{3,})/;
const FENCE_LINE = /^ {0,3}(?:`{3,}|~{3,})(.*)$/;
const CLOSED = /^([^`]{1,8000})`{3,}\s*$/;
/** Characters: what stands behind a fence and is longer is no name of a language with its options. */
const INFO = 40;
/** Folding sections of issue forms. */
const MARKUP = /^\s*<\/?(?:details|summary|pre|code|p|br)\b[^>]{0,200}>/;
/** What somebody answers to, in Markdown and mail. */
const QUOTED = /^ {0,3}> ?/;
/** The lines of a terminal program (k9s) with the frame around them. */
const BOXED = /^│ ?/;
/** Code in Markdown is also what is indented by four blanks below an empty line. */
const INDENTED = /^(?: {4}|\t)/;
/**
 * A command that was typed, its prompt left out: only verbs that print what we read. Sentences have quotes; a command has
 * them behind an equals sign and a pipe.
 */
const BARE =
  /^(?:sudo )?(?:kubectl|oc|k|k3s kubectl|microk8s kubectl|minikube kubectl --) {1,3}(?:-n ?[a-z]\S{0,62} {1,3}|--namespace[ =]\S{1,63} {1,3})?(?:get|describe|logs|events|top|version|apply|create)\b(?:[^"'.?!]|\.(?=\S)|=(?:"[^"]{0,200}"|'[^']{0,200}')){0,300}(?:\| ?(?:grep|egrep|sed|awk|tail|head|jq|yq|less|cut|sort|column) .{1,200})?$/;
/** A sentence of its own that is a command: a title above a block. */
const DECORATION = /^[\s#*>`-]+|[\s:*`]+$/g;

/** The command in a line that has no prompt. */
function bareCommand(line: string): Command | undefined {
  if (line.length > 400) return undefined;
  const text = line.replace(DECORATION, '').replace(/^(?:microk8s|k3s|minikube) kubectl (?:-- )?/, 'kubectl ');
  return BARE.test(text)
    ? readPrompt(`$ ${text.replace(/^sudo /, '').replace(/^k /, 'kubectl ')}`)?.command
    : undefined;
}

/** Lines of a container's entry that are looked at to tell it from a log. */
const CONTAINER_LINES = 12;

const isBlank = (line: string | undefined): boolean => (line ?? '').trim() === '';

/** What begins at a line, seen from inside `current`. */
function startOf(lines: readonly string[], i: number, current: Family): Family | undefined {
  const line = lines[i] ?? '';
  if (line === '' || line.length > 4_000) return undefined;
  if (startsTable(line) && !line.startsWith(' ')) return 'table';
  if (startsDescription(lines, i)) return 'description';
  if (current !== 'description' && current !== 'part' && (startsPart(line) || startsNodePart(line))) return 'part';
  if (current === 'other' && isBlank(lines[i - 1]) && cutsContainer(lines.slice(i, i + CONTAINER_LINES))) return 'part';
  if (current !== 'description' && current !== 'manifest' && /^(?:apiVersion: \S|kind: [A-Z]\w+$)/.test(line))
    return 'manifest';
  if (current === 'other' && line.trimEnd() === 'status:' && /^ {2}[a-z]\w*:/.test(lines[i + 1] ?? ''))
    return 'manifest';
  return undefined;
}

/** Whether what goes on at a line is no longer `current`; asked behind blank lines only. */
function endsAt(line: string, current: Family, eventsSeen: boolean): boolean {
  switch (current) {
    case 'table':
      return true;
    case 'description':
      return eventsSeen && /^\S/.test(line) && !/^[A-Z][\w ()-]{0,60}:/.test(line);
    case 'part':
      return /^\S/.test(line) && !/^[A-Z][\w ()-]{0,60}:/.test(line) && !startsPart(line);
    case 'manifest':
      return /^[A-Z[\d]/.test(line);
    case 'other':
      return false;
  }
}

/** Cuts lines without fences into outputs. */
function cut(lines: readonly string[], offset: number, told: Command | undefined): Piece[] {
  // Prompts divide better than anything else: what they divide is a transcript.
  if (lines.some((line) => readPrompt(line)?.style === 'shell'))
    return [{ family: 'other', from: offset, lines, ...(told === undefined ? {} : { command: told }) }];
  const pieces: Piece[] = [];
  let family: Family = 'other';
  let from = 0;
  let command = told;
  let eventsSeen = false;
  let above = '';
  const close = (to: number): void => {
    const part = lines.slice(from, to);
    if (part.some((line) => !isBlank(line)))
      pieces.push({ family, from: offset + from, lines: part, ...(command === undefined ? {} : { command }) });
    command = undefined;
  };
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? '';
    if (isBlank(line)) continue;
    // The first line may have been copied with the blank behind its prompt.
    const typed = /^\s/.test(lines.slice(0, i).every(isBlank) ? line.replace(/^ /, '') : line)
      ? undefined
      : bareCommand(line);
    if (typed !== undefined) {
      close(i);
      from = i + 1;
      family = 'other';
      command = typed;
      continue;
    }
    let next = startOf(lines, i, family);
    // Rows with empty lines between them are one table.
    const row = family === 'table' && isAligned(readHeader(lines[from] ?? ''), line) && / {2}/.test(line.trim());
    const apart = next === undefined && !row && i > from && isBlank(lines[i - 1]) && endsAt(line, family, eventsSeen);
    if (apart && !(family !== 'table' && goesOn(above, line.trim()))) next = 'other';
    above = line.trim();
    if (next !== undefined && next !== family) {
      // Blank lines behind a command say nothing: what follows is its output.
      const fresh = lines.slice(from, i).every(isBlank);
      if (!fresh) close(i);
      from = i;
      family = next;
    }
    // Of several descriptions each has its own events.
    if (next !== undefined) eventsSeen = false;
    eventsSeen ||= line.startsWith('Events:');
  }
  close(lines.length);
  return pieces;
}

/** Whether an output, or the command above one, begins at a line. */
function opens(lines: readonly string[], i: number): boolean {
  const line = lines[i] ?? '';
  return (
    startsTable(line) ||
    startsDescription(lines, i) ||
    readPrompt(line) !== undefined ||
    bareCommand(line) !== undefined
  );
}

/** Share of lines with a time or a level that makes quoted lines a log. */
const MOST = 0.6;

const isLog = (lines: readonly string[]): boolean => {
  const look = lookAt(lines);
  return look.lines > 0 && look.dated >= MOST;
};

interface Block {
  readonly lines: readonly string[];
  readonly first: number;
  readonly next: number;
}

/** A fenced block. Many people write on the fence's own line: ```` ```Apr 11 00:52:45 node-1 kubelet: …``` ````. */
function fenced(lines: readonly string[], from: number): Block {
  const [, rest = ''] = FENCE_LINE.exec(lines[from] ?? '') ?? [];
  const whole = CLOSED.exec(rest);
  if (whole !== null) return { lines: [whole[1] ?? ''], first: from, next: from + 1 };
  // A word is the name of a language; several are text.
  const head = /\S\s+\S/.test(rest.trim()) && rest.length > INFO ? [rest] : [];
  const out = [...head];
  for (let end = from + 1; end < lines.length; end++) {
    const line = lines[end] ?? '';
    if (FENCE.test(line)) return { lines: out, first: from + 1 - head.length, next: end + 1 };
    const last = head.length > 0 ? CLOSED.exec(line) : null;
    out.push(last === null ? line : (last[1] ?? ''));
    if (last !== null) return { lines: out, first: from, next: end + 1 };
  }
  return { lines: out, first: from + 1 - head.length, next: lines.length + 1 };
}

/** The lines of a block of code that begins at `from`: fenced, or indented below an empty line. */
function blockAt(lines: readonly string[], from: number): Block | undefined {
  const line = lines[from] ?? '';
  if (FENCE.test(line)) return fenced(lines, from);
  const mark = QUOTED.test(line) ? QUOTED : BOXED.test(line) ? BOXED : undefined;
  if (mark !== undefined) {
    // `> kubectl get pods` with its output below: a prompt, not a quotation of one line.
    if (mark === QUOTED && readPrompt(line)?.style === 'shell' && !QUOTED.test(lines[from + 1] ?? '')) return undefined;
    let end = from;
    while (end < lines.length && mark.test(lines[end] ?? '')) end++;
    const marked = lines.slice(from, end).map((text) => text.replace(mark, ''));
    const inner = mark === BOXED ? marked.map((text) => text.replace(/\s*│\s*$/, '')) : marked;
    const told = inner.some((text, i) => opens(inner, i) || startsPart(text)) || isLog(inner);
    return told ? { lines: inner, first: from, next: end } : undefined;
  }
  if (!INDENTED.test(line) || (from > 0 && !isBlank(lines[from - 1]))) return undefined;
  let end = from;
  while (end < lines.length && (isBlank(lines[end]) || INDENTED.test(lines[end] ?? ''))) end++;
  const inner = lines.slice(from, end).map((text) => text.replace(INDENTED, ''));
  return opens(inner, 0) ? { lines: inner, first: from, next: end } : undefined;
}

function pieces(lines: readonly string[]): { readonly pieces: readonly Piece[]; readonly blocks: number } {
  const found: Piece[] = [];
  let blocks = 0;
  let prose = 0;
  const flush = (to: number): Command | undefined => {
    const before = lines.slice(prose, to).map((line) => (MARKUP.test(line) ? '' : line));
    found.push(...cut(before, prose, undefined));
    const last = before.findLast((line) => !isBlank(line));
    return last === undefined ? undefined : bareCommand(last);
  };
  for (let i = 0; i < lines.length;) {
    const block = blockAt(lines, i);
    if (block === undefined) {
      i++;
      continue;
    }
    const command = flush(i);
    blocks++;
    found.push(...cut(block.lines, block.first, command));
    i = prose = block.next;
  }
  flush(lines.length);
  return { pieces: found, blocks };
}

/** klog lines of programs; those of kubectl itself come from its client library. */
const LOG_LINE =
  /^[IWE]\d{4} .{0,40}\d{1,8} (?!(?:memcache|request|warnings|helpers|loader|cert_rotation|round_trippers|versioner|shortcut|discovery|command|transport|proxy_server)\.go:)[\w-]{1,60}\.go:\d/;

/** Whether a piece has anything to say beside what its neighbour says. */
const speaks = ({ lines }: Piece, origin: Origin): boolean =>
  lines.some(
    (line) =>
      !isBlank(line) &&
      (!isNoise(line.trim()) || LOG_LINE.test(line)) &&
      failureMessage(line.trim(), origin) === undefined,
  );

/** What a program says: `chown: /data: Operation not permitted`, `exec /app: exec format error`. */
const COMPLAINT = /^\S{1,80}(?: \S{1,80})?: \S.{0,4000}[^:]$/;

/** A text that holds several outputs, or undefined when it is just one (with a sentence or two above). */
function severalIn(lines: readonly string[], origin: Origin): readonly Piece[] | undefined {
  // What a pipe left of a description, events and all, is of the object that the command names.
  if (nameOfCut(lines, { origin }) !== undefined) return undefined;
  const { pieces: found, blocks } = pieces(lines);
  const structured = found.filter(({ family }) => family !== 'other');
  if (blocks > 0 || found.some(({ command }) => command !== undefined)) return found;
  if (new Set(structured.map(({ family }) => family)).size > 1) return found;
  const first = structured[0];
  if (first === undefined) return undefined;
  const others = found.filter((piece) => piece.family === 'other' && speaks(piece, origin));
  // Readers of tables and descriptions step over a sentence or two above.
  return others.some(
    ({ from, lines: own }) =>
      from > first.from ||
      own.filter((line) => !isBlank(line)).length > 5 ||
      /^\s*[[{]/.test(own.find((line) => !isBlank(line)) ?? '') ||
      own.some((line) => COMPLAINT.test(line)) ||
      isLog(own),
  )
    ? found
    : undefined;
}

/** Whether a command prints what a stretch of lines is. */
function prints(command: Command | undefined, family: Family): boolean {
  const [verb] = command?.tool === 'kubectl' ? command.words : [];
  if (family === 'table') return verb === 'get' || verb === 'events';
  return (family === 'description' || family === 'part') && verb === 'describe';
}

/** Sentences that may stand below what was pasted: more are an output of their own, and so was what stands above. */
const LAST_WORDS = 5;

/**
 * The output of a command, and below it tables, descriptions or events that it does not print: somebody pasted them
 * without their own prompt. Undefined when the text is the command's alone.
 */
function foreignBelow(lines: readonly string[], command: Command): readonly Piece[] | undefined {
  let from = 0;
  while (from < lines.length && isBlank(lines[from])) from++;
  // Prompts say better what printed what.
  if (readPrompt(lines[from] ?? '')?.style === 'shell') return undefined;
  const opens = (line: string, i: number): boolean =>
    !line.startsWith(' ') && (startsTable(line) || startsDescription(lines, i) || startsEvents(line));
  let at = from + 1;
  while (at < lines.length && !opens(lines[at] ?? '', at)) at++;
  if (at >= lines.length) return undefined;
  const [first, ...more] = cut(lines.slice(at), at, undefined);
  if (first === undefined || prints(command, first.family)) return undefined;
  const others = more.filter(({ family }) => family === 'other' || family === 'manifest');
  const last = others.reduce((sum, piece) => sum + piece.lines.filter((line) => !isBlank(line)).length, 0);
  if (last > LAST_WORDS) return undefined;
  return [{ family: 'other', from, lines: lines.slice(from, at), command }, first, ...more];
}

function handOn(piece: Piece, { origin, emit }: ParserContext): void {
  const { command: told, ...place } = origin;
  const command = piece.command ?? (prints(told, piece.family) ? told : undefined);
  const { first, lines } = withoutBlankEnds(piece.lines);
  if (lines.length > 0)
    emit.text(
      { ...place, firstLine: origin.firstLine + piece.from + first, ...(command === undefined ? {} : { command }) },
      lines,
    );
}

/**
 * What people paste into a ticket: several outputs one below the other, without prompts, with sentences between them,
 * in Markdown fences or indented. Each part is recognised anew.
 *
 * Command: none; an issue, a chat, a file of notes.
 * Versions: Markdown as GitHub and GitLab write it.
 * Sample:
 *
 *     After the update the pod does not start:
 *     ```
 *     NAME       READY   STATUS             RESTARTS   AGE
 *     web-7f6c   0/1     ImagePullBackOff   0          4m
 *     ```
 *
 * Empty: an empty text says nothing.
 */
export default defineParser({
  kind: 'pasted',
  divides: true,
  reads: 'several outputs in one text, with sentences and Markdown fences',
  // Before transcripts: a fence holds a transcript, not the other way round.
  priority: 55,
  sniff(head, origin) {
    if (origin.pod !== undefined || origin.program !== undefined) return false;
    const first = head.find((line) => !isBlank(line)) ?? '';
    // A log is one text, unless somebody left the command above it.
    if (origin.file.endsWith('.log') && bareCommand(first) === undefined) return false;
    // A document may be as long as it likes and has its own readers: it is one of several when a table or a description
    // stands below it, at the beginning of a line, where nothing of a document can be.
    if (
      /^\s*[[{]/.test(first) ||
      (/^(?:apiVersion|kind|metadata|items|---(?: |$)|%YAML|#)/.test(first) && !/^#+ [A-Z]/.test(first))
    )
      return (
        readPrompt(first) === undefined &&
        head.some((line, i) => /^\S/.test(line) && (startsTable(line) || startsDescription(head, i))) &&
        severalIn(head, origin) !== undefined
      );
    const { command } = origin;
    if (command !== undefined) {
      if (foreignBelow(head, command) !== undefined) return true;
      if (!FAMILIES.some((family) => prints(command, family))) return false;
    }
    return severalIn(head, origin) !== undefined;
  },
  parse(lines, context) {
    const { command } = context.origin;
    const foreign = command === undefined ? undefined : foreignBelow(lines, command);
    for (const piece of foreign ?? severalIn(lines, context.origin) ?? []) handOn(piece, context);
  },
});
