/** The indentation tree of one object that `kubectl describe` prints. */
import { parseTimestamp, toRfc3339 } from '../../../lib/timestamp.ts';
import { readHeader, readRow } from '../../../lib/table.ts';
import type { Draft, Path, SourceLine } from '../draft.ts';
import { value } from '../values.ts';

export interface Entry extends SourceLine {
  /** Index into the block's lines. */
  readonly index: number;
  readonly indent: number;
  /** `Name` of `Name:   web-1`; empty for a line that is no pair. */
  readonly key: string;
  /** What follows the key, or the whole line. */
  readonly value: string;
  readonly children: readonly Entry[];
}

export interface Block {
  readonly entries: readonly Entry[];
  /** The block's lines as they are, tabs expanded. */
  readonly lines: readonly string[];
  /** Line in the file of `lines[0]`. */
  readonly firstLine: number;
}

const PAIR = /^([^:]{1,200}?):(?:\s+(.*))?$/;
/** More levels than kubectl ever prints; deeper lines stay on this one. */
const MAX_DEPTH = 20;

/** Fields that stand behind a message. */
const AFTER_MESSAGE = /^(?:Exit Code|Reason|Observed Generation|Status): /;

/** Lines that a message of a program or a runtime may fill. */
const MAX_MESSAGE = 80;

/**
 * Behind a `Message:` of a terminated container or of a condition kubectl prints line breaks as they are, so that the
 * message goes on at the left margin; the field that follows under the key ends it. The index of that line, if the
 * message has more than one.
 */
function endOfMessage(lines: readonly string[], at: number): number | undefined {
  const margin = /^(\s{2,20})Message:\s/.exec(lines[at] ?? '')?.[1];
  if (margin === undefined) return undefined;
  for (let i = at + 1; i < lines.length && i <= at + MAX_MESSAGE; i++) {
    const line = lines[i] ?? '';
    if (AFTER_MESSAGE.test(line.slice(margin.length)) && line.startsWith(margin)) return i > at + 1 ? i : undefined;
    if (/^\s{0,12}(?:State|Last State|Restart Count|Events|Conditions):/.test(line)) return undefined;
  }
  return undefined;
}

/** Builds the tree of one object's lines. */
export function readBlock(raw: readonly string[], firstLine: number): Block {
  const lines = raw.map((line) => line.replaceAll('\t', '        ').trimEnd());
  const entries: Entry[] = [];
  const stack: { indent: number; children: Entry[] }[] = [{ indent: -1, children: entries }];
  let message = { from: 0, end: -1 };
  lines.forEach((line, index) => {
    const text = line.trim();
    if (text === '') return;
    const inside = index < message.end;
    const indent = inside ? message.from + 1 : line.length - line.trimStart().length;
    const end = inside ? undefined : endOfMessage(lines, index);
    if (end !== undefined) message = { from: indent, end };
    const pair = inside ? null : PAIR.exec(text);
    // `a: b` inside a longer sentence or a path is no pair of kubectl's: its keys hold no quotes or brackets.
    const key = pair !== null && !/["'{}[\]<>=]/.test(pair[1] ?? '') ? (pair[1] ?? '') : '';
    const children: Entry[] = [];
    const entry: Entry = {
      index,
      indent,
      line: firstLine + index,
      text,
      key,
      value: key === '' ? text : (pair?.[2] ?? '').trim(),
      children,
    };
    while (stack.length > 1 && (stack[stack.length - 1]?.indent ?? 0) >= indent) stack.pop();
    stack[stack.length - 1]?.children.push(entry);
    if (stack.length < MAX_DEPTH) stack.push({ indent, children });
  });
  return { entries, lines, firstLine };
}

/** The first entry with one of these keys; case does not count (`QoS Class`, `QoS class`). */
export function find(entries: readonly Entry[], ...keys: readonly string[]): Entry | undefined {
  const wanted = new Set(keys.map((key) => key.toLowerCase()));
  return entries.find((entry) => wanted.has(entry.key.toLowerCase()));
}

/** A value that goes on below itself (labels, tolerations, arguments): its lines, without kubectl's `<none>`. */
export function items(entry: Entry | undefined): readonly SourceLine[] {
  if (entry === undefined) return [];
  const own = value(entry.value) === undefined ? [] : [{ line: entry.line, text: entry.value }];
  const below = (children: readonly Entry[]): SourceLine[] =>
    children.flatMap((child) => [{ line: child.line, text: child.text }, ...below(child.children)]);
  return [...own, ...below(entry.children)];
}

/** Sets a field from an entry's value, unless there is none. */
export function put(
  draft: Draft,
  path: Path,
  entry: Entry | undefined,
  convert: (text: string) => unknown = (text) => text,
): void {
  const text = value(entry?.value);
  if (entry !== undefined && text !== undefined) draft.set(path, convert(text), entry);
}

/** Sets `a=b` lines as a map. `<none>` is an empty map: the statement that there is none. */
export function putPairs(draft: Draft, path: Path, entry: Entry | undefined, separator: '=' | ': ' = '='): void {
  if (entry === undefined) return;
  if (entry.value === '<none>') draft.set(path, {}, entry);
  for (const item of items(entry)) {
    // Selectors stand on one line with commas, labels on lines of their own.
    const parts = separator === '=' && !item.text.includes(', ') ? item.text.split(',') : [item.text];
    for (const part of parts) {
      // Before 1.15 annotations were printed with an equals sign as well.
      const colon = part.indexOf(separator);
      const at = colon > 0 ? colon : part.indexOf('=');
      if (at > 0)
        draft.set(
          [...path, part.slice(0, at).trim()],
          part.slice(at + (colon > 0 ? separator.length : 1)).trim(),
          item,
        );
    }
  }
}

/** `Fri, 28 Nov 2025 16:03:58 +0800` as RFC 3339. */
export function timeOf(text: string | undefined): string | undefined {
  const ms = text === undefined ? undefined : parseTimestamp(text);
  return ms === undefined ? undefined : toRfc3339(ms);
}

interface TableRow extends SourceLine {
  /** Cell by header name in lower case. */
  readonly cells: ReadonlyMap<string, string>;
}

/** The rows of a table below its header; a line of dashes stands between the two, but not for pods' conditions. */
export function rowsBelow(block: Block, entries: readonly Entry[]): readonly TableRow[] {
  const dashes = entries.findIndex((entry) => /^-{2,}(?:\s+-+)*$/.test(entry.text));
  const start = dashes > 0 ? dashes : /^Type\s+Status\b/.test(entries[0]?.text ?? '') ? 1 : 0;
  const head = entries[start - 1];
  if (head === undefined) return [];
  const header = readHeader(block.lines[head.index] ?? '');
  const names = header.columns.map((column) => column.name.toLowerCase());
  const rows: TableRow[] = [];
  for (const entry of flatten(entries.slice(dashes > 0 ? dashes + 1 : start))) {
    const cells = readRow(header, block.lines[entry.index] ?? '');
    if (cells === undefined) continue;
    rows.push({ line: entry.line, text: entry.text, cells: new Map(names.map((name, i) => [name, cells[i] ?? ''])) });
  }
  return rows;
}

/** All entries below, in the order of their lines. */
export function flatten(entries: readonly Entry[]): readonly Entry[] {
  return entries.flatMap((entry) => [entry, ...flatten(entry.children)]);
}

/** Conditions tables: Type Status [LastHeartbeatTime LastTransitionTime] [Reason] [Message]. */
export function putConditions(block: Block, draft: Draft, entry: Entry | undefined): void {
  if (entry === undefined) return;
  rowsBelow(block, entry.children).forEach((row, i) => {
    const at = ['status', 'conditions', i];
    for (const field of ['type', 'status', 'reason', 'message'])
      draft.set([...at, field], value(row.cells.get(field)), row);
    draft.set([...at, 'lastHeartbeatTime'], timeOf(row.cells.get('lastheartbeattime')), row);
    draft.set([...at, 'lastTransitionTime'], timeOf(row.cells.get('lasttransitiontime')), row);
    draft.set([...at, 'lastProbeTime'], timeOf(row.cells.get('lastprobetime')), row);
  });
}
