/** What the checks on ends of logs share: excerpts that end with an error which no signature knows, and guesses. */
import { guessedComplaint, podsIn, type LastComplaint } from '../snapshot/logs/last-complaint.ts';
import type { LastWords } from '../snapshot/logs/last-words.ts';
import type { Evidence, LogStream } from '../parsers/records.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { FindingDraft } from './check.ts';

/** What the log of a pod ends with, as the end of a sentence; nothing where that is just its last line. */
export const endOfLog = (
  words: LastWords | undefined,
): { readonly words: string; readonly evidence: readonly Evidence[] } =>
  words === undefined || words.grade === 1
    ? { words: '', evidence: [] }
    : { words: `; its log ends with: ${words.text}`, evidence: [words.evidence, ...words.before] };

/** Lines that the log has behind the error. */
export const linesBehind = ({ log, words }: LastComplaint): number =>
  log.origin.firstLine + log.lines - 1 - (words.evidence.line ?? 0);

export function endDraft(snapshot: Snapshot, { log, words }: LastComplaint): FindingDraft {
  const subject = snapshot.subjectOfLog(log.origin, { node: undefined, program: log.origin.program });
  return {
    subject,
    message: `The log ends with: ${words.text}`,
    evidence: [words.evidence, ...words.before],
    related: podsIn(snapshot, words.text),
    // The name of a file is none that kubectl knows.
    ...(subject.kind === 'Log' ? { params: { name: 'POD' } } : {}),
  };
}

/** The line that complains most, when the bundle has nothing else and it stands in one of these logs. */
export function* guessDraft(snapshot: Snapshot, isOurs: (log: LogStream) => boolean): Iterable<FindingDraft> {
  const guess = guessedComplaint(snapshot);
  if (guess === undefined || !isOurs(guess.log)) return;
  yield {
    ...endDraft(snapshot, guess),
    guess: true,
    severity: 'info',
    confidence: 'low',
    title: 'No known pattern fits the log; this line complains most',
    message: `Nothing in the bundle is known to be wrong. What complains most: ${guess.words.text}`,
  };
}
