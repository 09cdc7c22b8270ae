/** What happened when. */
import type { Found } from '../checks/engine.ts';
import { isoTime } from '../lib/timestamp.ts';
import { nameOf, type Result } from '../result.ts';
import { eventFirstTime, eventMessage } from '../snapshot/events.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { titleOf } from './finding.ts';

/** Events shown on the timeline for the objects that have findings. */
const TIMELINE_LIMIT = 300;

/** When findings began, and the warnings about what they are about, the earliest first. */
export function timelineOf(found: readonly Found[], snapshot: Snapshot): Result['timeline'] {
  const entries: Result['timeline'] = [];
  const seen = new Set<string>();
  for (const one of found) {
    const time = isoTime(one.since);
    if (time !== undefined)
      entries.push({
        time,
        layer: one.check.layer,
        text: `${titleOf(one)}: ${nameOf(one.subject)}`,
        finding: one.id,
      });
    for (const event of snapshot.eventsAbout({
      kind: one.subject.kind,
      ...(one.subject.namespace === undefined ? {} : { namespace: one.subject.namespace }),
      name: one.subject.name,
    })) {
      if (event.type !== 'Warning') continue;
      const at = isoTime(eventFirstTime(event));
      const text = `${nameOf(one.subject)}: ${event.reason ?? ''}: ${eventMessage(event)}`.slice(0, 300);
      const key = `${at ?? ''}${text}`;
      if (at === undefined || seen.has(key)) continue;
      seen.add(key);
      entries.push({ time: at, layer: one.check.layer, text });
    }
  }
  return entries
    .sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : a.text < b.text ? -1 : 1))
    .slice(0, TIMELINE_LIMIT);
}
