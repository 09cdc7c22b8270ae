import type { LogHit } from '../../parsers/records.ts';
import { spellDuration } from '../../lib/duration.ts';
import { timing } from '../../snapshot/logs/hits.ts';
import { frequentStarts } from '../../snapshot/logs/starts.ts';
import { byMachine } from '../../snapshot/nodes/node-health.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'runtime-restarting',
  layer: 5,
  title: 'No container runtime restarts again and again',
  failureTitle: 'The container runtime restarts again and again',
  why: 'Each restart interrupts the kubelet; containers may be lost. One restart is expected when the NVIDIA toolkit writes its configuration.',
  fix: ['On {node}: read the last error of the runtime before each exit'],
  next: ['journalctl -u containerd -u crio -u docker -n 200 --no-pager'],
  severity: 'warning',
  confidence: 'high',
  reads: ['runtime-started'],
  needsAny: ['hostLogs'],
  *run(_facts, { snapshot }) {
    for (const [node, hits] of byMachine<LogHit>(snapshot, snapshot.hits('runtime-started'))) {
      const starts = frequentStarts(hits);
      if (starts === undefined) continue;
      const { hit, spanMs } = starts;
      yield {
        subject: snapshot.named('Node', node, { node }),
        message: `The container runtime of ${node} was started ${hit.count} times within ${spellDuration(spanMs / 1000)}`,
        evidence: snapshot.evidenceOf(hit),
        ...timing(snapshot, [hit]),
      };
    }
  },
});
