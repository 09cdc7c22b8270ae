/** What a bundle holds, without judging it: layouts, files, objects, logs, times, and what was not read. */
import { openBundle, type OpenOptions } from './bundle/open.ts';
import { formatBytes } from './lib/bytes.ts';
import { groupBy } from './lib/group-by.ts';
import { plural } from './lib/in-words.ts';
import { isoTime } from './lib/timestamp.ts';
import { readBundle } from './read/read.ts';
import { plain } from './report/text.ts';
import { signatures } from './signatures/registry.ts';
import { compileSignatures } from './signatures/signature.ts';
import { eventFirstTime, eventTime } from './snapshot/events.ts';
import { KINDS, type ObjectArea } from './snapshot/kinds/index.ts';
import type { Collected } from './snapshot/store.ts';

const SCHEMA = 'kubestrata/inventory/v1';
/** Files named in the list of the largest. */
const LARGEST = 10;

export interface Inventory {
  readonly schema: typeof SCHEMA;
  readonly name: string;
  readonly layouts: readonly string[];
  /** The instant of collection by the bundle's own records, and which. */
  readonly collectedAt: string | null;
  readonly collectedAtFrom: string | null;
  /** First and last time of any log line or event. */
  readonly span: { readonly from: string; readonly to: string } | null;
  readonly files: number;
  /** Unpacked. */
  readonly bytes: number;
  /** By the parser that read them; `text` was only searched for known messages. */
  readonly filesByKind: readonly { readonly kind: string; readonly files: number; readonly bytes: number }[];
  readonly objects: readonly { readonly kind: string; readonly count: number }[];
  /** Objects of kinds that no check reads. */
  readonly otherObjects: readonly { readonly kind: string; readonly count: number }[];
  readonly logs: readonly { readonly class: string; readonly streams: number; readonly lines: number }[];
  readonly records: readonly { readonly area: string; readonly count: number }[];
  readonly largest: readonly { readonly path: string; readonly bytes: number }[];
  readonly refused: readonly { readonly path: string; readonly reason: string }[];
  readonly unread: readonly { readonly file: string; readonly line?: number; readonly reason: string }[];
}

/** Reads one bundle (several paths are one) and counts. Throws a UserError when nothing can be read. */
export async function inspect(
  paths: readonly string[],
  options: OpenOptions & { readonly progress?: (path: string, files: number, bytes: number) => void } = {},
): Promise<Inventory> {
  const bundle = await openBundle(paths, options);
  const read = await readBundle(bundle, {
    signatures: compileSignatures(signatures),
    ...(options.progress ? { progress: options.progress } : {}),
  });
  const { collected } = read;
  const filesByKind = tally(read.inventory, (file) => file.kind).map(([kind, group]) => ({
    kind,
    files: group.length,
    bytes: sum(group.map((file) => file.bytes)),
  }));
  return {
    schema: SCHEMA,
    name: bundle.name,
    layouts: read.layouts,
    collectedAt: isoTime(collected.now) ?? null,
    collectedAtFrom: collected.clock === undefined ? null : `${collected.clock.file}: ${collected.clock.text}`,
    span: spanOf(collected),
    files: read.files,
    bytes: read.bytes,
    filesByKind,
    objects: [...collected.objects]
      .map(([area, list]) => ({ kind: KINDS[area].kind, count: list.length }))
      .sort(byKind),
    otherObjects: [...collected.unkept].map(([kind, count]) => ({ kind, count })).sort(byKind),
    logs: tally(collected.logs, (log) => log.class).map(([cls, group]) => ({
      class: cls,
      streams: group.length,
      lines: sum(group.map((log) => log.lines)),
    })),
    records: Object.entries(collected.facts)
      .map(([area, list]) => ({ area, count: list.length }))
      .sort((a, b) => (a.area < b.area ? -1 : 1)),
    largest: read.inventory
      .toSorted((a, b) => b.bytes - a.bytes || (a.path < b.path ? -1 : 1))
      .slice(0, LARGEST)
      .map(({ path, bytes }) => ({ path, bytes })),
    refused: bundle.refused,
    unread: collected.unread,
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
const byKind = (a: { readonly kind: string }, b: { readonly kind: string }): number => (a.kind < b.kind ? -1 : 1);

function tally<T>(list: readonly T[], keyOf: (item: T) => string): [string, T[]][] {
  return [...groupBy(list, keyOf)].sort(([a], [b]) => (a < b ? -1 : 1));
}

function spanOf(collected: Collected): Inventory['span'] {
  const events = collected.objects.get('events' satisfies ObjectArea) ?? [];
  const times = [
    ...collected.logs.flatMap((log) => [log.firstTime, log.lastTime]),
    ...events.flatMap((event) => [eventFirstTime(event), eventTime(event)]),
  ].filter((time): time is number => time !== undefined && Number.isFinite(time));
  const from = isoTime(times.reduce((a, b) => Math.min(a, b), Infinity));
  const to = isoTime(times.reduce((a, b) => Math.max(a, b), -Infinity));
  return from === undefined || to === undefined ? null : { from, to };
}

/** The inventory for a terminal. */
export function inventoryText(inventory: Inventory): string {
  const { span } = inventory;
  const table = (title: string, rows: readonly (readonly [string, string])[]): string[] => {
    const width = Math.max(0, ...rows.map(([name]) => name.length));
    return rows.length === 0 ? [] : ['', title, ...rows.map(([name, rest]) => `  ${name.padEnd(width)}  ${rest}`)];
  };
  const counts = (list: readonly { readonly kind: string; readonly count: number }[]) =>
    list.map(({ kind, count }) => [plain(kind), String(count)] as const);
  return [
    `${plain(inventory.name)}: ${plural(inventory.files, 'file')}, ${formatBytes(inventory.bytes)}`,
    `Layouts: ${inventory.layouts.join(', ')}`,
    `Collected: ${inventory.collectedAt ?? 'not known'}${inventory.collectedAtFrom === null ? '' : ` (${plain(inventory.collectedAtFrom)})`}`,
    `Logs and events: ${span === null ? 'none with a time' : `${span.from} to ${span.to}`}`,
    ...table(
      'Files by kind',
      inventory.filesByKind.map((f) => [f.kind, `${f.files} (${formatBytes(f.bytes)})`]),
    ),
    ...table('Objects', counts(inventory.objects)),
    ...table('Objects of other kinds, not read', counts(inventory.otherObjects)),
    ...table(
      'Logs',
      inventory.logs.map((log) => [log.class, `${plural(log.streams, 'stream')}, ${plural(log.lines, 'line')}`]),
    ),
    ...table(
      'Records',
      inventory.records.map(({ area, count }) => [area, String(count)]),
    ),
    ...table(
      'Largest files',
      inventory.largest.map(({ path, bytes }) => [plain(path), formatBytes(bytes)]),
    ),
    ...table(
      'Refused',
      inventory.refused.map(({ path, reason }) => [plain(path), plain(reason)]),
    ),
    ...table(
      'Not understood',
      inventory.unread.map(({ file, line, reason }) => [
        plain(line === undefined ? file : `${file}:${line}`),
        plain(reason),
      ]),
    ),
    '',
  ].join('\n');
}
