/** Evidence: the place and the words of the source behind a field of an object. */
import type { Evidence, LogHit, LogLine, ObjectSource, Origin } from '../parsers/records.ts';
import type { AnyObject } from './kinds/index.ts';

/** Longest quote, in characters: an event message of a mount failure has about 600. */
const QUOTE_LIMIT = 700;
const cut = (text: string): string => (text.length <= QUOTE_LIMIT ? text : `${text.slice(0, QUOTE_LIMIT)} …`);

function at(object: unknown, pointer: string): unknown {
  let value = object;
  for (const part of pointer.split('/').slice(1)) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string, unknown>)[part.replaceAll('~1', '/').replaceAll('~0', '~')];
  }
  return value;
}

/** `/status/containerStatuses/0/state` → `status.containerStatuses[0].state`, as people write it. */
function fieldPath(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((path, part) => (/^\d+$/.test(part) ? `${path}[${part}]` : path === '' ? part : `${path}.${part}`), '');
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
  const value = at(object, pointer);
  for (const source of sources) {
    if (source.detail === 'full') {
      if (value === undefined && sources.length > 1) continue;
      const rendered = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'absent');
      return {
        file: source.file,
        ...(source.line === undefined ? {} : { line: source.line }),
        pointer: `${source.pointer ?? ''}${pointer}`,
        text: cut(`${object.kind} ${object.metadata?.name ?? ''} ${fieldPath(pointer)}: ${rendered}`),
      };
    }
    const mark = markFor(source, pointer);
    if (mark !== undefined) return { file: source.file, line: mark.line, text: cut(mark.text.trim()) };
  }
  const source = sources[0];
  return {
    file: source?.file ?? '',
    ...(source?.line === undefined ? {} : { line: source.line }),
    text: cut(
      `${object.kind} ${object.metadata?.name ?? ''} ${fieldPath(pointer)}: ${JSON.stringify(value) ?? 'absent'}`,
    ),
  };
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
  const quote = (line: LogLine): Evidence => ({ file: from.origin.file, line: line.line, text: cut(line.text) });
  if ('line' in from) return [quote(from.line)];
  return from.last.line === from.first.line ? [quote(from.first)] : [quote(from.first), quote(from.last)];
}
