import { probeOf, timingOf } from '../../snapshot/pods/probes.ts';
import { lastRunSeconds } from '../../snapshot/pods/start-up.ts';
import { defineCheck } from '../check.ts';
import { probeTroubles, wrongTarget } from './probe-verdict.ts';

/** Seconds a kill may come after the budget: one probe period and the start of the termination. */
const SLACK = 10;

export default defineCheck({
  id: 'probe-slow-start',
  layer: 1,
  title: 'No liveness probe ends a container during its start-up',
  failureTitle: 'The liveness probe ends the container during its start-up; it has no startupProbe',
  why: 'Each run lasts just as long as the liveness probe allows, so the program never gets past its start.',
  fix: ['Add a startupProbe to container {container} whose period × failureThreshold covers the slowest start.'],
  next: ['kubectl logs {name} -n {namespace} -c {container} --previous --timestamps'],
  severity: 'warning',
  confidence: 'medium',
  needs: ['pods'],
  needsAny: ['events'],
  *run(_facts, { snapshot }) {
    for (const trouble of probeTroubles(snapshot)) {
      const { container, telling, kills } = trouble;
      const kill = kills.at(-1);
      if (trouble.kind !== 'liveness' || !trouble.current || container === undefined || kill === undefined) continue;
      const probe = probeOf(container, 'liveness');
      if (probe === undefined || container.spec?.startupProbe !== undefined) continue;
      const run = lastRunSeconds(container);
      const { budget, delay, period, threshold } = timingOf(probe);
      const grace = container.pod.spec?.terminationGracePeriodSeconds ?? 30;
      if (run === undefined || run > budget + grace + SLACK) continue;
      if (telling !== undefined && !['refused', 'connect'].includes(telling.class)) continue;
      if (wrongTarget(snapshot, trouble) !== undefined) continue;
      yield {
        subject: trouble.seen.subject(container.name),
        message: `Container ${container.name} ran ${Math.round(run)} s before its liveness probe (delay ${delay} s, then ${threshold} failures every ${period} s: ${budget} s) ended it, and it has no startupProbe`,
        evidence: [
          snapshot.quoteEvent(kill.event),
          snapshot.quote(container.pod, `${container.at}/lastState/terminated`),
        ],
        params: { container: container.name },
      };
    }
  },
});
