import { defineCheck } from '../check.ts';
import { gradedHits, logFinding, speaker, times } from '../log-findings.ts';

export default defineCheck({
  id: 'log-no-space',
  layer: 1,
  title: 'Programs find space to write',
  failureTitle: 'The log shows that there is no space left',
  why: 'The volume or the disk of the node is full, or out of inodes.',
  fix: ['Grow the volume or free space; compare df -h with df -i.'],
  next: ['kubectl exec {name} -n {namespace} -- df -h', 'kubectl exec {name} -n {namespace} -- df -i'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['containerLogs'],
  wants: ['pods'],
  reads: ['app-no-space'],
  *run(_facts, { snapshot }) {
    for (const hits of gradedHits(snapshot, ['app-no-space'])) {
      yield logFinding(
        hits,
        { failing: 'critical', ongoing: 'critical' },
        {
          message: `${speaker(hits)} cannot write, no space is left${times(hits.count)}: ${hits.line}`,
        },
      );
    }
  },
});
