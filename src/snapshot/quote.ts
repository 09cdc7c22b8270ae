/** Evidence: the place and the words of the source behind a field of an object. */
import { keysIn } from '../lib/json-pointer.ts';
import { headAndPlace, headAndTail } from '../lib/excerpt.ts';
import { remember } from '../lib/remember.ts';
import type { Evidence, LogHit, LogLine, ObjectSource, Origin } from '../parsers/records.ts';
import type { AnyObject } from './kinds/index.ts';

/** Longest quote, in characters: an event message of a mount failure has about 600. */
const QUOTE_LIMIT = 700;
const cut = (text: string): string => (text.length <= QUOTE_LIMIT ? text : `${text.slice(0, QUOTE_LIMIT)} …`);

/** A pointer as keys, and as people write it: `/status/containerStatuses/0/state` is `status.containerStatuses[0].state`. */
const parsePointer = remember((pointer: string) => {
  const keys = keysIn(pointer);
  const path = keys.reduce((before, key) => {
    if (/^\d+$/.test(key)) return `${before}[${key}]`;
    return before === '' ? key : `${before}.${key}`;
  }, '');
  return { keys, path };
});

function valueAt(object: unknown, keys: readonly string[]): unknown {
  let value = object;
  for (const key of keys) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

/** The mark for a pointer: its own, else the nearest above it, else the first below it. */
function markFor(source: ObjectSource, pointer: string): { line: number; text: string } | undefined {
  const marks = source.marks ?? {};
  for (let p = pointer; p !== ''; p = p.slice(0, p.lastIndexOf('/'))) {
    const mark = marks[p];
    if (mark !== undefined) return mark;
  }
  const below = Object.keys(marks)
    .filter((p) => p.startsWith(`${pointer}/`))
    .sort((a, b) => (marks[a]?.line ?? 0) - (marks[b]?.line ?? 0))[0];
  return below === undefined ? marks[''] : marks[below];
}

/** What the fullest source that has the field says there. The object's own place when no source has it. */
export function quoteObject(object: AnyObject, pointer: string, sources: readonly ObjectSource[]): Evidence {
  const { keys, path } = parsePointer(pointer);
  const value = valueAt(object, keys);
  for (const source of sources) {
    if (source.detail === 'full') {
      if (value === undefined && sources.length > 1) continue;
      const rendered = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'absent');
      const { file, line } = source;
      const place = `${source.pointer ?? ''}${pointer}`;
      const text = cut(`${object.kind} ${object.metadata?.name ?? ''} ${path}: ${rendered}`);
      return line === undefined ? { file, pointer: place, text } : { file, line, pointer: place, text };
    }
    const mark = markFor(source, pointer);
    if (mark !== undefined) return { file: source.file, line: mark.line, text: cut(mark.text.trim()) };
  }
  const source = sources[0];
  return {
    file: source?.file ?? '',
    ...(source?.line === undefined ? {} : { line: source.line }),
    text: cut(`${object.kind} ${object.metadata?.name ?? ''} ${path}: ${JSON.stringify(value) ?? 'absent'}`),
  };
}

/** The quote of a message of several lines: a table has one of them beside the object, and mount(8) speaks last. */
export function withFurtherLines(quote: Evidence, message: string): Evidence {
  const at = message.indexOf('\n');
  const rest = at < 0 ? '' : message.slice(at + 1).trim();
  if (rest === '' || quote.text.includes(rest.slice(-40))) return quote;
  return { ...quote, text: headAndTail(`${quote.text}\n${rest}`, QUOTE_LIMIT) };
}

/** Where the words stand that a signature looked for: its reason (`why`), else what it took last; -1 where it took nothing. */
export function placeOfWords(text: string, { why, ...others }: LogHit['groups']): number {
  return why === undefined
    ? Object.values(others).reduce((last, value) => Math.max(last, text.indexOf(value)), -1)
    : text.indexOf(why);
}

/** The quotes as evidence, which has a first one; undefined where there are none. */
export function evidenceIn(quotes: readonly Evidence[]): readonly [Evidence, ...Evidence[]] | undefined {
  const [first, ...more] = quotes;
  return first === undefined ? undefined : [first, ...more];
}

/** A log line, or the first and last line of a hit, as evidence. */
export function evidenceOf(from: LogHit): readonly [Evidence, ...Evidence[]];
export function evidenceOf(from: {
  readonly origin: Origin;
  readonly line: LogLine;
}): readonly [Evidence, ...Evidence[]];
export function evidenceOf(
  from: LogHit | { readonly origin: Origin; readonly line: LogLine },
): readonly [Evidence, ...Evidence[]] {
  const groups = 'line' in from ? {} : from.groups;
  const quote = ({ line, text }: LogLine): Evidence => ({
    file: from.origin.file,
    line,
    text: headAndPlace(text, placeOfWords(text, groups), QUOTE_LIMIT),
  });
  if ('line' in from) return [quote(from.line)];
  return from.last.line === from.first.line ? [quote(from.first)] : [quote(from.first), quote(from.last)];
}

/** Each quote once: two fields of an object may stand in one row of a table. Nearly always nothing is twice. */
export function distinctQuotes(quotes: readonly Evidence[]): readonly Evidence[] {
  const isFirst = (quote: Evidence, i: number): boolean =>
    quotes.findIndex(
      ({ file, line, pointer, text }) =>
        file === quote.file && line === quote.line && pointer === quote.pointer && text === quote.text,
    ) === i;
  return quotes.every(isFirst) ? quotes : quotes.filter(isFirst);
}
