/** The frame of the checks on exit codes: one finding for each container whose last end a check has a word for. */
import type { Evidence } from '../../parsers/records.ts';
import type { Severity } from '../../result.ts';
import { containerSubject, describeContainer, type Termination } from '../../snapshot/pods/containers.ts';
import { crashes, lastWordsOfCrash, stateOf, type Crash, timeOfCrash } from '../../snapshot/pods/crashes.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { CheckContext, Confidence, FindingDraft } from '../check.ts';

/** A crash whose end is known. */
export type Ended = Crash & { readonly ended: Termination };

interface Verdict {
  /** What happened; the container stands before it. */
  readonly words: string;
  readonly variant?: string;
  readonly severity?: Severity;
  readonly confidence?: Confidence;
  /** The field that decides, when it is not the exit code. */
  readonly field?: 'reason';
  /** Quotes besides that field. */
  readonly evidence?: readonly Evidence[];
}

/** The same with the number of restarts and the decisive line of the log, when they are known. */
export function withAftermath(snapshot: Snapshot, crash: Ended, verdict: Verdict): Verdict {
  const last = lastWordsOfCrash(snapshot, crash);
  // Grade 1 is any last line: it need not have to do with the end.
  const log = last === undefined || last.grade === 1 ? undefined : last;
  return {
    ...verdict,
    words: `${verdict.words}${restartsOf(crash)}${log === undefined ? '' : `; its log ends with: ${log.text}`}`,
    evidence: [...(verdict.evidence ?? []), ...(log === undefined ? [] : [log.evidence, ...log.before])],
  };
}

/** `, 3 restarts`, or nothing. */
export function restartsOf({ restarts }: Crash): string {
  return restarts > 0 ? `, ${restarts} restart${restarts === 1 ? '' : 's'}` : '';
}

export function* exitFindings(
  { snapshot, now }: CheckContext,
  judge: (crash: Ended) => Verdict | undefined,
): Iterable<FindingDraft> {
  for (const crash of crashes(snapshot)) {
    const { container, ended } = crash;
    if (ended === undefined) continue;
    const verdict = judge({ ...crash, ended });
    if (verdict === undefined) continue;
    const { words, field = ended.exitCode === undefined ? undefined : 'exitCode', evidence = [], ...graded } = verdict;
    const state = stateOf(crash, now);
    yield {
      subject: containerSubject(snapshot, container),
      ...graded,
      message: `${describeContainer(container)} ${words}`,
      evidence: [snapshot.quote(container.pod, field === undefined ? ended.at : `${ended.at}/${field}`), ...evidence],
      params: { container: container.name },
      ...timeOfCrash(crash),
      ...(state === 'current' ? {} : { state }),
    };
  }
}
