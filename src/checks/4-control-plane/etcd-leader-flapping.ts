import { etcdSubject } from '../../snapshot/control-plane/etcd.ts';
import { quotesOf } from '../../snapshot/logs/hits.ts';
import { counter, gauge, processesWith } from '../../snapshot/metrics.ts';
import { defineCheck } from '../check.ts';

/** etcd's alerting rules (etcdHighNumberOfLeaderChanges): four changes in 15 minutes. More than one an hour is too much (the framework). */
const WINDOW_MS = 15 * 60_000;
const IN_WINDOW = 4;
const HOUR_MS = 3600_000;
const PER_HOUR = 1;
/** Where nobody knows how long the member has run: one a week for two years (ours). */
const MANY = 100;
/** A start and the upgrade of three members bring this many. */
const EXPECTED = 3;

export default defineCheck({
  id: 'etcd-leader-flapping',
  layer: 4,
  title: 'etcd keeps its leader',
  failureTitle: 'etcd changes its leader again and again',
  why: 'A change at a start or an upgrade is normal. Several in an hour mean that members miss heartbeats, because of slow disks, the network between them, or no CPU; writes stop at each.',
  fix: ['Look for slow disk writes (fsync), lost peer connections and busy CPUs at the same times'],
  next: ['etcdctl endpoint status --cluster -w table', 'grep -E "elected leader|lost leader|became leader" etcd.log'],
  severity: 'warning',
  confidence: 'high',
  needsAny: ['metrics', 'containerLogs', 'hostLogs'],
  reads: ['etcd-election'],
  *run(_facts, { snapshot, now }) {
    // Every member logs every election: terms tell elections apart.
    const hits = snapshot.hits('etcd-election').filter((hit) => hit.groups['lost'] === undefined);
    const byTerm = new Map<string, number | undefined>();
    for (const hit of hits) {
      const term = hit.groups['term'] ?? '';
      const time = hit.first.time;
      const known = byTerm.get(term);
      byTerm.set(term, known === undefined ? time : time === undefined ? known : Math.min(known, time));
    }
    const times = [...byTerm.values()].filter((time) => time !== undefined).sort((a, b) => a - b);
    const burst = times.some((time, i) => (times[i + IN_WINDOW - 1] ?? Infinity) - time <= WINDOW_MS);
    const [from] = times;
    const to = times.at(-1);
    const hours = from === undefined || to === undefined ? 0 : (to - from) / HOUR_MS;
    const quotes = quotesOf(hits);
    if (
      quotes !== undefined &&
      from !== undefined &&
      to !== undefined &&
      byTerm.size > EXPECTED &&
      (burst || byTerm.size / Math.max(hours, 1) > PER_HOUR)
    ) {
      const old = now !== undefined && now - to > 24 * HOUR_MS;
      yield {
        subject: etcdSubject(snapshot),
        variant: 'log',
        severity: burst ? 'critical' : 'warning',
        message: `etcd elected a leader ${byTerm.size} times within ${hours < 1 ? `${Math.max(1, Math.round(hours * 60))} min` : `${Math.round(hours * 10) / 10} h`} (terms ${[...byTerm.keys()][0] ?? ''} to ${[...byTerm.keys()].at(-1) ?? ''})`,
        evidence: quotes,
        since: from,
        ...(old ? { state: 'historic' as const } : {}),
      };
    }
    for (const process of processesWith(snapshot, 'etcd_server_leader_changes_seen_total')) {
      const changes = counter(process, 'etcd_server_leader_changes_seen_total');
      if (changes === undefined) continue;
      const started = gauge(process, 'process_start_time_seconds')?.value;
      const age = started === undefined || now === undefined ? undefined : (now / 1000 - started) / 3600;
      const flapping = changes.recent
        ? changes.value >= 1
        : age === undefined
          ? changes.value > MANY
          : changes.value > EXPECTED && changes.value / Math.max(age, 1) > PER_HOUR;
      if (!flapping) continue;
      yield {
        subject: etcdSubject(snapshot, process.node),
        variant: 'metrics',
        severity: changes.value >= IN_WINDOW ? 'critical' : 'warning',
        message: `etcd saw ${changes.value} ${changes.value === 1 ? 'change' : 'changes'} of its leader ${changes.recent ? 'between two scrapes' : age === undefined ? 'since the member started' : `in the ${Math.round(age)} hours since the member started`}`,
        evidence: [changes.evidence],
      };
    }
  },
});
