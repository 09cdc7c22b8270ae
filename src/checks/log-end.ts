/** What the checks on ends of logs share: excerpts that end with an error which no signature knows. */
import { podsIn, type LastComplaint } from '../snapshot/logs/last-complaint.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { FindingDraft } from './check.ts';

/** Lines that the log has behind the error. */
export const linesBehind = ({ log, words }: LastComplaint): number =>
  log.origin.firstLine + log.lines - 1 - (words.evidence.line ?? 0);

export const endDraft = (snapshot: Snapshot, { log, words }: LastComplaint): FindingDraft => ({
  subject: snapshot.subjectOfLog(log.origin, { node: undefined, program: log.origin.program }),
  message: `The log ends with: ${words.text}`,
  evidence: [words.evidence, ...words.before],
  related: podsIn(snapshot, words.text),
});
