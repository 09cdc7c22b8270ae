/** Checks of one cause that events of pods or lines of a daemon's journal tell, one finding for each pod or machine. */
import { subjectOfHit } from '../signature-check.ts';
import { podOfKubeletLine } from '../../snapshot/logs/kubelet-lines.ts';
import { podFailures } from '../../snapshot/pods/pod-events.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
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
  const seen = new Map<string, FindingDraft>();
  const counts = new Map<string, number>();
  for (const hit of [told.signature].flat().flatMap((id) => snapshot.hits(id))) {
    const subject = subjectOfHit(hit, snapshot);
    const pod = subject.kind === 'Node' ? podOfKubeletLine(snapshot, hit) : undefined;
    const groups: Readonly<Record<string, string | undefined>> = hit.groups;
    const variant = told.variant?.(groups);
    const key = `${subject.kind}\u0000${subject.namespace ?? ''}\u0000${subject.name}\u0000${variant ?? ''}`;
    const known = seen.get(key);
    const count = (counts.get(key) ?? 0) + hit.count;
    counts.set(key, count);
    seen.set(key, {
      subject,
      message: told.message(
        groups,
        pod === undefined ? `${subject.kind} ${subject.name}` : `pod ${pod.name} on ${subject.name}`,
      ),
      evidence: known === undefined ? snapshot.evidenceOf(hit) : [...known.evidence, ...snapshot.evidenceOf(hit)],
      ...(variant === undefined ? {} : { variant }),
      ...(count < (told.atLeast ?? 1) ? { severity: 'info' as const } : {}),
      ...(hit.first.time === undefined ? {} : { since: hit.first.time }),
    });
  }
  yield* seen.values();
}

/** Reasons of events when a sandbox or a container cannot be made. */
export const START_REASONS = ['FailedCreatePodSandBox', 'Failed', 'FailedStart', 'FailedSync', 'BackOff'] as const;
