import { plural } from '../../lib/in-words.ts';
import { eventTime } from '../../snapshot/events.ts';
import { isStopping, probeOf, timingOf } from '../../snapshot/pods/probes.ts';
import { defineCheck } from '../check.ts';
import { probeTroubles, wrongTarget, type ProbeTrouble } from './probe-verdict.ts';

/** Failures (HEUR) from which on a probe that waits longer than the default is told too: once in a while is a busy moment. */
const OFTEN = 20;
/** Failures (HEUR) that are no busy moment either, though the container is ready just now, and how new the last is (ms): events are kept for an hour. */
const ALWAYS = 100;
const NEW = 3_600_000;

/** It comes again and again, between answers in time. */
function keepsComing({ count, seen, telling }: ProbeTrouble, now: number | undefined): boolean {
  if (count < ALWAYS || seen.gone || isStopping(seen) || telling === undefined) return false;
  const last = eventTime(telling.event);
  const ago = telling.event.seenAgo === undefined ? undefined : telling.event.seenAgo * 1000;
  return (ago ?? (now === undefined || last === undefined ? 0 : now - last)) <= NEW;
}

export default defineCheck({
  id: 'probe-timeout-too-short',
  layer: 1,
  title: 'Probes wait long enough for an answer',
  failureTitle: 'The probe times out before the answer comes',
  why: 'A health endpoint that is slower than timeoutSeconds (1 s unless set) counts as failed: a slow program is treated as a dead one. CPU throttling and slow dependencies show up here first.',
  fix: ['Raise timeoutSeconds of the {probe} probe, make the health endpoint cheap, and look for CPU throttling.'],
  next: ['kubectl describe pod {name} -n {namespace}', 'kubectl top pod {name} -n {namespace} --containers'],
  severity: 'warning',
  confidence: 'medium',
  needsAny: ['events'],
  wants: ['pods'],
  *run(_facts, { snapshot, now }) {
    for (const trouble of probeTroubles(snapshot)) {
      const { container, kind, telling } = trouble;
      // What ends in restarts is told by probe-too-aggressive, with its timing.
      if (telling?.class !== 'timeout' || trouble.kills.length > 0) continue;
      if (!trouble.current && !keepsComing(trouble, now)) continue;
      const probe = container === undefined ? undefined : probeOf(container, kind);
      const timing = timingOf(probe ?? {});
      if (trouble.count < (timing.timeout > 1 ? OFTEN : timing.threshold)) continue;
      if (wrongTarget(snapshot, trouble) !== undefined) continue;
      yield {
        subject: trouble.seen.subject(trouble.containerName),
        variant: kind,
        message: `The ${kind} probe${trouble.containerName === '' ? '' : ` of container ${trouble.containerName}`} got no answer ${container !== undefined && probe === undefined ? 'in time' : `within ${timing.timeout} s`}, ${plural(trouble.count, 'time')}: ${telling.detail.slice(0, 200)}`,
        evidence: [
          snapshot.quoteEvent(telling.event),
          ...(container === undefined || probe === undefined
            ? []
            : [snapshot.quote(container.pod, `${container.specAt}/${kind}Probe`)]),
        ],
        params: { probe: kind, container: trouble.containerName },
      };
    }
  },
});
