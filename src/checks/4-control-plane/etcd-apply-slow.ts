import { spellDuration } from '../../lib/duration.ts';
import { etcdSubject, secondsOf, subjectOfEtcdHit } from '../../snapshot/control-plane/etcd.ts';
import { objectLimit } from '../../snapshot/control-plane/object-limits.ts';
import type { LogHit } from '../../parsers/records.ts';
import { bySubject, countOf, quotesOf, spanOfHits, timing, weightOf } from '../../snapshot/logs/hits.ts';
import { isPast } from '../../snapshot/logs/over.ts';
import { counter, gauge, perHour, processesWith } from '../../snapshot/metrics.ts';
import { defineCheck } from '../check.ts';

/** etcd warns from 100 ms. A second is felt by every client; ten a minute are no hiccups (catalogue). */
const SLOW = 1;
const PER_MINUTE = 10;
/** So many of all applied proposals are more than hiccups (ours). */
const SHARE = 0.01;
/** Requests of over a second: one may be a hiccup (ours). */
const SEVERAL = 3;
/** A disk that is slow now is slow for some request within minutes, s. */
const PAST_S = 300;
/** A burst shorter than a minute counts as one. */
const MINUTE = 60_000;
/** A start or one large read makes several slow requests at once; those of this many ms are not one. */
const FEW_SECONDS_MS = 2_000;
const KEY = /"?key:\\?"(\/registry\/[^/"\\]{1,80})|(\/registry\/[^/"\\\s]{1,80})/;

/** What a read found: the keys, and how many of them there are. */
const RANGE = /key:\\?"\/registry\/(?<path>[^"\\]{1,200}?)\/?\\?".{0,400}?range_response_count:(?<count>\d{1,12})/;

/** `/registry/reports.example/reports`, `/registry/secrets/shop`: the resource as the API server calls it. */
function resourceOf(path: string): string {
  const [first = '', second] = path.split('/');
  return first.includes('.') && second !== undefined ? `${second}.${first}` : first;
}

/** Reads that found more objects of a kind than a cluster bears, in words. */
function tooMany(hits: readonly LogHit[]): string | undefined {
  for (const { first } of hits) {
    const { path = '', count } = RANGE.exec(first.text)?.groups ?? {};
    const limit = objectLimit(resourceOf(path));
    if (limit !== undefined && Number(count) > limit)
      return `; one read found ${count} ${resourceOf(path)}, of which more than ${limit} make every list slow: etcd and the API server hold each list in memory as a whole`;
  }
  return undefined;
}

export default defineCheck({
  id: 'etcd-apply-slow',
  layer: 4,
  title: 'etcd answers its requests in time',
  failureTitle: 'etcd takes too long to answer requests',
  why: 'etcd warns when a request takes longer than 100 ms. Single ones are normal on shared disks; many, or some of seconds, mean a slow disk, expensive lists, or no CPU.',
  fix: [
    'Look at the disk below etcd first (fsync), then at clients that list everything without paging, then at the size of the database (compact and defragment)',
  ],
  next: ['etcdctl endpoint status --cluster -w table', 'iostat -x 1 10'],
  severity: 'warning',
  confidence: 'medium',
  needsAny: ['metrics', 'containerLogs', 'hostLogs'],
  reads: ['etcd-apply'],
  *run(_facts, { snapshot, now }) {
    const groups = bySubject(snapshot.hits('etcd-apply'), (hit) => subjectOfEtcdHit(snapshot, hit));
    for (const { subject, hits } of groups) {
      const ordered = hits.toSorted((a, b) => (secondsOf(b) ?? 0) - (secondsOf(a) ?? 0));
      const [worst] = ordered;
      const quotes = quotesOf(ordered);
      if (worst === undefined || quotes === undefined) continue;
      const count = countOf(hits);
      const seconds = secondsOf(worst);
      const { from, to } = spanOfHits(hits);
      const minutes = from === undefined || to === undefined ? undefined : Math.max(1, (to - from) / MINUTE);
      const many = minutes !== undefined && count / minutes > PER_MINUTE;
      // An excerpt of seconds that ends with them: nothing shows that it was a burst.
      const lasting =
        !many &&
        from !== undefined &&
        to !== undefined &&
        to - from >= FEW_SECONDS_MS &&
        count >= SEVERAL &&
        (count - 1) / ((to - from) / MINUTE) > PER_MINUTE &&
        weightOf(snapshot, hits, PER_MINUTE) === 'excerpt';
      const slow = hits.filter((hit) => (secondsOf(hit) ?? 0) >= SLOW);
      const key = KEY.exec(worst.first.text);
      const prefix = key?.[1] ?? key?.[2];
      const crowd = tooMany(hits);
      yield {
        subject,
        ...(crowd === undefined
          ? {}
          : {
              variant: 'crowd',
              title: 'etcd reads a kind of which there are far too many objects',
              fix: ['Find who makes these objects and does not delete them, stop it, and delete them in portions'],
            }),
        severity: slow.length >= SEVERAL ? 'critical' : slow.length > 0 || many || lasting ? 'warning' : 'info',
        ...(lasting && slow.length === 0 ? { confidence: 'low' as const } : {}),
        message:
          `${count} ${count === 1 ? 'request' : 'requests'} to etcd took longer than 100 ms` +
          (seconds === undefined
            ? ''
            : `, the slowest ${spellDuration(seconds)}${prefix === undefined ? '' : ` (${prefix})`}`) +
          (crowd ?? '') +
          (minutes === undefined || minutes < 2 ? '' : `, over ${Math.round(minutes)} min`),
        evidence: quotes,
        ...timing(snapshot, hits),
        // Starting programs list everything at once.
        ...(slow.length === 0 && isPast(snapshot, hits, PAST_S) ? { state: 'recovered' as const } : {}),
      };
    }
    if (groups.length > 0) return;
    for (const process of processesWith(snapshot, 'etcd_server_slow_apply_total')) {
      const slow = counter(process, 'etcd_server_slow_apply_total');
      if (slow === undefined || slow.value < 1) continue;
      const applied = gauge(process, 'etcd_server_proposals_applied_total')?.value;
      const lasting = slow.recent
        ? slow.value >= PER_MINUTE
        : (perHour(process, slow, now) ?? 0) > 60 * PER_MINUTE ||
          (applied !== undefined && slow.value / applied > SHARE);
      yield {
        subject: etcdSubject(snapshot, process.node),
        // Since its start a member has always been slow a few times.
        severity: lasting ? 'warning' : 'info',
        message: `etcd counted ${slow.value} requests that took longer than 100 ms ${slow.recent ? 'between two scrapes' : 'since it started'}`,
        evidence: [slow.evidence],
      };
    }
  },
});
