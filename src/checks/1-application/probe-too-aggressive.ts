import { probeOf, timingOf } from '../../snapshot/pods/probes.ts';
import { lastRunSeconds, startUpOf } from '../../snapshot/pods/start-up.ts';
import { defineCheck } from '../check.ts';
import { probeTroubles, wrongTarget } from './probe-verdict.ts';

/** A container that is given less than this to start was hardly meant to be (catalogue G, seconds; our judgement). */
const SHORT_BUDGET = 10;
/** A kill comes this much after the budget at most: the grace period of the default and one period (seconds). */
const KILL_SLACK = 10;

export default defineCheck({
  id: 'probe-too-aggressive',
  layer: 1,
  title: 'Probes give containers the time they need',
  failureTitle: 'The probe gives the container too little time',
  why: 'The probe counts its failures from the start of the container: when delay, period and threshold add up to less than the program needs to come up, or one slow answer is enough, the kubelet restarts a healthy program.',
  fix: [
    'Add a startupProbe, or raise initialDelaySeconds, failureThreshold and timeoutSeconds of the {probe} probe of container {container}; the defaults are period 10 s, threshold 3, timeout 1 s.',
  ],
  next: [
    'kubectl logs {name} -n {namespace} -c {container} --previous --timestamps',
    'kubectl describe pod {name} -n {namespace}',
  ],
  severity: 'critical',
  confidence: 'medium',
  needsAny: ['events'],
  wants: ['pods', 'containerLogs'],
  *run(_facts, { snapshot }) {
    for (const trouble of probeTroubles(snapshot)) {
      const { container, kind, telling } = trouble;
      if (!trouble.current || container === undefined || telling === undefined) continue;
      const probe = probeOf(container, kind);
      if (probe === undefined || wrongTarget(snapshot, trouble) !== undefined) continue;
      if (!['refused', 'connect', 'timeout', 'not-serving', 'status'].includes(telling.class)) continue;
      if (telling.class === 'status' && (telling.statusCode ?? 0) < 500) continue;
      const timing = timingOf(probe);
      const start = startUpOf(snapshot, container);
      const run = lastRunSeconds(container);
      const kills = kind !== 'readiness' && trouble.kills.length > 0;
      const guarded = kind === 'liveness' && container.spec?.startupProbe !== undefined;
      const grace = container.pod.spec?.terminationGracePeriodSeconds ?? 30;
      const killedAtStart = run === undefined || run <= timing.budget + grace + KILL_SLACK;
      const tooShort =
        kills &&
        !guarded &&
        killedAtStart &&
        (timing.budget < SHORT_BUDGET ||
          (start !== undefined && start.seconds > timing.delay + timing.period * (timing.threshold - 1)));
      const slowAnswers =
        (kills || (kind === 'readiness' && container.status?.ready === false && trouble.count >= timing.threshold)) &&
        telling.class === 'timeout' &&
        timing.timeout <= 1;
      if (!tooShort && !slowAnswers) continue;
      const settings = `delay ${timing.delay} s, period ${timing.period} s, timeout ${timing.timeout} s, failure threshold ${timing.threshold}`;
      const needed = start === undefined ? '' : `; the log shows that start-up takes ${start.seconds.toFixed(1)} s`;
      const lasted = run === undefined ? '' : `; the last run was ended after ${Math.round(run)} s`;
      yield {
        subject: trouble.seen.subject(container.name),
        variant: kind,
        title: tooShort
          ? `The ${kind} probe kills the container before it is up`
          : `The ${kind} probe waits too short for an answer`,
        message: tooShort
          ? `The ${kind} probe of container ${container.name} gives up ${timing.budget} s after the start (${settings}) and the kubelet restarts the container${needed}${lasted}`
          : `The ${kind} probe of container ${container.name} waits ${timing.timeout} s for an answer, which comes later (${settings}): ${telling.detail.slice(0, 200)}`,
        evidence: [
          snapshot.quote(container.pod, `${container.specAt}/${kind}Probe`),
          ...trouble.kills.slice(-1).map((kill) => snapshot.quoteEvent(kill.event)),
          snapshot.quoteEvent(telling.event),
          ...(start === undefined ? [] : [start.evidence]),
        ],
        params: { probe: kind, container: container.name },
      };
    }
  },
});
