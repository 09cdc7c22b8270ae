/** Runs a parser over a text and keeps what it emits, objects projected to the snapshot's shapes. */
import { areaOfKind, KINDS } from '../../../src/snapshot/kinds/index.ts';
import type { ObjectPlace, Parser } from '../../../src/parsers/parser.ts';
import { parseCommand } from '../../../src/parsers/command.ts';
import type { CommandFailure, Listing, Origin } from '../../../src/parsers/records.ts';

export interface Emitted {
  readonly kind: string;
  /** Loose on purpose: tests look at any field of any kind. */
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly object: any;
  readonly place: ObjectPlace;
}

export interface Run {
  readonly all: readonly Emitted[];
  /** The objects of one kind. */
  of(kind: string): readonly Emitted['object'][];
  readonly listings: readonly Listing[];
  readonly facts: readonly { readonly area: string; readonly record: Record<string, unknown> }[];
  readonly failures: readonly CommandFailure[];
  readonly clocks: readonly number[];
  readonly empty: readonly string[];
  readonly unread: readonly string[];
  readonly texts: readonly { readonly origin: Origin; readonly lines: readonly string[] }[];
  readonly sniffed: boolean;
}

export function run(parser: Parser, text: string, command?: string, more: Partial<Origin> = {}): Run {
  const all: Emitted[] = [];
  const out = { listings: [] as Listing[], facts: [] as Run['facts'][number][], clocks: [] as number[] };
  const empty: string[] = [];
  const unread: string[] = [];
  const texts: { origin: Origin; lines: readonly string[] }[] = [];
  const parsed = command === undefined ? undefined : parseCommand(command);
  const origin: Origin = { file: 'a.txt', firstLine: 1, ...(parsed === undefined ? {} : { command: parsed }), ...more };
  const lines = text.replace(/^\n/, '').split('\n');
  parser.parse?.(lines, {
    origin,
    emit: {
      object(_, object, place) {
        const kind = (object as { kind: string }).kind;
        const area = areaOfKind(kind);
        // JSON: the tests compare plain objects.
        const kept: unknown = area === undefined ? object : KINDS[area].shape(object);
        all.push({ kind, object: JSON.parse(JSON.stringify(kept)), place });
      },
      listing: (listing) => void out.listings.push(listing),
      fact: (area, record) => void out.facts.push({ area, record: record as unknown as Record<string, unknown> }),
      log: () => undefined,
      clock: (time) => void out.clocks.push(time),
      empty: (area) => void empty.push(area),
      unread: (_, reason) => void unread.push(reason),
      text: (textOrigin, textLines) => void texts.push({ origin: textOrigin, lines: textLines }),
    },
    scan: () => Promise.reject(new Error('no parser of kubectl scans logs')),
  });
  return {
    all,
    of: (kind) => all.filter((one) => one.kind === kind).map((one) => one.object),
    ...out,
    failures: out.facts.filter((f) => f.area === 'commandFailures').map((f) => f.record as unknown as CommandFailure),
    empty,
    unread,
    texts,
    sniffed: parser.sniff(lines, origin),
  };
}
