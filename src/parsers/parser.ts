import type { Detail, Evidence, FactArea, FactTable, Listing, LogClass, LogStream, Marks, Origin } from './records.ts';

/** Where inside its text an object stands; `emit.object` adds the file. */
export interface ObjectPlace {
  readonly detail: Detail;
  /** 1-based line in the file. */
  readonly line?: number;
  readonly pointer?: string;
  readonly marks?: Marks;
  /** The object is the emitter's own making and has its kind's shape: it need not be cut again. */
  readonly shaped?: boolean;
}

/** Where a parser puts what it finds. Nothing is returned: a parser of a 2 GB list must not hold it. */
export interface Emit {
  /**
   * A Kubernetes object in API shape, whatever the source's format. Times may be relative: `ago:93s` is resolved
   * against the bundle's clock when all files are read. The snapshot keeps the fields that have a shape and drops the rest.
   */
  object(origin: Origin, object: unknown, place: ObjectPlace): void;
  listing(listing: Listing): void;
  fact<A extends FactArea>(area: A, record: FactTable[A]): void;
  log(stream: LogStream): void;
  /**
   * An instant at which the bundle was being collected (a `date` command, a manifest), milliseconds since 1970.
   * `reckoned`: it follows from a time and an age, so that what states an instant is better.
   */
  clock(time: number, evidence: Evidence, reckoned?: boolean): void;
  /** The area was asked for and answered with nothing ("No resources found in shop namespace."). */
  empty(area: string): void;
  unread(origin: Origin, reason: string, line?: number): void;
  /** A text found inside another (one command of a transcript, one pod of a describe): it is recognised anew. */
  text(origin: Origin, lines: readonly string[]): void;
}

/** What a parser is told besides the text. */
export interface ParserContext {
  readonly origin: Origin;
  readonly emit: Emit;
  /** Objects are wanted with all their fields, not only with those that have a shape. */
  readonly whole?: boolean;
  /** Scans a log for all known signatures; the parser gives what it learned about the origin. */
  scan(chunks: AsyncIterable<Uint8Array>, origin: Origin, logClass: LogClass): Promise<LogStream>;
}

/**
 * One family of outputs. A parser knows its command and its text and nothing else.
 *
 * `kind` is the parser's name in the inventory. Priority by priority, and by name within one, a text goes to the first
 * parser whose `sniff` accepts its first lines, else to the first whose `matches` accepts its command; text that
 * nothing accepts is scanned as a log and listed as not understood.
 */
export interface Parser {
  readonly kind: string;
  /** For the inventory and docs: the commands and versions it reads. */
  readonly reads: string;
  /** Higher is asked first; 0 is usual. Precise sniffs (a unique header) need no priority; loose ones go below 0. */
  readonly priority?: number;
  /**
   * All that such a text says is handed on as objects, texts and logs: `kubestrata convert` writes those down, and not
   * the text that held them.
   */
  readonly divides?: boolean;
  /** True when the command that printed the text is this parser's. The text may still be an error message. */
  matches?(command: NonNullable<Origin['command']>): boolean;
  /** True when the first lines (at most 64 KiB, ANSI codes removed) are this parser's, whatever the command. */
  sniff(head: readonly string[], origin: Origin): boolean;
  /**
   * True when the first lines are this parser's beyond doubt: believed before a command that only the name of the file
   * suggests (`mount.txt` may hold what somebody found out about a mount).
   */
  certain?(head: readonly string[]): boolean;
  /** Bounded text, all lines at hand (src/read/lines.ts has the bounds; what was cut is told). */
  parse?(lines: readonly string[], context: ParserContext): void;
  /** Unbounded input: JSON, YAML, logs, metrics. Bytes in UTF-8. Exactly one of parse and stream is there. */
  stream?(chunks: AsyncIterable<Uint8Array>, context: ParserContext): Promise<void>;
}

/**
 * Gives the literal its type and nothing else. The comment above a definition has one form, which
 * test/architecture.test.ts holds it to: what it gives; `Command:` with the usual command first; `Versions:` of the
 * tool; `Sample:`, lines indented by four that the parser reads; `Empty:`, what an empty answer means.
 */
export function defineParser(parser: Parser): Parser {
  return parser;
}
