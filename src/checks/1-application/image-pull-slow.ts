import { eventFirstTime, eventMessage, eventTime } from '../../snapshot/events.ts';
import { containerOfEvent, isWell, podsWithEvent } from '../../snapshot/pods/pods-seen.ts';
import { parseDuration } from '../../lib/duration.ts';
import { defineCheck } from '../check.ts';
import { spellDuration } from '../../lib/duration.ts';

/** Seconds a pull may take (our judgement). */
const SLOW = 120;
/** ms after which a pull without result is slow. */
const PENDING = 300_000;
const PULLED = /pulled image "([^"]{1,500})" in ([\d.hmsµun]{1,30})(?: \(([\d.hmsµun]{1,30}) including waiting\))?/;
const PULLING = /ulling image "([^"]{1,500})"/;

export default defineCheck({
  id: 'image-pull-slow',
  layer: 1,
  title: 'Images are pulled in reasonable time',
  failureTitle: 'The image takes long to pull',
  why: 'A large image, a slow registry or disk, or a queue: by default the kubelet pulls one image after the other.',
  fix: [
    'Make the image smaller, pull it beforehand, or allow parallel pulls (serializeImagePulls: false, maxParallelImagePulls).',
  ],
  next: ['crictl images -v', 'iostat -x 1 3'],
  severity: 'warning',
  confidence: 'medium',
  needs: ['events'],
  wants: ['pods'],
  *run(_facts, { snapshot, now }) {
    for (const seen of podsWithEvent(snapshot, ['Pulled', 'Pulling'])) {
      if (seen.gone) continue;
      const ended = new Set(
        seen.events
          .filter((e) => ['Pulled', 'Failed', 'BackOff'].includes(e.reason ?? ''))
          .map((e) => containerOfEvent(e)),
      );
      for (const event of seen.events) {
        const pulled = event.reason === 'Pulled' ? PULLED.exec(eventMessage(event)) : null;
        const seconds = pulled === null ? undefined : parseDuration(pulled[2] ?? '');
        const waited = pulled?.[3] === undefined ? undefined : parseDuration(pulled[3]);
        if (pulled !== null && seconds !== undefined && Math.max(seconds, waited ?? 0) > SLOW) {
          yield {
            subject: seen.subject(containerOfEvent(event)),
            variant: 'done',
            severity: 'info',
            message: `Image "${pulled[1]}" took ${Math.round(seconds)} s to pull${waited !== undefined && waited > seconds + 1 ? `, ${Math.round(waited)} s with the time in the queue` : ''}`,
            evidence: [snapshot.quoteEvent(event)],
          };
          continue;
        }
        const pulling = event.reason === 'Pulling' ? PULLING.exec(eventMessage(event)) : null;
        const since = eventTime(event);
        if (pulling === null || since === undefined || now === undefined || now - since < PENDING) continue;
        if (ended.has(containerOfEvent(event)) || ended.has('') || (seen.pod !== undefined && isWell(seen.pod)))
          continue;
        yield {
          subject: seen.subject(containerOfEvent(event)),
          variant: 'pending',
          message: `Image "${pulling[1]}" has been pulled for ${spellDuration((now - since) / 1000)} without an end`,
          evidence: [snapshot.quoteEvent(event)],
          since: eventFirstTime(event) ?? since,
        };
      }
    }
  },
});
