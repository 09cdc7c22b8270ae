import { defineCheck } from '../check.ts';
import { killFindings } from './kill-findings.ts';

export default defineCheck({
  id: 'startup-probe-killing',
  layer: 1,
  title: 'No startup probe restarts a container',
  failureTitle: 'The startup probe restarts the container',
  why: 'The program needs longer to start than period × failureThreshold of its startup probe: migrations, model loading, cold caches, a slow dependency.',
  fix: ['Raise failureThreshold of the startup probe, or find what makes the start slow in the previous log.'],
  next: [
    'kubectl get events -n {namespace} --field-selector involvedObject.name={name},reason=Unhealthy',
    'kubectl logs {name} -n {namespace} -c {container} --previous --timestamps',
  ],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['events'],
  wants: ['pods'],
  *run(_facts, { snapshot }) {
    yield* killFindings(snapshot, 'startup');
  },
});
