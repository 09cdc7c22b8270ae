/** Reads `manifest.jsonl`. Apart from manifest.ts, because it loads zod, which bundles of other tools do not need. */
import * as z from 'zod';
import { parseJson } from '../lib/untyped.ts';
import type { Manifest, ManifestEntry, ManifestLoss } from './manifest.ts';

export const header = z.object({
  format: z.literal('kubestrata/bundle'),
  version: z.literal(1),
  collectedAt: z.string().optional(),
  collector: z.string().optional(),
  mode: z.string().optional(),
  node: z.string().optional(),
  layouts: z.array(z.string()).optional(),
  redacted: z.boolean().optional(),
});

export const entry = z.object({
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

/** Something that is not in the bundle although it was in what the bundle was made from. */
export const lost = z.object({ lost: z.string(), line: z.number().int().optional(), reason: z.string() });

/** Reads the manifest; undefined when the first line is not a header of a version this program knows. */
export function parseManifest(lines: readonly string[]): Manifest | undefined {
  const head = header.safeParse(parseJson(lines[0] ?? ''));
  if (!head.success) return undefined;
  const entries = new Map<string, ManifestEntry & { line: number }>();
  const losses: ManifestLoss[] = [];
  const unread: { line: number; reason: string }[] = [];
  lines.forEach((line, i) => {
    if (i === 0 || line.trim() === '') return;
    const value = parseJson(line);
    const parsed = entry.safeParse(value);
    const loss = parsed.success ? undefined : lost.safeParse(value);
    if (parsed.success) entries.set(parsed.data.file, { ...parsed.data, line: i + 1 });
    else if (loss?.success === true) losses.push(loss.data);
    else unread.push({ line: i + 1, reason: 'not a manifest entry (cut short?)' });
  });
  return { header: head.data, entries, lost: losses, unread };
}
