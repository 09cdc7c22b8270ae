import type { Manifest } from '../layouts/manifest.ts';
import type { Parser, ParserContext } from '../parsers/parser.ts';
import type { Origin } from '../parsers/records.ts';

type Chunks = AsyncIterable<Uint8Array>;

/** Why no parser reads a file. */
export type Unparsed = 'empty' | 'binary' | 'ignored' | 'note';

/** Who writes down what is read while it is read (src/convert): stands between the texts of a bundle and their parsers. */
export interface Recorder {
  /** A text (`depth` 0: a whole file) is about to be read: gives what its parser gets in place of it. */
  text(parser: Parser | undefined, depth: number, context: ParserContext, chunks: Chunks): Recording;
  /** A file that no parser reads. */
  file(origin: Origin, kind: Unparsed, chunks: Chunks): Promise<void>;
  manifest(path: string, manifest: Manifest): void;
}

export interface Recording {
  readonly context: ParserContext;
  readonly chunks: Chunks;
  /** The parser is done, or has given up. */
  end(): Promise<void>;
}
