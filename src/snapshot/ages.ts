/** How long things have been there, and which of them came later. */
import { eventTime } from './events.ts';
import type { KubeEvent } from './kinds/index.ts';
import type { Snapshot } from './snapshot.ts';

/** ms: the pods of a cluster or node that has just come up wait so long for their network and images (our judgement). */
export const YOUNG_MS = 2 * 60_000;

export const DAY_MS = 24 * 3_600_000;

/** True of what was seen last more than a day before the collection: it explains nothing of today (catalogue 1.5). */
export const isHistoric = ({ now }: Pick<Snapshot, 'now'>, time: number | undefined): boolean =>
  now !== undefined && time !== undefined && now - time > DAY_MS;

/** ms from the creation of an object to the collection: by the clock, and no less than a table printed, which was later. */
export function ageOf(
  snapshot: Snapshot,
  { metadata }: { readonly metadata: { readonly creationTimestamp?: string; readonly createdAgo?: number } },
): number | undefined {
  const created = Date.parse(metadata.creationTimestamp ?? '');
  const printed = metadata.createdAgo === undefined ? undefined : metadata.createdAgo * 1000;
  if (snapshot.now === undefined || Number.isNaN(created)) return printed;
  // A clock by last lines of logs may stand long before the table.
  return Math.max(snapshot.now - created, printed ?? 0);
}

/** Whether somebody has asked for the object's deletion and it is still there. */
export function isBeingDeleted({
  metadata,
}: {
  readonly metadata: { readonly deletionTimestamp?: string; readonly deletedAgo?: number };
}): boolean {
  return metadata.deletionTimestamp !== undefined || metadata.deletedAgo !== undefined;
}

/** True when `event` was last seen after `other`; by their ages where nothing dates the bundle. */
export function isLaterEvent(event: KubeEvent, other: KubeEvent): boolean {
  const [time, before] = [eventTime(event), eventTime(other)];
  if (time !== undefined && before !== undefined) return time > before;
  return event.seenAgo !== undefined && other.seenAgo !== undefined && event.seenAgo < other.seenAgo;
}
