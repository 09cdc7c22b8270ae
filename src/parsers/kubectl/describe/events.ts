/** The Events section at the end of a description. */
import { readHeader, readRow, type Header } from '../../../lib/table.ts';
import { isoTime, parseTimestamp } from '../../../lib/timestamp.ts';
import { NARROWEST } from '../../../lib/wrapped.ts';
import { createDraft, placeOf, type Draft, type SourceLine } from '../draft.ts';
import { recurrence } from '../rows/event.ts';
import { int, secondsOf, value } from '../values.ts';
import type { ParserContext } from '../../parser.ts';
import type { Block } from './block.ts';

/** Whom events are about. */
export interface Described {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

/** Lines that are asked for the width of the terminal, and how far names that were replaced by others move its edge. */
const MAX_WIDTH_LINES = 200;
const SLACK = 40;
/** A message may be wrapped by a terminal or hold line breaks of its own; more lines than this are not one message. */
const MAX_MESSAGE_LINES = 200;

/** `Type  Reason  Age  From  Message`, and kubectl up to 1.8: `FirstSeen  LastSeen  Count  From …`. */
const HEADER = /^\s*(?:Type\s+Reason\s+Age\s+From\s+Message|FirstSeen\s+LastSeen\s+Count\s+From\s)/;
const AGE = '(?:\\d{1,6}[smhdy][0-9smhdy]{0,12}|<unknown>|<invalid>)';
/** A row that was pasted without its header. */
const ROW = new RegExp(
  `^\\s*(?:Normal|Warning)\\s{2,}[A-Z]\\w{2,60}\\s{2,}${AGE}(?: \\(x\\d{1,9} over ${AGE}\\))?\\s{2,}(?:[\\w./-]{2,160}(?:, \\S{1,253})?(?:\\s{2,}\\S|\\s*$)|\\d{1,5}/\\d{1,5} nodes are available|Successfully assigned \\S)`,
);
/** The same with all runs of blanks squeezed, as chats and titles leave it. */
const SQUEEZED_ROW = new RegExp(
  `^\\s*(Normal|Warning)\\s+([A-Z]\\w{2,60})\\s+(${AGE}(?: \\(x\\d{1,9} over ${AGE}\\))?)\\s+(?:([\\w.-]{2,160}(?:, \\S{1,253})?)\\s+)?(\\S.*)$`,
);
/** What people write around an excerpt, and the prompt that waits below it. */
const MARK = /^(?:\[?[\w.-]{1,64}@[\w.-]{1,120}[^$#%>]{0,80}[$#%>]|<\/?[\w .-]{1,30}>|`{1,3}|\.{3,}|…)$/;
/** What clients of HashiCorp's servers and Kyverno's webhook set apart by empty lines inside of one message. */
const SET_APART =
  /^(?:URL: [A-Z]{3,7} https?:|Code: \d{3}\. Errors:|resource \S{1,400} (?:was|is) blocked due to the following polic)/;
/** The line behind which Kyverno lists its policies, set apart too. */
const POLICIES_FOLLOW = /blocked due to the following policies$/;
/** A line of a log that a program printed into the message. */
const DATED = /^\d{4}-\d\d-\d\d[T ]\d\d:/;
const BARE = ['type', 'reason', 'age', 'from', 'message'];
/** kubectl up to 1.2 wrote the times themselves: `Wed, 02 Mar 2016 18:41:15 +0200`. */
const WHEN = `(?:${AGE}|[A-Z][a-z]{2}, \\d{2} [A-Z][a-z]{2} \\d{4} [\\d:]{8} [+-]\\d{4})`;
const SEEN = `^\\s*(${WHEN})\\s+(${WHEN})\\s+(\\d{1,9})\\s+`;
const ABOUT = '\\s+(?:((?:spec\\.|implicitly required container )\\S{1,160})\\s+)?';
/**
 * A row of kubectl up to 1.8. What people quote of it has lost the widths of its columns, so it is told by its words:
 * two ages and a count in front, the type and the reason behind the sender (in braces up to 1.4) and the container.
 * Events had no type up to 1.2.
 */
const OLD_ROW = new RegExp(
  `${SEEN}(?:\\{\\s?([^{}]{1,320}?)\\s?\\}|([\\w.-]{1,160}(?:, \\S{1,253})?))${ABOUT}(Normal|Warning)\\s+([A-Z]\\w{2,60})\\s+(\\S.*)$`,
);
const TYPELESS_ROW = new RegExp(`${SEEN}\\{\\s?([^{}]{1,320}?)\\s?\\}()${ABOUT}()([A-Za-z]\\w{2,60})\\s+(\\S.*)$`);
/** Reasons that were warnings once events had types. */
const WARNS =
  /^(?:Fail|BackOff|Unhealthy|.*(?:Fail|Error|Err|Exceed|Insufficient|Conflict|Invalid|Pressure|NotReady))/i;
const OLD = ['lastseen', 'firstseen', 'count', 'from', 'subobjectpath', 'type', 'reason', 'message'];

/** Whether a line behind an empty one still belongs to the message of an event that ended with the line above it. */
export const goesOn = (above: string, line: string): boolean =>
  SET_APART.test(line) || (POLICIES_FOLLOW.test(above) && /^[\w.-]{1,253}:/.test(line));

/** Whether a line is the names of the columns of events. */
export const isEventsHeader = (line: string): boolean => HEADER.test(line);

/** Whether events begin here that stand without the description they belong to. */
export function startsEvents(line: string): boolean {
  return (
    line.trim() === 'Events:' ||
    HEADER.test(line) ||
    ROW.test(line) ||
    SQUEEZED_ROW.test(line) ||
    OLD_ROW.test(line) ||
    TYPELESS_ROW.test(line)
  );
}

/** A time that kubectl wrote out, as the API has it. */
function stamp(text: string | undefined): string | undefined {
  return isoTime(text === undefined ? undefined : parseTimestamp(text));
}

/** The cells of an old row by the names of `OLD`. */
function oldCells(line: string): readonly string[] | undefined {
  const match = OLD_ROW.exec(line) ?? TYPELESS_ROW.exec(line);
  if (match === null) return undefined;
  const [, first = '', last = '', count = '', braced, plain = '', part = '', type = '', reason = '', message = ''] =
    match;
  // `{kubelet node-1}` is `kubelet, node-1` since 1.5.
  const name = `${reason.charAt(0).toUpperCase()}${reason.slice(1)}`;
  const told = type === '' ? (WARNS.test(name) ? 'Warning' : 'Normal') : type;
  return [last, first, count, braced?.replace(/ +/, ', ') ?? plain, part, told, name, message];
}

/** The cells of a row without a header above it. */
function bareCells(line: string): readonly string[] | undefined {
  if (!ROW.test(line))
    return SQUEEZED_ROW.exec(line)
      ?.slice(1)
      .map((cell) => cell ?? '');
  const cells = line.trim().split(/ {2,}/);
  // Events of the API events.k8s.io had an empty column of senders in kubectl up to 1.18.
  if (/^(?:\d{1,5}\/\d{1,5} nodes |Successfully assigned )/.test(cells[3] ?? '')) cells.splice(3, 0, '');
  return [...cells.slice(0, 4), cells.slice(4).join('  ')];
}

/**
 * The cells of a row below its header. Who replaces names in a row moves its columns, and a part of the age runs into
 * the sender: then its words tell them apart.
 */
function cellsBelow(header: Header, names: readonly string[], line: string): readonly string[] | undefined {
  const cells = readRow(header, line);
  if (cells === undefined || !line.includes(' (x') || !BARE.every((name, i) => names[i] === name)) return cells;
  const words = SQUEEZED_ROW.exec(line)?.slice(1);
  return words === undefined || words[2] === cells[2] ? cells : words.map((word) => word ?? '');
}

/** Reason and sender of the first row, as far as it is one in today's columns. */
const SENT = new RegExp(
  `^\\s*(?:Normal|Warning)\\s+([A-Z]\\w{2,60})\\s+${AGE}(?: \\(x\\d{1,9} over ${AGE}\\))?\\s+([\\w.-]{2,160})(?:,? |$)`,
);

/** Reason and sender of the first event of a description. */
export function firstSender({ lines }: Block): { readonly reason: string; readonly component: string } | undefined {
  const title = lines.findIndex((line) => /^\s{0,8}Events:/.test(line));
  for (const line of title < 0 ? [] : lines.slice(title + 1)) {
    const [, reason, component] = SENT.exec(line) ?? [];
    if (reason !== undefined && component !== undefined) return { reason, component };
  }
  return undefined;
}

/** Whether a terminal of that width cut a word at the end of the line above; a message's own line break stands between words. */
function isWordCut(above: string, line: string, width: number): boolean {
  const full = above.length >= Math.max(NARROWEST, width - SLACK) && /\S$/.test(above);
  return full && /^\S/.test(line) && !DATED.test(line) && !(/[,;:.]$/.test(above) && /^["'\w]/.test(line));
}

/** Whom a row is about, by its reason and its sender. */
type About = Described | ((reason: string, component: string, host: string | undefined) => Described);

/** The event of a row, without its message. */
function eventOf(cell: (name: string) => string | undefined, about: About, at: SourceLine, name: string): Draft {
  const [component, host] = cell('from')?.split(/,\s*/) ?? [];
  const object = typeof about === 'function' ? about(cell('reason') ?? '', component ?? '', host) : about;
  const seen = recurrence(cell('age') ?? cell('lastseen'));
  const first = cell('firstseen');
  const draft = createDraft('Event');
  draft.set(['metadata', 'name'], name, at);
  draft.set(['metadata', 'namespace'], object.namespace, at);
  draft.set(['involvedObject', 'kind'], object.kind, at);
  draft.set(['involvedObject', 'name'], object.name, at);
  draft.set(['involvedObject', 'namespace'], object.namespace, at);
  draft.set(['involvedObject', 'fieldPath'], cell('subobjectpath'), at);
  draft.set(['type'], cell('type'), at);
  draft.set(['reason'], cell('reason'), at);
  draft.set(['lastTimestamp'], seen.last ?? stamp(cell('lastseen')), at);
  draft.set(['seenAgo'], secondsOf(seen.last), at);
  draft.set(['firstTimestamp'], first === undefined ? seen.first : (recurrence(first).last ?? stamp(first)), at);
  draft.set(['count'], int(cell('count')) ?? seen.count ?? 1, at);
  draft.set(['source', 'component'], component, at);
  draft.set(['source', 'host'], host, at);
  return draft;
}

/**
 * Events about the described object. Type Reason Age From Message (1.9+: `4m (x4 over 25m)`), before FirstSeen
 * LastSeen Count From SubObjectPath Type Reason Message. A line that is no row goes on the message above.
 */
export function readEvents(block: Block, about: About, { origin, emit }: ParserContext): void {
  const title = block.lines.findIndex((line) => /^\s{0,8}Events:/.test(line));
  const start = title >= 0 ? title + 1 : block.lines.findIndex(startsEvents);
  if (start < 0) return;
  const widest = Math.max(...block.lines.slice(start, start + MAX_WIDTH_LINES).map((line) => line.length));
  let header: Header | undefined;
  let names: readonly string[] = [];
  let current: { draft: Draft; line: number; message: string[]; text: string } | undefined;
  const flush = (): void => {
    if (current === undefined) return;
    const at = { line: current.line, text: current.text };
    const message = current.message.join(' ').trim().replace(/`+$/, '');
    // Newer versions put the container in front of the message: `spec.containers{web}: Back-off …`.
    const part = /^(spec\.(?:c|initC|ephemeralC)ontainers\{[^{}]{1,63}\}): /.exec(message);
    current.draft.set(['involvedObject', 'fieldPath'], part?.[1], at);
    current.draft.set(['message'], part === null ? message : message.slice(part[0].length), at);
    emit.object(origin, current.draft.object, placeOf(current.draft, 'described', current.line));
    current = undefined;
  };
  for (let i = start; i < block.lines.length; i++) {
    const line = block.lines[i] ?? '';
    const text = line.trim();
    if (text === '' || /^-{2,}(?:\s+-+)*$/.test(text) || MARK.test(text)) continue;
    // kubectl up to 1.14 described who uses a claim below its events.
    if (/^Mounted By:\s/.test(line)) break;
    if (names.length === 0) {
      names = BARE;
      if (!SQUEEZED_ROW.test(line) && !ROW.test(line) && oldCells(line) === undefined) {
        header = readHeader(line);
        names = header.columns.map((column) => column.name.toLowerCase());
        continue;
      }
    }
    const old = oldCells(line);
    const keys = old === undefined ? names : OLD;
    const cells = old ?? (header === undefined ? bareCells(line) : cellsBelow(header, names, line));
    const cell = (name: string): string | undefined => value(cells?.[keys.indexOf(name)]);
    const type = cell('type');
    // kubectl writes three dashes where there is no value.
    if (cells === undefined || (type !== 'Normal' && type !== 'Warning') || cell('reason') === undefined) {
      // Behind a blank line something else has begun.
      if ((block.lines[i - 1] ?? '').trim() === '' && !goesOn(current?.message.at(-1) ?? '', text)) break;
      if (current !== undefined && current.message.length < MAX_MESSAGE_LINES) {
        if (isWordCut(block.lines[i - 1] ?? '', line, widest))
          current.message.push(`${current.message.pop() ?? ''}${text}`);
        else current.message.push(text);
      }
      continue;
    }
    flush();
    const at = { line: block.firstLine + i, text };
    const draft = eventOf(cell, about, at, `${origin.file}:${at.line}`);
    current = { draft, line: at.line, message: [cell('message') ?? ''], text };
  }
  flush();
}
