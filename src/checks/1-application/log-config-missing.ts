import { defineCheck } from '../check.ts';
import { coverOf, type Cover } from '../../snapshot/pods/mount-over.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { gradedHits, logFinding, speaker, type GradedHits } from '../log-findings.ts';

const SIGNATURES = [
  'app-config-missing',
  'app-config-file-missing',
  'app-password-missing',
  'app-program-missing',
  'app-secret-key-missing',
  'app-spring-config',
];

/** A file that a line names: with its directory, else a program alone. */
const FILE = /(?:^|[\s'"`:=(,])((?:\/[\w@%+-][\w.@%+-]*)+|[\w.-]{1,100}\.(?:dll|jar|py|php|js))(?=$|[\s'"`:),])/;

/** A volume of the pod that lies where the file should be. */
function coverFor(snapshot: Snapshot, { pod, subject, line }: GradedHits): Cover | undefined {
  const file = FILE.exec(line)?.[1];
  return pod === undefined || file === undefined ? undefined : coverOf(snapshot, pod, subject.container, file);
}

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
      const cover = coverFor(snapshot, hits);
      const [first, ...rest] = hits.evidence;
      yield logFinding(
        hits,
        {
          failing: 'critical',
          // Without its key a program that runs answers with errors; what else it misses it may do without.
          ongoing: hits.hits.some((hit) => hit.signature === 'app-secret-key-missing') ? 'warning' : 'info',
        },
        {
          message: `${speaker(hits)} misses ${hits.hits.some(({ signature }) => signature === 'app-program-missing') ? 'its own program' : 'configuration that it needs'}: ${hits.line}${cover === undefined ? '' : `; ${cover.words}`}`,
          evidence: cover === undefined ? hits.evidence : [first, cover.evidence, ...rest],
        },
      );
    }
  },
});
