import { isLaterEvent } from '../../snapshot/ages.ts';
import { headAndTail } from '../../lib/excerpt.ts';
import { plural } from '../../lib/in-words.ts';
import { eventCount, eventFirstTime, eventMessage, eventTime } from '../../snapshot/events.ts';
import type { KubeEvent } from '../../snapshot/kinds/index.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { customTroubles, isSchedulingKind } from '../../snapshot/custom-state.ts';
import { refTo, type Ref } from '../../snapshot/ref.ts';
import { defineCheck } from '../check.ts';
import { HARMLESS_REASONS, JUDGED_REASONS, NOTED_REASONS } from '../event-reasons.ts';

/** Fewer repetitions are passing trouble. */
const LEAST = 3;
/** Events older than this (ms) describe the past; the API server keeps them for an hour by default. */
const RECENT = 3_600_000;
/** Events, HEUR: a listing as short as this was cut out by somebody. */
const EXCERPT = 40;

/** A Normal event of the object that is newer than the warning. */
function recovers(snapshot: Snapshot, warning: KubeEvent, about: Ref): boolean {
  const isDated = (event: KubeEvent): boolean => eventTime(event) !== undefined || event.seenAgo !== undefined;
  return snapshot
    .eventsAbout(about)
    .some(
      (event) => event.type === 'Normal' && (isDated(event) && isDated(warning) ? isLaterEvent(event, warning) : true),
    );
}

/** Two writers met; the controller reads the object anew and tries again. */
const RETRIED = /the object has been modified; please apply your changes to the latest version/;

/** Characters of a message that tell it from others. */
const START = 60;

/** Whether the status of the object says the same, which a check on custom resources tells. */
const saysItself = (snapshot: Snapshot, { kind, name }: Ref, words: string): boolean =>
  customTroubles(snapshot).some(
    (trouble) =>
      trouble.resource.name === name &&
      trouble.resource.resourceKind.toLowerCase() === kind.toLowerCase() &&
      trouble.words.includes(words.slice(0, START)),
  );

export default defineCheck({
  id: 'unclassified-warning-events',
  layer: 1,
  title: 'No warnings repeat that nothing else explains',
  failureTitle: 'A warning repeats that no check knows',
  why: 'No list of checks is complete: what the cluster warns of again and again is shown in its own words.',
  fix: ['Read the message; it is the reporting controller that knows.'],
  next: ['kubectl get events -A --field-selector type=Warning'],
  severity: 'info',
  confidence: 'low',
  needs: ['events'],
  *run({ events }, { snapshot, now }) {
    const groups = new Map<string, { event: KubeEvent; count: number; about: Ref }>();
    for (const event of events) {
      const about = event.involvedObject;
      if (
        event.type !== 'Warning' ||
        JUDGED_REASONS.has(event.reason ?? '') ||
        HARMLESS_REASONS.has(event.reason ?? '') ||
        RETRIED.test(event.message ?? '') ||
        about?.kind === undefined ||
        about.name === undefined ||
        isSchedulingKind(about.kind)
      )
        continue;
      const time = eventTime(event);
      if (now !== undefined && time !== undefined && now - time > RECENT) continue;
      const count = eventCount(event);
      const namespace = about.namespace ?? event.metadata.namespace;
      const text = eventMessage(event)
        .replace(/[0-9a-f]{8,}|\d+/g, '#')
        .slice(0, 200);
      const at = [event.reason, about.kind, namespace, text].join('\u0000');
      const known = groups.get(at);
      if (known !== undefined) known.count += count;
      else
        groups.set(at, {
          event,
          count,
          about: refTo(about.kind, namespace, about.name),
        });
    }
    // In a few events that somebody pasted, what comes last is what hurts: no Normal event of the object follows.
    // Where nodes and all pods are listed too the cluster was asked, and few events are a quiet hour.
    const pasted = events.length <= EXCERPT && !(snapshot.listed('nodes') && snapshot.listed('pods'));
    for (const { event, count, about } of groups.values()) {
      const hurts = pasted && !NOTED_REASONS.has(event.reason ?? '') && !recovers(snapshot, event, about);
      if ((count < LEAST && !hurts) || saysItself(snapshot, about, eventMessage(event))) continue;
      const object = snapshot.find(about);
      const since = eventFirstTime(event);
      yield {
        subject:
          object === undefined
            ? snapshot.named(about.kind, about.name, { namespace: about.namespace })
            : snapshot.subject(object),
        variant: event.reason ?? 'unknown',
        ...(hurts ? { severity: 'warning' as const, confidence: 'medium' as const } : {}),
        message: `${event.reason ?? 'Warning'} on ${about.kind} ${about.name}, ${plural(count, 'time')}: ${headAndTail(eventMessage(event), 300)}`,
        evidence: [snapshot.quoteEvent(event)],
        ...(since === undefined ? {} : { since }),
      };
    }
  },
});
