/**
 * The manifest of kubestrata's own bundles (docs/bundle-format.md): `manifest.jsonl`, one JSON object a line, the first
 * line about the bundle, each further line about one command and the file that holds its output.
 */
import * as z from 'zod';
import { parseCommand } from '../parsers/command.ts';
import type { Command, Origin } from '../parsers/records.ts';

const header = z.object({
  format: z.literal('kubestrata/bundle'),
  version: z.literal(1),
  collectedAt: z.string().optional(),
  collector: z.string().optional(),
  mode: z.string().optional(),
  node: z.string().optional(),
  layouts: z.array(z.string()).optional(),
  redacted: z.boolean().optional(),
});
export type ManifestHeader = z.infer<typeof header>;

const entry = z.object({
  file: z.string(),
  argv: z.array(z.string()).min(1).optional(),
  exit: z.number().int().optional(),
  seconds: z.number().nonnegative().optional(),
  bytes: z.number().int().nonnegative(),
  truncated: z.string().optional(),
  complete: z.boolean().optional(),
  stderr: z.string().optional(),
  node: z.string().optional(),
  namespace: z.string().optional(),
  pod: z.string().optional(),
  container: z.string().optional(),
  previous: z.boolean().optional(),
  program: z.string().optional(),
  kind: z.string().optional(),
  sources: z.array(z.string()).optional(),
});
export type ManifestEntry = z.infer<typeof entry>;

/** Something that is not in the bundle although it was in what the bundle was made from. */
const lost = z.object({ lost: z.string(), line: z.number().int().optional(), reason: z.string() });
export type ManifestLoss = z.infer<typeof lost>;

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

/** Reads the manifest; undefined when the first line is not a header of a version this program knows. */
export function parseManifest(lines: readonly string[]): Manifest | undefined {
  const parse = (line: string): unknown => {
    try {
      return JSON.parse(line);
    } catch {
      return undefined;
    }
  };
  const head = header.safeParse(parse(lines[0] ?? ''));
  if (!head.success) return undefined;
  const entries = new Map<string, ManifestEntry & { line: number }>();
  const losses: ManifestLoss[] = [];
  const unread: { line: number; reason: string }[] = [];
  lines.forEach((line, i) => {
    if (i === 0 || line.trim() === '') return;
    const value = parse(line);
    const parsed = entry.safeParse(value);
    const loss = parsed.success ? undefined : lost.safeParse(value);
    if (parsed.success) entries.set(parsed.data.file, { ...parsed.data, line: i + 1 });
    else if (loss?.success === true) losses.push(loss.data);
    else unread.push({ line: i + 1, reason: 'not a manifest entry (cut short?)' });
  });
  return { header: head.data, entries, lost: losses, unread };
}

const quoteWord = (word: string): string =>
  /^[A-Za-z0-9_./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;

/** The command in an argument list; a shell that runs one line stands for that line. */
export function commandOf(argv: readonly string[]): Command | undefined {
  const [shell, flag, line] = argv;
  if (argv.length === 3 && shell === 'sh' && flag === '-c' && line !== undefined) return parseCommand(line);
  return parseCommand(argv.map(quoteWord).join(' '));
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
