import { crashes, describeEnd, sinceEnd } from '../../snapshot/pods/crashes.ts';
import { containerSubject, describeContainer } from '../../snapshot/pods/containers.ts';
import { ageOf, DAY_MS } from '../../snapshot/ages.ts';
import { isWell } from '../../snapshot/pods/pods-seen.ts';
import { defineCheck } from '../check.ts';
import { spellDuration } from '../../lib/duration.ts';

/** Restarts that are worth a look, when the last was within a day (popeye reports 5 and more). */
const RESTARTS = 5;
/** The first hour of a pod, ms, and how long it has to run since its last restart (ours). */
const START_UP = 3_600_000;
const SETTLED = 1_800_000;
/** Runs as long as this many of those before, on average, are no longer ended like them (ours). */
const LONGER = 5;

export default defineCheck({
  id: 'restart-count-high',
  layer: 1,
  title: 'Running containers are not restarted all the time',
  failureTitle: 'The container runs, but has been restarted many times',
  why: 'The pod looks Running, but its container does not live long.',
  fix: ['Look at how it ended last and go on with that.'],
  next: [
    'kubectl describe pod {name} -n {namespace}',
    'kubectl logs {name} -n {namespace} -c {container} --previous --tail=50',
  ],
  severity: 'warning',
  confidence: 'high',
  needs: ['pods'],
  *run(_facts, { snapshot, now }) {
    for (const crash of crashes(snapshot)) {
      const { container, ended, restarts } = crash;
      if (crash.looping || ended?.current === true || restarts < RESTARTS) continue;
      const age = sinceEnd(ended, now);
      if (age === undefined || age > DAY_MS) continue;
      // Restarts of months add up; what counts is how often: fewer than one a day is not many.
      const lived = ageOf(snapshot, container.pod);
      const days = Math.max(1, (lived ?? DAY_MS) / DAY_MS);
      // A new cluster's parts wait for each other by restarting; then they stay.
      const startUp = lived !== undefined && lived - age < START_UP && age > SETTLED && isWell(container.pod);
      // It has run by now for longer than it took to be restarted all those times.
      const settled =
        lived !== undefined && age > SETTLED && age > (LONGER * (lived - age)) / restarts && isWell(container.pod);
      const often = restarts / days >= 3 && !startUp && !settled;
      yield {
        subject: containerSubject(snapshot, container),
        severity: often ? 'warning' : 'info',
        message: `${describeContainer(container)} has been restarted ${restarts} times, last ${spellDuration(age / 1000)} ago (${describeEnd(ended)})`,
        evidence: [
          snapshot.quote(container.pod, `${container.at}/restartCount`),
          ...(ended === undefined ? [] : [snapshot.quote(container.pod, ended.at)]),
        ],
        params: { container: container.name },
        ...(ended?.finishedAt === undefined ? {} : { since: ended.finishedAt }),
      };
    }
  },
});
