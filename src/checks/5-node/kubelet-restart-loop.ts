import type { LogHit } from '../../parsers/records.ts';
import { eventCount, eventFirstTime, eventMessage, eventTime } from '../../snapshot/events.ts';
import { byMachine, machineOf, nodeEvents } from '../../snapshot/nodes/node-health.ts';
import { runsKubelet } from '../../snapshot/nodes/units.ts';
import { timing } from '../../snapshot/logs/hits.ts';
import { lastError } from '../../snapshot/logs/last-error.ts';
import { areFrequent, frequentStarts, STARTS } from '../../snapshot/logs/starts.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck, type FindingDraft } from '../check.ts';
import { spellDuration } from '../../lib/duration.ts';

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
        ...timing(snapshot, [highest.hit]),
      };
    }
    for (const [node, hits] of byMachine<LogHit>(snapshot, snapshot.hits('kubelet-started'))) {
      const starts = told.has(node) ? undefined : frequentStarts(hits);
      if (starts === undefined) continue;
      told.add(node);
      yield {
        subject: snapshot.named('Node', node, { node }),
        ...withLastError(snapshot, node, {
          message: startsIn(node, starts.hit.count, starts.spanMs),
          evidence: snapshot.evidenceOf(starts.hit),
        }),
        ...timing(snapshot, [starts.hit]),
      };
    }
    // Each kubelet writes an event of its own when it starts.
    for (const [node, events] of nodeEvents(snapshot, 'Starting')) {
      const event = events.findLast((one) => eventMessage(one).startsWith('Starting kubelet'));
      if (event === undefined || told.has(node)) continue;
      const [count, first, last] = [eventCount(event), eventFirstTime(event), eventTime(event)];
      if (first === undefined || last === undefined || !areFrequent(count, last - first)) continue;
      told.add(node);
      yield {
        subject: snapshot.named('Node', node, { node }),
        ...withLastError(snapshot, node, {
          message: startsIn(node, count, last - first),
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

const startsIn = (node: string, count: number, spanMs: number): string =>
  `The kubelet of ${node} was started ${count} times within ${spellDuration(spanMs / 1000)}`;

type Told = Pick<FindingDraft, 'message' | 'evidence'>;

/** systemd only counts: why the kubelet ends stands in the last error of its journal. */
function withLastError(snapshot: Snapshot, node: string, { message, evidence }: Told): Told {
  const error = lastError(snapshot, 'kubelet', node);
  if (error === undefined) return { message, evidence };
  const [first, ...rest] = evidence;
  return { message: `${message}; last error: ${error.message}`, evidence: [first, error.evidence, ...rest] };
}
