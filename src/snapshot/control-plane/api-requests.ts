/** What clients asked the API server, counted: from audit logs, and those it rejected from the lines of its own log (`--v=3` and more). */
import { defined } from '../../lib/defined.ts';
import { groupBy } from '../../lib/group-by.ts';
import { oncePer } from '../../lib/once-per.ts';
import type { ApiRequests, LogHit } from '../../parsers/records.ts';
import { laterBy } from '../logs/hits.ts';
import type { Snapshot } from '../snapshot.ts';

/** Requests by client and kind, the most frequent ones of each log first. */
export const requestsInLogs = oncePer((snapshot: Snapshot): readonly ApiRequests[] => [
  ...snapshot.facts('apiRequests'),
  ...[...groupBy(snapshot.hits('api-request-rejected'), ({ origin }) => origin.file).values()].flatMap((hits) =>
    rejected(snapshot, hits),
  ),
]);

/** The lines of one log, all of them answered with 429. A hit is one client, verb and path. */
function rejected(snapshot: Snapshot, hits: readonly LogHit[]): readonly ApiRequests[] {
  const total = hits.reduce((sum, { count }) => sum + count, 0);
  const byRequest = groupBy(hits, ({ groups: { agent = '', verb = '', path = '' } }) =>
    [agent, verb, path].join('\u0000'),
  );
  return [...byRequest.values()].flatMap((same): ApiRequests[] => {
    const [first] = same;
    if (first === undefined) return [];
    const count = same.reduce((sum, hit) => sum + hit.count, 0);
    const spans = same.flatMap((hit) => laterBy(hit.last, first.first) ?? []);
    return [
      {
        source: snapshot.evidenceOf(first)[0],
        verb: first.groups['verb'] ?? '',
        resource: first.groups['path'] ?? '',
        count,
        rejected: count,
        total,
        ...defined({
          userAgent: first.groups['agent'],
          node: first.node,
          span: spans.length === 0 ? undefined : Math.max(...spans),
        }),
      },
    ];
  });
}
