import { defineCheck } from '../check.ts';
import { gradedHits, logFinding, speaker, times } from '../log-findings.ts';

export default defineCheck({
  id: 'log-too-many-open-files',
  layer: 1,
  title: 'Programs can open files',
  failureTitle: 'The program reached its limit of open files',
  why: 'EMFILE: the limit of the process (ulimit -n, LimitNOFILE of the runtime). ENFILE: the limit of the machine (fs.file-max).',
  fix: ['Raise LimitNOFILE of the runtime (or fs.file-max), or find the descriptors that are never closed.'],
  next: ['kubectl exec {name} -n {namespace} -- cat /proc/1/limits'],
  severity: 'warning',
  confidence: 'high',
  needsAny: ['containerLogs'],
  wants: ['pods'],
  reads: ['app-too-many-open-files'],
  *run(_facts, { snapshot }) {
    for (const hits of gradedHits(snapshot, ['app-too-many-open-files'])) {
      yield logFinding(
        hits,
        { failing: 'warning', ongoing: 'warning' },
        {
          message: `${speaker(hits)} reached its limit of open files${times(hits.count)}: ${hits.line}`,
          variant: /ENFILE|in system/.test(hits.line) ? 'machine' : 'process',
        },
      );
    }
  },
});
