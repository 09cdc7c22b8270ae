/**
 * The manifest of kubestrata's own bundles (docs/bundle-format.md): `manifest.jsonl`, one JSON object a line, the first
 * line about the bundle, each further line about one command and the file that holds its output.
 */
import type * as z from 'zod';
import { shellWord } from '../lib/shell-words.ts';
import { parseCommand } from '../parsers/command.ts';
import type { Command, Origin } from '../parsers/records.ts';
import type * as schema from './manifest-file.ts';

export type ManifestHeader = z.infer<typeof schema.header>;
export type ManifestEntry = z.infer<typeof schema.entry>;
export type ManifestLoss = z.infer<typeof schema.lost>;

/** Files of a bundle with a manifest that speak about the bundle, to people. */
export const NOTES: ReadonlySet<string> = new Set(['REDACTION.txt']);

export interface Manifest {
  readonly header: ManifestHeader;
  /** By path relative to the manifest's folder. */
  readonly entries: ReadonlyMap<string, ManifestEntry & { readonly line: number }>;
  readonly lost: readonly ManifestLoss[];
  /** Lines that are no entry: a collector that was killed leaves a cut last line. */
  readonly unread: readonly { readonly line: number; readonly reason: string }[];
}

/** The command in an argument list; a shell that runs one line stands for that line. */
export function commandOf(argv: readonly string[]): Command | undefined {
  const [shell, flag, line] = argv;
  if (argv.length === 3 && shell === 'sh' && flag === '-c' && line !== undefined) return parseCommand(line);
  return parseCommand(argv.map(shellWord).join(' '));
}

/** What the manifest knows about a file's text. */
export function originOf(found: ManifestEntry, manifest: ManifestHeader): Partial<Origin> {
  const command = found.argv === undefined ? undefined : commandOf(found.argv);
  const node = found.node ?? manifest.node;
  return {
    ...(found.exit === undefined ? {} : { exitCode: found.exit }),
    ...(command === undefined ? {} : { command }),
    ...(node === undefined ? {} : { node }),
    ...(found.namespace === undefined ? {} : { namespace: found.namespace }),
    ...(found.pod === undefined ? {} : { pod: found.pod }),
    ...(found.container === undefined ? {} : { container: found.container }),
    ...(found.previous === undefined ? {} : { previous: found.previous }),
    ...(found.program === undefined ? {} : { program: found.program }),
    ...(found.sources?.[0] === undefined ? {} : { source: found.sources[0].replace(/:\d{1,9}$/, '') }),
    ...(found.truncated === undefined && found.complete !== false ? {} : { partial: true }),
  };
}
