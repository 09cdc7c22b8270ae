import type { LogHit } from '../../parsers/records.ts';
import { laterBy } from '../../snapshot/logs/hits.ts';
import { byMachine } from '../../snapshot/nodes/node-health.ts';
import { defineCheck } from '../check.ts';
import { spellDuration } from '../../lib/duration.ts';

/** node-problem-detector's FrequentContainerdRestart: five starts within twenty minutes. */
const STARTS = 5;
const WINDOW_MS = 20 * 60_000;

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
      const busiest = hits.reduce((best, hit) => (hit.count > best.count ? hit : best), hits[0] as LogHit);
      const { first, last, count } = busiest;
      // Journals print no year: how far apart the starts are does not need one.
      const span = laterBy(last, first);
      if (count < STARTS || span === undefined || span / (count - 1) > WINDOW_MS / (STARTS - 1)) continue;
      yield {
        subject: snapshot.named('Node', node, { node }),
        message: `The container runtime of ${node} was started ${count} times within ${spellDuration(span / 1000)}`,
        evidence: snapshot.evidenceOf(busiest),
        ...(first.time === undefined ? {} : { since: first.time }),
      };
    }
  },
});
