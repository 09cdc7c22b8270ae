/**
 * The manifest of kubestrata's own bundles (docs/bundle-format.md): `manifest.jsonl`, one JSON object a line, the first
 * line about the bundle, each further line about one command and the file that holds its output.
 */
import * as z from 'zod';
import { parseCommand } from '../parsers/command.ts';
import type { Origin } from '../parsers/records.ts';

const header = z.object({
  format: z.literal('kubestrata/bundle'),
  version: z.literal(1),
  collectedAt: z.string(),
  collector: z.string().optional(),
  mode: z.string().optional(),
  node: z.string().optional(),
});
export type ManifestHeader = z.infer<typeof header>;

const entry = z.object({
  file: z.string(),
  argv: z.array(z.string()).min(1),
  exit: z.number().int(),
  seconds: z.number().nonnegative(),
  bytes: z.number().int().nonnegative(),
  truncated: z.string().optional(),
  stderr: z.string().optional(),
  node: z.string().optional(),
  namespace: z.string().optional(),
  pod: z.string().optional(),
  container: z.string().optional(),
  previous: z.boolean().optional(),
  program: z.string().optional(),
});
export type ManifestEntry = z.infer<typeof entry>;

/** Files of a bundle with a manifest that speak about the bundle, to people. */
export const NOTES: ReadonlySet<string> = new Set(['REDACTION.txt']);

export interface Manifest {
  readonly header: ManifestHeader;
  /** By path relative to the manifest's folder. */
  readonly entries: ReadonlyMap<string, ManifestEntry & { readonly line: number }>;
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
  const unread: { line: number; reason: string }[] = [];
  lines.forEach((line, i) => {
    if (i === 0 || line.trim() === '') return;
    const parsed = entry.safeParse(parse(line));
    if (parsed.success) entries.set(parsed.data.file, { ...parsed.data, line: i + 1 });
    else unread.push({ line: i + 1, reason: 'not a manifest entry (cut short?)' });
  });
  return { header: head.data, entries, unread };
}

const quoteWord = (word: string): string =>
  /^[A-Za-z0-9_./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;

/** What the manifest knows about a file's text. */
export function originOf(found: ManifestEntry, manifest: ManifestHeader): Partial<Origin> {
  const command = parseCommand(found.argv.map(quoteWord).join(' '));
  const node = found.node ?? manifest.node;
  return {
    exitCode: found.exit,
    ...(command === undefined ? {} : { command }),
    ...(node === undefined ? {} : { node }),
    ...(found.namespace === undefined ? {} : { namespace: found.namespace }),
    ...(found.pod === undefined ? {} : { pod: found.pod }),
    ...(found.container === undefined ? {} : { container: found.container }),
    ...(found.previous === undefined ? {} : { previous: found.previous }),
    ...(found.program === undefined ? {} : { program: found.program }),
  };
}
