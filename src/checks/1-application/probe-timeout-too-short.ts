import { plural } from '../../lib/in-words.ts';
import { probeOf, timingOf } from '../../snapshot/pods/probes.ts';
import { defineCheck } from '../check.ts';
import { probeTroubles, wrongTarget } from './probe-verdict.ts';

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
  *run(_facts, { snapshot }) {
    for (const trouble of probeTroubles(snapshot)) {
      const { container, kind, telling } = trouble;
      // What ends in restarts is told by probe-too-aggressive, with its timing.
      if (!trouble.current || telling?.class !== 'timeout' || trouble.kills.length > 0) continue;
      const probe = container === undefined ? undefined : probeOf(container, kind);
      const timing = timingOf(probe ?? {});
      if (trouble.count < timing.threshold || (probe !== undefined && timing.timeout > 1)) continue;
      if (wrongTarget(snapshot, trouble) !== undefined) continue;
      yield {
        subject: trouble.seen.subject(trouble.containerName),
        variant: kind,
        message: `The ${kind} probe${trouble.containerName === '' ? '' : ` of container ${trouble.containerName}`} got no answer within ${timing.timeout} s, ${plural(trouble.count, 'time')}: ${telling.detail.slice(0, 200)}`,
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
