import { defineCheck } from '../check.ts';
import { probeTroubles, wrongTarget } from './probe-verdict.ts';

export default defineCheck({
  id: 'probe-wrong-target',
  layer: 1,
  title: 'Probes knock at a port, protocol and path that the container serves',
  failureTitle: 'The probe knocks at a port, protocol or path that the container does not serve',
  why: 'Such a probe fails for ever, however healthy the program is: a liveness or startup probe restarts it again and again, a readiness probe keeps it out of its Services.',
  fix: ["Set the {probe} probe to the port, scheme and path that the container serves ('{container}' in {workload})."],
  next: ['kubectl describe pod {name} -n {namespace}', 'kubectl exec {name} -n {namespace} -c {container} -- ss -ltnp'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['events'],
  wants: ['pods', 'containerLogs'],
  *run(_facts, { snapshot }) {
    for (const trouble of probeTroubles(snapshot)) {
      if (!trouble.current || trouble.telling === undefined) continue;
      const wrong = wrongTarget(snapshot, trouble);
      if (wrong === undefined) continue;
      const killed = trouble.kills.length > 0;
      yield {
        subject: trouble.seen.subject(trouble.containerName),
        variant: `${trouble.kind}-${wrong.what}`,
        confidence: wrong.confidence,
        title: `The ${trouble.kind} probe uses a wrong ${wrong.what}`,
        message: `${wrong.message}${killed ? '; the kubelet restarts the container for it' : ''}`,
        evidence: [
          snapshot.quoteEvent(trouble.telling.event),
          ...wrong.evidence,
          ...trouble.kills.slice(-1).map((kill) => snapshot.quoteEvent(kill.event)),
        ],
        params: { probe: trouble.kind, container: trouble.containerName },
      };
    }
  },
});
