/** Starts of a daemon that are too many to be reboots or upgrades. */
import type { LogHit } from '../../parsers/records.ts';
import { laterBy } from './hits.ts';

/** node-problem-detector's FrequentKubeletRestart and FrequentContainerdRestart: five starts within twenty minutes. */
export const STARTS = 5;
const WINDOW_MS = 20 * 60_000;

/** True of so many starts within so many milliseconds. */
export const areFrequent = (count: number, spanMs: number): boolean =>
  count >= STARTS && spanMs / (count - 1) <= WINDOW_MS / (STARTS - 1);

/** The line that a daemon writes at each start, when it starts too often, and the time from its first to its last start. */
export function frequentStarts(hits: readonly LogHit[]): { readonly hit: LogHit; readonly spanMs: number } | undefined {
  // systemd's line and the daemon's own are two of one start: the more frequent of the two counts.
  const [busiest] = hits.toSorted((a, b) => b.count - a.count);
  if (busiest === undefined) return undefined;
  // Journals print no year: how far apart the starts are does not need one.
  const spanMs = laterBy(busiest.last, busiest.first);
  return spanMs !== undefined && areFrequent(busiest.count, spanMs) ? { hit: busiest, spanMs } : undefined;
}
