/** Which of two findings began first, as far as the bundle can tell. */
import type { Found } from '../checks/engine.ts';
import { groupBy } from '../lib/group-by.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { LATE } from './weights.ts';

/**
 * Whether a cause began too late for an effect: both beginnings are known and the cause's is later. A log that starts
 * after the effect began proves no late beginning: the log of a container that restarts tells of its last runs only.
 * Nor does the last end of a container that ends again and again.
 */
export function lateness(snapshot: Snapshot): (cause: Found, effect: Found) => boolean {
  const logs = groupBy(snapshot.logs, (log) => log.origin.file);
  const starts = new Map<Found, number | undefined>();
  /** When the earliest of the logs begins that the finding quotes. */
  const startOf = (found: Found): number | undefined => {
    if (starts.has(found)) return starts.get(found);
    const times = found.evidence.flatMap(({ file, line = 1 }) =>
      (logs.get(file) ?? [])
        .filter(({ origin, lines }) => origin.firstLine <= line && line < origin.firstLine + lines)
        .flatMap(({ firstTime }) => firstTime ?? []),
    );
    const start = times.length === 0 ? undefined : Math.min(...times);
    starts.set(found, start);
    return start;
  };
  return (cause, effect) => {
    if (cause.recurs === true && effect.state === 'current') return false;
    if (cause.since === undefined || effect.since === undefined || cause.since <= effect.since + LATE) return false;
    const start = startOf(cause);
    return start === undefined || cause.since < start || start <= effect.since;
  };
}
