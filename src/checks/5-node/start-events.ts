/** Checks of one cause that events of pods or lines of a daemon's journal tell, one finding for each pod or machine. */
import { groupBy } from '../../lib/group-by.ts';
import type { LogHit } from '../../parsers/records.ts';
import type { Subject } from '../../result.ts';
import { bySubject, countOf, timing } from '../../snapshot/logs/hits.ts';
import { podOfKubeletLine } from '../../snapshot/logs/kubelet-lines.ts';
import { podFailures } from '../../snapshot/pods/pod-events.ts';
import { evidenceIn } from '../../snapshot/quote.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { subjectOfHit } from '../signature-check.ts';
import type { FindingDraft } from '../check.ts';

interface Told {
  readonly reasons: readonly string[];
  readonly pattern: RegExp;
  readonly signature: string | readonly string[];
  /** Fewer lines of a journal than this are told as information. */
  readonly atLeast?: number;
  readonly variant?: (groups: Readonly<Record<string, string | undefined>>) => string | undefined;
  /** One sentence from the pattern's or the signature's groups. */
  readonly message: (groups: Readonly<Record<string, string | undefined>>, who: string) => string;
}

/** Findings from pod events; the journal speaks only where no event does, since it repeats them. */
export function* toldFindings(snapshot: Snapshot, told: Told): Iterable<FindingDraft> {
  let events = false;
  for (const failure of podFailures(snapshot, told.reasons, told.pattern)) {
    events = true;
    const groups = failure.match.groups ?? {};
    const variant = told.variant?.(groups);
    yield {
      subject: failure.seen.subject(),
      message: `${told.message(groups, `pod ${failure.seen.ref.name}${failure.node === undefined ? '' : ` on ${failure.node}`}`)}${failure.count > 1 ? ` (${failure.count} times)` : ''}`,
      evidence: [snapshot.quoteEvent(failure.event)],
      state: failure.state,
      ...(variant === undefined ? {} : { variant }),
      ...(failure.node === undefined ? {} : { related: [{ kind: 'Node', name: failure.node }] }),
      ...(failure.since === undefined ? {} : { since: failure.since }),
    };
  }
  if (events) return;
  const hits = [told.signature].flat().flatMap((id) => snapshot.hits(id));
  for (const group of bySubject(hits, (hit) => subjectOfHit(hit, snapshot)))
    for (const [variant, alike] of groupBy(group.hits, ({ groups }) => told.variant?.(groups) ?? ''))
      yield* saidInJournal(snapshot, told, group.subject, alike, variant);
}

/** What a journal says of one subject. The last line says most: what was tried first may have been overcome. */
function* saidInJournal(
  snapshot: Snapshot,
  { message, atLeast = 1 }: Told,
  subject: Subject,
  hits: readonly LogHit[],
  variant: string,
): Iterable<FindingDraft> {
  const last = hits.at(-1);
  const evidence = evidenceIn(hits.flatMap((hit) => snapshot.evidenceOf(hit)));
  if (last === undefined || evidence === undefined) return;
  const pod = subject.kind === 'Node' ? podOfKubeletLine(snapshot, last) : undefined;
  const who = pod === undefined ? `${subject.kind} ${subject.name}` : `pod ${pod.name} on ${subject.name}`;
  yield {
    subject,
    message: message(last.groups, who),
    evidence,
    ...(variant === '' ? {} : { variant }),
    ...(countOf(hits) < atLeast ? { severity: 'info' as const } : {}),
    ...timing(snapshot, hits),
  };
}

/** Reasons of events when a sandbox or a container cannot be made. */
export const START_REASONS = ['FailedCreatePodSandBox', 'Failed', 'FailedStart', 'FailedSync', 'BackOff'] as const;
