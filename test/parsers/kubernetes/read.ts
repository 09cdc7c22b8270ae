/** Runs a stream parser and keeps what a Kubernetes reader emits. */
import { Buffer } from 'node:buffer';
import { parseCommand } from '../../../src/parsers/command.ts';
import type { Emit, ObjectPlace, Parser } from '../../../src/parsers/parser.ts';
import type { Listing, LogStream, Origin } from '../../../src/parsers/records.ts';

interface Given {
  readonly command?: string;
  readonly origin?: Partial<Origin>;
  readonly chunk?: number;
  /** Objects with all their fields. */
  readonly whole?: boolean;
}

export function originFor({ command, origin }: Given): Origin {
  const parsed = command === undefined ? undefined : parseCommand(command);
  return { file: 'a', firstLine: 1, ...origin, ...(parsed === undefined ? {} : { command: parsed }) };
}

export async function readWith(parser: Parser, text: string | Buffer, given: Given = {}) {
  const origin = originFor(given);
  const out = {
    objects: [] as { object: any; place: ObjectPlace }[],
    listings: [] as Omit<Listing, 'file'>[],
    facts: [] as [string, any][],
    empty: [] as string[],
    unread: [] as [string, number | undefined][],
    texts: [] as { firstLine: number; lines: readonly string[] }[],
    logs: [] as { origin: Origin; text: string }[],
  };
  const emit: Emit = {
    object: (_, object, place) => void out.objects.push({ object, place }),
    listing: ({ file: _, ...listing }) => void out.listings.push(listing),
    fact: (area, record) => void out.facts.push([area, record]),
    log: () => undefined,
    clock: () => undefined,
    empty: (area) => void out.empty.push(area),
    unread: (_, reason, line) => void out.unread.push([reason, line]),
    text: ({ firstLine }, lines) => void out.texts.push({ firstLine, lines }),
  };
  const scan = async (chunks: AsyncIterable<Uint8Array>, at: Origin): Promise<LogStream> => {
    const parts: Uint8Array[] = [];
    for await (const chunk of chunks) parts.push(chunk);
    out.logs.push({ origin: at, text: Buffer.concat(parts).toString() });
    return { origin: at, class: 'container', lines: 0, bytes: 0, programs: [], hits: [], tail: [] };
  };
  const bytes = Buffer.from(text);
  const size = given.chunk ?? 1 << 20;
  const chunks = (async function* () {
    for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
  })();
  await parser.stream?.(chunks, { origin, emit, scan, ...(given.whole === undefined ? {} : { whole: given.whole }) });
  return out;
}

export function sniffed(parser: Parser, text: string, given: Given = {}): boolean {
  return parser.sniff(text.split('\n'), originFor(given));
}
