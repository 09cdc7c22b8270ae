import type { ManifestHeader } from '../layouts/manifest.ts';
import { defined } from '../lib/defined.ts';

/** The first line of a manifest for a bundle made of others with these headers. `clock`: milliseconds since 1970. */
export function headerOf(
  headers: readonly ManifestHeader[],
  clock: number | undefined,
  layouts: readonly string[],
  redact: boolean,
): ManifestHeader {
  const modes = new Set(headers.flatMap((header) => header.mode ?? []));
  const before = [...headers.flatMap((header) => header.layouts ?? []), ...layouts];
  const foreign = [...new Set(before)].filter((layout) => layout !== 'kubestrata').sort();
  return defined({
    format: 'kubestrata/bundle' as const,
    version: 1 as const,
    collectedAt: clock === undefined ? undefined : new Date(clock).toISOString(),
    collector: headers.find((header) => header.collector !== undefined)?.collector,
    mode: modes.size > 1 ? 'all' : [...modes][0],
    layouts: foreign.length === 0 ? undefined : foreign,
    redacted: redact || headers.some((header) => header.redacted === true) ? true : undefined,
  });
}
