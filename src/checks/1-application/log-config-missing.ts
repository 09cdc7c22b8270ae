import { defineCheck } from '../check.ts';
import { gradedHits, logFinding, speaker } from '../log-findings.ts';

export default defineCheck({
  id: 'log-config-missing',
  layer: 1,
  title: 'Programs find their configuration',
  failureTitle: 'The log says that required configuration is missing',
  why: 'The program ends at its start because a variable, key or file that it needs is not there. Compare it with env, envFrom and the mounts of the pod.',
  fix: ['Provide the variable, key or file that the line names.'],
  next: [
    "kubectl get pod {name} -n {namespace} -o jsonpath='{.spec.containers[*].env}'",
    'kubectl logs {name} -n {namespace} --previous --tail=100',
  ],
  severity: 'critical',
  confidence: 'medium',
  needsAny: ['containerLogs'],
  wants: ['pods'],
  reads: ['app-config-missing', 'app-config-file-missing', 'app-password-missing', 'app-spring-config'],
  *run(_facts, { snapshot }) {
    for (const hits of gradedHits(snapshot, [
      'app-config-missing',
      'app-config-file-missing',
      'app-password-missing',
      'app-spring-config',
    ])) {
      yield logFinding(
        hits,
        { failing: 'critical', ongoing: 'info' },
        {
          message: `${speaker(hits)} misses configuration that it needs: ${hits.line}`,
        },
      );
    }
  },
});
