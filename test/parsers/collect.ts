/** Runs one parser over a text and keeps what it emits, by area. */
import type { Parser } from '../../src/parsers/parser.ts';
import type { Command, FactArea, FactTable, LogClass, LogStream, Origin } from '../../src/parsers/records.ts';

export interface Collected {
  readonly facts: { readonly [A in FactArea]?: FactTable[A][] };
  readonly objects: { object: unknown; place: unknown }[];
  readonly texts: { origin: Origin; lines: readonly string[] }[];
  readonly clocks: number[];
  readonly empty: string[];
  readonly unread: string[];
  readonly logs: LogStream[];
}

export async function collect(parser: Parser, text: string, origin: Partial<Origin> = {}): Promise<Collected> {
  const facts: Record<string, unknown[]> = {};
  const out: Collected = {
    facts: facts as Collected['facts'],
    objects: [],
    texts: [],
    clocks: [],
    empty: [],
    unread: [],
    logs: [],
  };
  const context = {
    origin: { file: 'a.txt', firstLine: 1, ...origin },
    emit: {
      object: (_: Origin, object: unknown, place: unknown) => void out.objects.push({ object, place }),
      listing: () => undefined,
      fact: (area: string, record: unknown) => void (facts[area] ??= []).push(record),
      log: (stream: LogStream) => void out.logs.push(stream),
      clock: (time: number) => void out.clocks.push(time),
      empty: (area: string) => void out.empty.push(area),
      unread: (_: Origin, reason: string) => void out.unread.push(reason),
      text: (textOrigin: Origin, lines: readonly string[]) => void out.texts.push({ origin: textOrigin, lines }),
    },
    scan: async (bytes: AsyncIterable<Uint8Array>, scanOrigin: Origin, logClass: LogClass): Promise<LogStream> => {
      const parts: Uint8Array[] = [];
      for await (const part of bytes) parts.push(part);
      const whole = Buffer.concat(parts);
      const lines = whole.toString().split('\n').length - 1;
      return { origin: scanOrigin, class: logClass, lines, bytes: whole.length, programs: [], hits: [], tail: [] };
    },
  };
  if (parser.parse !== undefined) parser.parse(text.split('\n'), context);
  else {
    // Cut in the middle of lines: a stream's chunks know nothing of lines.
    const bytes = new TextEncoder().encode(text);
    async function* chunks(): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < bytes.length; at += 37) yield bytes.subarray(at, at + 37);
    }
    await parser.stream?.(chunks(), context);
  }
  return out;
}

/** What the inventory would say: is this text the parser's, without any command? */
export function sniffs(parser: Parser, text: string, file = 'a.txt', command?: Command): boolean {
  return parser.sniff(text.split('\n'), { file, firstLine: 1, ...(command === undefined ? {} : { command }) });
}
