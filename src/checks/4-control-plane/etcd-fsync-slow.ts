import { spellDuration } from '../../lib/duration.ts';
import type { Subject } from '../../result.ts';
import { etcdSubject, secondsOf, subjectOfEtcdHit } from '../../snapshot/control-plane/etcd.ts';
import { bySubject, countOf, quotesOf, spanOfHits, timing } from '../../snapshot/logs/hits.ts';
import { processesWith, quantile, spanOf } from '../../snapshot/metrics.ts';
import { defineCheck } from '../check.ts';

const FAMILY = 'etcd_disk_wal_fsync_duration_seconds';
/** etcd's documentation: p99 below 10 ms. Its alerting rules (etcdHighFsyncDurations): 0.5 s warning, 1 s critical. */
const GOOD = 0.01;
const WARNING = 0.5;
const CRITICAL = 1;
/** One flush of a second may be a hiccup of a virtual disk; several, or one of two seconds, stop the cluster (ours). */
const SEVERAL = 3;
const LONG = 2;

export default defineCheck({
  id: 'etcd-fsync-slow',
  layer: 4,
  title: 'etcd writes its log to disk in time',
  failureTitle: 'The disk below etcd is too slow (WAL fsync)',
  why: 'etcd acknowledges nothing before its write-ahead log is on disk. When one flush takes a second, every write of the cluster waits, heartbeats come late and leaders change.',
  fix: [
    'Give etcd a local SSD or NVMe of its own; move other writers (logs, images, backups, neighbours on the same storage) off that disk',
    'Check the disk and its controller for errors; ionice etcd',
  ],
  next: [
    'curl -s http://127.0.0.1:2381/metrics | grep etcd_disk_wal_fsync_duration',
    'iostat -x 1 10',
    'fio --rw=write --ioengine=sync --fdatasync=1 --size=22m --bs=2300 --name=t --directory=DIR-ON-THE-SAME-DISK',
  ],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['metrics', 'containerLogs', 'hostLogs'],
  wants: ['metrics'],
  reads: ['etcd-fsync', 'etcd-apply'],
  *run(_facts, { snapshot }) {
    const slowRequests = snapshot.hits('etcd-apply');
    for (const { subject, hits } of bySubject(snapshot.hits('etcd-fsync'), (hit) => subjectOfEtcdHit(snapshot, hit))) {
      const ordered = hits.toSorted((a, b) => (secondsOf(b) ?? 0) - (secondsOf(a) ?? 0));
      const [worst] = ordered;
      const { from } = spanOfHits(hits);
      const quotes = quotesOf(ordered);
      if (worst === undefined || quotes === undefined) continue;
      const count = countOf(hits);
      const seconds = secondsOf(worst) ?? CRITICAL;
      yield {
        subject,
        variant: 'log',
        severity: count >= SEVERAL || seconds >= LONG ? 'critical' : 'warning',
        message: `etcd waited ${spellDuration(seconds)} for its disk (${
          hits.length === 1
            ? 'slow fdatasync'
            : `${count} slow fdatasync, the worst; then ${ordered
                .slice(1, 3)
                .map((hit) => spellDuration(secondsOf(hit) ?? 0))
                .join(', ')}`
        }); it expects less than 1 s: the disk below the WAL is too slow or shared`,
        evidence: quotes,
        // The disk is still slow while the same member goes on to log slow requests.
        ...timing(snapshot, [
          ...hits,
          ...slowRequests.filter((hit) => sameMember(subjectOfEtcdHit(snapshot, hit), subject)),
        ]),
        ...(from === undefined ? {} : { since: from }),
      };
    }
    for (const process of processesWith(snapshot, `${FAMILY}_bucket`)) {
      const p99 = quantile(process, FAMILY, 0.99);
      if (p99 === undefined || p99.value <= GOOD) continue;
      yield {
        subject: etcdSubject(snapshot, process.node),
        variant: 'metrics',
        severity: p99.value > CRITICAL ? 'critical' : p99.value > WARNING ? 'warning' : 'info',
        ...(p99.recent ? {} : { confidence: 'medium' as const }),
        message: `etcd's WAL fsync takes up to ${spellDuration(p99.value)} (99th percentile of ${p99.count} flushes ${spanOf(p99)}; good disks stay below 10 ms)`,
        evidence: [p99.evidence],
      };
    }
  },
});

const sameMember = (a: Subject, b: Subject): boolean =>
  a.kind === b.kind && a.name === b.name && a.namespace === b.namespace && a.node === b.node;
