/** The events about an object and what stands next to it, in the order of time, with the one that began the trouble. */
import { isoTime } from '../lib/timestamp.ts';
import { nameOf } from '../result.ts';
import type { Ref } from '../snapshot/ref.ts';
import { eventCount, eventFirstTime, eventMessage, eventTime } from '../snapshot/events.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Neighbour } from './surroundings.ts';

export interface StoryEvent {
  /** First and last time seen, ISO; null: the bundle does not tell. */
  readonly first: string | null;
  readonly last: string | null;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly count: number;
  readonly object: string;
}
export interface Story {
  readonly events: readonly StoryEvent[];
  /** Events left out of the middle because there are too many. */
  readonly omitted: number;
  /** Index of the first Warning by time; null when there is none or it has no time. */
  readonly trigger: number | null;
}

/** Events told. The API server keeps events for an hour by default: more is a storm. */
const LIMIT = 100;
/** Neighbours whose warnings belong to the story; what a pod merely calls or serves has its own. */
const NEAR = new Set(['owner', 'made', 'pod', 'node', 'claim', 'volume', 'mounted by']);

/** The story of an object: all its own events, and the warnings about its owners, pods, node and volumes. */
export function storyOf(snapshot: Snapshot, ref: Ref, around: readonly Neighbour[]): Story {
  const near = around.filter((one) => NEAR.has(one.relation)).map((one) => one.ref);
  const events = [ref, ...near].flatMap((about, i) =>
    snapshot
      .eventsAbout(about)
      .filter((event) => i === 0 || event.type === 'Warning')
      .map((event) => ({ event, about, time: eventFirstTime(event) })),
  );
  // Undated events keep their order after the dated ones: their place in time is not known.
  events.sort((a, b) =>
    a.time === undefined || b.time === undefined
      ? Number(a.time === undefined) - Number(b.time === undefined)
      : a.time - b.time,
  );
  const told = folded(
    events.map(({ event, about, time }) => ({
      first: isoTime(time) ?? null,
      last: isoTime(eventTime(event)) ?? null,
      type: event.type ?? '',
      reason: event.reason ?? '',
      message: eventMessage(event),
      count: eventCount(event),
      object: nameOf(about),
    })),
  );
  const omitted = Math.max(0, told.length - LIMIT);
  // The beginning tells the cause and the end the present state; a storm fills the middle.
  const kept = omitted === 0 ? told : [...told.slice(0, LIMIT / 2), ...told.slice(-LIMIT / 2)];
  const trigger = kept.findIndex(({ type, first }) => type === 'Warning' && first !== null);
  return { omitted, trigger: trigger === -1 ? null : trigger, events: kept };
}

/** Endings that controllers give to names; an alphabet without vowels. */
const GENERATED = /-[bcdfghjklmnpqrstvwxz2456789]{5}(?![\w-])/g;

/** Events that differ only in generated names (a ReplicaSet refused pod after pod) are one, as the API server does it. */
function folded(events: readonly StoryEvent[]): readonly StoryEvent[] {
  const byKey = new Map<string, StoryEvent>();
  for (const event of events) {
    const message = event.message.replace(/^\(combined from similar events\): /, '').replaceAll(GENERATED, '-…');
    const key = [event.object, event.type, event.reason, message].join('\u0000');
    const same = byKey.get(key);
    const last =
      [same?.last ?? null, event.last]
        .flatMap((time) => time ?? [])
        .sort()
        .at(-1) ?? null;
    byKey.set(key, same === undefined ? event : { ...same, last, count: same.count + event.count });
  }
  return [...byKey.values()];
}
