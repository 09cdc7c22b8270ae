import { defineCheck } from '../check.ts';
import { gradedHits, logFinding, speaker } from '../log-findings.ts';

const SIGNATURES = [
  'app-config-missing',
  'app-config-file-missing',
  'app-password-missing',
  'app-secret-key-missing',
  'app-spring-config',
];

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
  reads: SIGNATURES,
  *run(_facts, { snapshot }) {
    for (const hits of gradedHits(snapshot, SIGNATURES)) {
      yield logFinding(
        hits,
        {
          failing: 'critical',
          // Without its key a program that runs answers with errors; what else it misses it may do without.
          ongoing: hits.hits.some((hit) => hit.signature === 'app-secret-key-missing') ? 'warning' : 'info',
        },
        {
          message: `${speaker(hits)} misses configuration that it needs: ${hits.line}`,
        },
      );
    }
  },
});
