import type { LogHit } from '../../parsers/records.ts';
import { eventCount, eventFirstTime, eventMessage, eventTime } from '../../snapshot/events.ts';
import { byMachine, machineOf, nodeEvents } from '../../snapshot/nodes/node-health.ts';
import { runsKubelet } from '../../snapshot/nodes/units.ts';
import { lastError } from '../../snapshot/logs/last-error.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck, type FindingDraft } from '../check.ts';
import { spellDuration } from '../../lib/duration.ts';

/** node-problem-detector's FrequentKubeletRestart: five starts within twenty minutes. */
const STARTS = 5;
const WINDOW_MS = 20 * 60_000;

/** So many starts so close together are no sequence of reboots or upgrades. */
const isLoop = (count: number, first: number, last: number): boolean =>
  count >= STARTS && (last - first) / (count - 1) <= WINDOW_MS / (STARTS - 1);

export default defineCheck({
  id: 'kubelet-restart-loop',
  layer: 5,
  title: 'No kubelet restarts again and again',
  failureTitle: 'The kubelet restarts again and again',
  why: 'Something makes the kubelet exit soon after each start: a bad setting, a missing or expired file, swap, the runtime. While it loops the node does not get ready and devices are not allocatable.',
  fix: ['On {node}: read the last error before each exit and mend it'],
  next: [
    'systemctl show kubelet -p NRestarts',
    'journalctl -u kubelet -n 200 --no-pager | grep -E " [EF][0-9]{4} |Failed|exited"',
  ],
  severity: 'critical',
  confidence: 'high',
  reads: ['kubelet-started', 'kubelet-exited'],
  needsAny: ['hostLogs', 'units', 'events'],
  wants: ['units'],
  *run({ units }, { snapshot }) {
    const told = new Set<string>();
    for (const [node, hits] of byMachine<LogHit>(snapshot, snapshot.hits('kubelet-exited'))) {
      const counters = hits.flatMap((hit) =>
        hit.groups['restarts'] === undefined ? [] : [{ hit, restarts: Number(hit.groups['restarts']) }],
      );
      const highest = counters.sort((a, b) => b.restarts - a.restarts)[0];
      if (highest === undefined || highest.restarts < STARTS) continue;
      told.add(node);
      yield {
        subject: snapshot.named('Node', node, { node }),
        ...withLastError(snapshot, node, {
          message: `systemd has restarted the kubelet of ${node} ${highest.restarts} times since it last stayed up`,
          evidence: snapshot.evidenceOf(highest.hit),
        }),
        ...(highest.hit.first.time === undefined ? {} : { since: highest.hit.first.time }),
      };
    }
    for (const [node, hits] of byMachine<LogHit>(snapshot, snapshot.hits('kubelet-started'))) {
      if (told.has(node)) continue;
      // systemd's line and the kubelet's own are two of one start: the more frequent of the two counts.
      const busiest = hits.reduce((best, hit) => (hit.count > best.count ? hit : best), hits[0] as LogHit);
      const { first, last, count } = busiest;
      if (first.time === undefined || last.time === undefined || !isLoop(count, first.time, last.time)) continue;
      told.add(node);
      yield {
        subject: snapshot.named('Node', node, { node }),
        ...withLastError(snapshot, node, {
          message: `The kubelet of ${node} was started ${count} times within ${spellDuration((last.time - first.time) / 1000)}`,
          evidence: snapshot.evidenceOf(busiest),
        }),
        since: first.time,
      };
    }
    // Each kubelet writes an event of its own when it starts.
    for (const [node, events] of nodeEvents(snapshot, 'Starting')) {
      const event = events.findLast((one) => eventMessage(one).startsWith('Starting kubelet'));
      if (event === undefined || told.has(node)) continue;
      const [count, first, last] = [eventCount(event), eventFirstTime(event), eventTime(event)];
      if (first === undefined || last === undefined || !isLoop(count, first, last)) continue;
      told.add(node);
      yield {
        subject: snapshot.named('Node', node, { node }),
        ...withLastError(snapshot, node, {
          message: `The kubelet of ${node} was started ${count} times within ${spellDuration((last - first) / 1000)}`,
          evidence: [snapshot.quoteEvent(event)],
        }),
        since: first,
      };
    }
    for (const unit of units) {
      const node = machineOf(snapshot, unit);
      // A counter of a unit that has been up since is of the past.
      if (!runsKubelet(unit) || told.has(node) || (unit.restarts ?? 0) < STARTS || unit.active === 'active') continue;
      told.add(node);
      yield {
        subject: snapshot.named('Node', node, { node }),
        ...withLastError(snapshot, node, {
          message: `systemd has restarted ${unit.unit} of ${node} ${unit.restarts} times`,
          evidence: [unit.source],
        }),
      };
    }
  },
});

type Told = Pick<FindingDraft, 'message' | 'evidence'>;

/** systemd only counts: why the kubelet ends stands in the last error of its journal. */
function withLastError(snapshot: Snapshot, node: string, { message, evidence }: Told): Told {
  const error = lastError(snapshot, 'kubelet', node);
  if (error === undefined) return { message, evidence };
  const [first, ...rest] = evidence;
  return { message: `${message}; last error: ${error.message}`, evidence: [first, error.evidence, ...rest] };
}
