import { timing } from '../../snapshot/logs/hits.ts';
import { machineOf } from '../../snapshot/nodes/node-health.ts';
import { subjectOfHit } from '../signature-check.ts';
import { defineCheck } from '../check.ts';

/** node-exporter mixin: over 90 % critical, over 70 % warning. */
const CRITICAL = 0.9;
const WARNING = 0.7;

export default defineCheck({
  id: 'fd-exhaustion',
  layer: 5,
  title: 'The machines have file handles left',
  failureTitle: 'The machine runs out of file handles',
  why: 'At fs.file-max no program can open a file or a connection ("too many open files in system").',
  fix: ['Find the process that holds most of them on {node}; raise fs.file-max when the load is legitimate'],
  next: [
    'cat /proc/sys/fs/file-nr',
    'for p in /proc/[0-9]*; do echo "$(ls $p/fd 2>/dev/null | wc -l) $p"; done | sort -rn | head',
  ],
  severity: 'critical',
  confidence: 'high',
  reads: ['fd-exhaustion'],
  needsAny: ['hostValues', 'kernelLogs'],
  *run({ hostValues }, { snapshot }) {
    for (const value of hostValues) {
      if (value.topic !== 'sysctl' || value.key !== 'fs.file-nr') continue;
      const [used, , most] = value.value.trim().split(/\s+/).map(Number);
      if (used === undefined || most === undefined || !(most > 0) || used / most < WARNING) continue;
      const node = machineOf(snapshot, value);
      yield {
        subject: snapshot.named('Node', node, { node }),
        variant: 'file-nr',
        ...(used / most < CRITICAL ? { severity: 'warning' as const } : {}),
        message: `${node} has ${used} of at most ${most} file handles open (${Math.round((used / most) * 100)} %)`,
        evidence: [value.source],
      };
    }
    for (const hit of snapshot.hits('fd-exhaustion')) {
      const subject = subjectOfHit(hit, snapshot);
      yield {
        subject,
        variant: 'kernel',
        message: `The kernel of ${subject.name} refused to open files: the limit of ${hit.groups['limit'] ?? ''} file handles (fs.file-max) was reached`,
        evidence: snapshot.evidenceOf(hit),
        ...timing(snapshot, [hit]),
      };
    }
  },
});
