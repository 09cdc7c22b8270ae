import type { LogHit } from '../../parsers/records.ts';
import {
  bySubject,
  countOf,
  laterBy,
  quotesOf,
  timing,
  weightOf,
  wentOn,
  wordsOfHits,
} from '../../snapshot/logs/hits.ts';
import { isPast, isWriterWell, ledAfterwards } from '../../snapshot/logs/over.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { subjectOfHit } from '../signature-check.ts';
import { defineCheck } from '../check.ts';

/** Whoever loses its lease ends; an attempt that fails is repeated every few seconds. */
const LOST = /eader ?election lost|stopped leading|ailed to renew/i;

/** An answer: another member wrote the lock in between, and the next attempt seconds later sees that. */
const CONFLICT = /the object has been modified/;
const MINUTE_MS = 60_000;
const FEW = 3;

/** Conflicts alone, fewer than one a minute: no member fights for the lock. */
function isOrdinary(hits: readonly LogHit[]): boolean {
  if (!hits.every((hit) => CONFLICT.test(hit.first.text))) return false;
  const [first] = hits;
  const spans = hits.flatMap(({ last }) => (first === undefined ? [] : (laterBy(last, first.first) ?? [])));
  return spans.length === 0 || countOf(hits) < FEW + Math.max(...spans) / MINUTE_MS;
}

/** Whoever lost its lease half an hour ago and is ready has it back, s. */
const PAST_S = 1800;
/** Attempts are seconds apart (RetryPeriod: 2 s, cert-manager 15 s), s with room. */
const RETRY_S = 120;

export default defineCheck({
  id: 'leader-election-lost',
  layer: 4,
  title: 'The controllers keep their leadership',
  failureTitle: 'A controller lost its leadership and restarted',
  why: 'It could not renew its lease within ten seconds. The API server or etcd was slow or unreachable at that time.',
  fix: [
    "Look at the API server and at etcd's disk latency at the same time; the controller itself is rarely to blame.",
  ],
  next: ['kubectl get leases -n kube-system', 'etcdctl endpoint status --cluster -w table'],
  severity: 'warning',
  confidence: 'high',
  needsAny: ['containerLogs', 'hostLogs'],
  reads: ['leader-election-lost', 'leader-acquired'],
  *run(_facts, { snapshot }) {
    const all = snapshot.hits('leader-election-lost');
    for (const { subject, hits } of bySubject(all, (hit) => subjectOfHit(hit, snapshot))) {
      const lost = hits.filter((hit) => LOST.test(hit.first.text));
      // What ended it first: each attempt before it is one of many.
      const quotes = quotesOf([...lost, ...hits.filter((hit) => !lost.includes(hit))]);
      if (quotes === undefined) continue;
      const count = countOf(hits);
      const over =
        hits.every((hit) => isGotOver(snapshot, hit)) ||
        isPast(snapshot, hits, PAST_S) ||
        (lost.length === 0 &&
          (isPast(snapshot, hits, RETRY_S) ||
            // Whoever loses its lease ends: a log that goes on longer than attempts are apart is that of one who kept it.
            hits.every((hit) => ledAfterwards(snapshot, hit) || wentOn(snapshot, hit) > RETRY_S * 1000)));
      const contested = lost.length === 0 && hits.every((hit) => CONFLICT.test(hit.first.text));
      yield {
        subject,
        ...(contested ? { title: 'Several members write one leader lock in turn' } : {}),
        ...(weightOf(snapshot, hits, 1) === 'few' || isOrdinary(hits) ? { severity: 'info' as const } : {}),
        ...(contested
          ? {
              fix: [
                'Find the other process that writes this lock: a second installation of the program, or a second machine of the same name (before Kubernetes 1.9 the name of the host alone was the identity); give each its own name or lock.',
              ],
            }
          : {}),
        message: `${contested ? 'Another member with the same lock, or the same identity (hostname), writes it in between' : lost.length === 0 ? 'A controller cannot reach its lease' : 'A controller lost its leadership and restarted'}${count > 1 ? ` (${count} lines)` : ''}: ${wordsOfHits(lost.length === 0 ? hits : lost)}`,
        evidence: quotes,
        ...timing(snapshot, hits),
        ...(over ? { state: 'recovered' as const } : {}),
      };
    }
  },
});

/**
 * Said by the run before the last restart of a container that is ready now, or while the lease was asked for that it
 * got further down.
 */
const isGotOver = (snapshot: Snapshot, hit: LogHit): boolean =>
  hit.origin.previous === true && hit.class === 'container'
    ? isWriterWell(snapshot, hit)
    : !LOST.test(hit.first.text) && ledAfterwards(snapshot, hit);
