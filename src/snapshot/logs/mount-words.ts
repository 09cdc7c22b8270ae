/** What mount(8) and its kin said, in a log: the kubelet and CSI drivers pass on only its exit status. */
import type { LogHit } from '../../parsers/records.ts';
import type { Snapshot } from '../snapshot.ts';

/** Signature of the lines in which mount(8), mkfs or fsck speak. */
export const MOUNT_WORDS = 'mount-words';
/** Signature of the lines with which the kubelet gives up. */
export const MOUNT_FAILED = 'volume-mount-failed-log';

/** Lines between what mount(8) said and the line of the program that started it, HEUR: its message has at most a dozen. */
const NEAR = 20;

const sameFile = (a: LogHit, b: LogHit): boolean => a.origin.file === b.origin.file;

/** What was said of this volume: in a line that names it, or in those just before the line that gives it up. */
export function mountWordsOf(snapshot: Snapshot, volume: string, given: LogHit | undefined): LogHit | undefined {
  const said = snapshot.hits(MOUNT_WORDS);
  const named = volume === '' ? undefined : said.findLast(({ first }) => first.text.includes(volume));
  if (named !== undefined || given === undefined) return named;
  return said.findLast((hit) => {
    const before = given.first.line - hit.first.line;
    return sameFile(hit, given) && before >= 0 && before <= NEAR;
  });
}

/** The line, just below a hit, in which the kubelet says which volume of which pod it was. */
export function givenUpBelow(snapshot: Snapshot, hit: LogHit): LogHit | undefined {
  return snapshot.hits(MOUNT_FAILED).find((given) => {
    const behind = given.first.line - hit.first.line;
    return sameFile(hit, given) && behind >= 0 && behind <= NEAR && given.groups['volume'] !== undefined;
  });
}
