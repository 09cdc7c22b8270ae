import { defineCheck } from '../check.ts';
import { killFindings } from './kill-findings.ts';

export default defineCheck({
  id: 'liveness-probe-killing',
  layer: 1,
  title: 'No liveness probe restarts a container',
  failureTitle: 'The liveness probe restarts the container',
  why: 'The program is slow or hung, or the probe is wrong: the kubelet ends the container with SIGTERM, then SIGKILL, so it shows as exit code 143 or 137 and later as CrashLoopBackOff.',
  fix: [
    'Find out why the probe fails (wrong target, too little time, a hung program) before raising thresholds.',
    'Give a program that starts slowly a startupProbe, or a longer initialDelaySeconds.',
  ],
  next: [
    'kubectl get events -n {namespace} --field-selector involvedObject.name={name},reason=Unhealthy',
    'kubectl logs {name} -n {namespace} -c {container} --previous --timestamps',
  ],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['events'],
  wants: ['pods'],
  *run(_facts, { snapshot }) {
    yield* killFindings(snapshot, 'liveness');
  },
});
