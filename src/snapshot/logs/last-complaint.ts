/** A few lines of a log that somebody pasted, of which no signature knows one: the error at their end is what they mean. */
import { oncePer } from '../../lib/once-per.ts';
import { parseLogLine } from '../../parsers/logs/line.ts';
import type { LogLevel } from '../../parsers/logs/line-parts.ts';
import { wordsOfPods } from '../../parsers/pod-name.ts';
import type { LogStream } from '../../parsers/records.ts';
import { unsteadyPods } from '../pods/steady.ts';
import { refOf, type Ref } from '../ref.ts';
import type { Snapshot } from '../snapshot.ts';
import { endsExcerpt, isExcerpt } from './hits.ts';
import { isFrame, lastWords, unstamped, type LastWords } from './last-words.ts';
import { podOfLog } from './log-owner.ts';

export interface LastComplaint {
  readonly log: LogStream;
  readonly words: LastWords;
}

/** The first line of a trace of Go. */
const GO = /^goroutine \d{1,12} \[/;
/** Signatures of what programs say when all goes well: they do not tell what a log is about. */
const MARKS = new Set(['app-fatal-line', 'leader-acquired', 'caches-synced']);

/**
 * Errors that are none of the program: two wrote an object at once, and the controller reads it again and goes on; a
 * client asked nginx for a file that is not there, and got its 404.
 */
const ORDINARY =
  /the object has been modified; please apply your changes|open\(\) "[^"]{1,300}" failed \(2: No such file or directory\), client: /;

/** Whether a signature knows what the log tells. */
export const isKnown = ({ hits }: LogStream): boolean => hits.some(({ signature }) => !MARKS.has(signature));

/** More texts are a bundle of a whole cluster, whose scripts and notes have errors of their own. */
const FEW = 5;

/** Whether a log, or a text of no known form among a few, is an excerpt that ends with an error, and with which. */
function complaintOf(snapshot: Snapshot, log: LogStream): LastWords | undefined {
  const { origin } = log;
  const unknown = log.class === 'text' && origin.command === undefined && snapshot.logs.length <= FEW;
  if ((log.class !== 'container' && !unknown) || isKnown(log)) return undefined;
  // Named by its file it is one of many logs; named by the command that was typed, it is what is meant.
  if (origin.pod !== undefined && origin.command === undefined) return undefined;
  const words = lastWords([log]);
  // What a pod says of itself is told with it; of another one it speaks as its controller does.
  if (podOfLog(snapshot, log) !== undefined && (words === undefined || othersIn(snapshot, log, words).length === 0))
    return undefined;
  if (words === undefined || words.grade === 1 || (unknown && words.grade !== 3) || ORDINARY.test(words.text))
    return undefined;
  const at = words.evidence.line ?? 0;
  // A command line that is not understood is followed by a page of help.
  const helped = log.tail.some(({ line, text }) => line > at && /^Usage(?: of \S{1,80})?:/.test(text));
  // Go prints a trace below the panic that ends the program, often longer than what came before.
  const traced =
    /^(?:panic|fatal error): /.test(words.text) && log.tail.some(({ line, text }) => line > at && GO.test(text));
  const below = log.tail.filter(({ line, text }) => line > at && text !== '');
  const framed = below.length > 0 && below.every(({ text }) => isFrame(text));
  if (!helped && !traced && !(framed && isExcerpt(log)) && !endsExcerpt(log, at)) return undefined;
  // A line that its program calls a warning is none, whatever words it has.
  const { level } = parseLogLine(words.evidence.text.split('\n', 1)[0] ?? '');
  if (words.grade === 2 && level !== undefined && level !== 'error' && level !== 'fatal') return undefined;
  // The log went on: a dated line below that is no error.
  const wentOn = log.tail.some((next) => {
    const parsed = next.line > at ? parseLogLine(next.text) : undefined;
    if (parsed === undefined || parsed.level === 'error' || parsed.level === 'fatal') return false;
    return parsed.time !== undefined || (parsed.level === 'info' && words.grade < 3);
  });
  return wentOn ? undefined : words;
}

/** All logs that end so, in bundle order. */
export const lastComplaints = oncePer((snapshot: Snapshot): readonly LastComplaint[] =>
  snapshot.logs.flatMap((log) => {
    const words = complaintOf(snapshot, log);
    return words === undefined ? [] : [{ log, words }];
  }),
);

/** By their program's own word, from the worst on. */
const LEVELS: readonly LogLevel[] = ['fatal', 'error', 'warning'];

/** What programs say when they got over what they complained of. */
const WELL = /\b(?:ready|started|serving|listening|connected|succeeded|successful(?:ly)?|recovered|up)\b/i;

/** The line that complains most, of those that complain alike the last. */
function loudestIn(log: LogStream): LastWords | undefined {
  const parsed = unstamped(log.tail).map((line) => ({ line, ...parseLogLine(line.text) }));
  for (const level of LEVELS) {
    const loudest = parsed.findLast(
      (one) => one.level === level && one.message.trim() !== '' && !ORDINARY.test(one.message),
    );
    if (loudest === undefined) continue;
    const { line, message } = loudest;
    const text = message.trim().slice(0, 400);
    return { text, evidence: { file: log.origin.file, line: line.line, text: line.text.trim() }, before: [], grade: 2 };
  }
  const words = lastWords([log]);
  return words?.grade === 3 ? words : undefined;
}

/** The same, when it stands in the later half of an excerpt, which does not say below that the program got over it. */
function lastingIn(log: LogStream): LastWords | undefined {
  const words = isExcerpt(log) ? loudestIn(log) : undefined;
  const at = words?.evidence.line ?? 0;
  if (words === undefined || !endsExcerpt(log, at)) return undefined;
  return log.tail.some(({ line, text }) => line > at && WELL.test(text)) ? undefined : words;
}

/**
 * What a bundle of nothing but a few short logs can be about, when no signature knows a line of them and none ends with
 * an error: the line that complains most. Programs that work well complain too, so it is a guess.
 */
export const guessedComplaint = oncePer((snapshot: Snapshot): LastComplaint | undefined => {
  const { logs } = snapshot;
  if (logs.length > FEW || logs.some(isKnown) || lastComplaints(snapshot).length > 0) return undefined;
  if (snapshot.has('pods') || snapshot.has('nodes')) return undefined;
  if (snapshot.list('events').some(({ type }) => type === 'Warning')) return undefined;
  const guesses = logs.flatMap((log) => {
    // Named by its file it is one of many logs; named by the command that was typed, it is what is meant.
    const isMeant = log.origin.pod === undefined || log.origin.command !== undefined;
    const words = isMeant && log.class !== 'kernel' ? lastingIn(log) : undefined;
    return words === undefined ? [] : [{ log, words }];
  });
  return guesses[0];
});

/** The pods that are not well which the end of another pod's log names. */
const othersIn = (snapshot: Snapshot, log: LogStream, { text }: LastWords): readonly Ref[] => {
  const own = podOfLog(snapshot, log)?.metadata.name;
  return podsIn(snapshot, text).filter(({ name }) => name !== own);
};

/** Pods which are not well that the words of a log name. */
export function podsIn(snapshot: Snapshot, text: string): readonly Ref[] {
  const words = wordsOfPods(text);
  if (words.length === 0) return [];
  return unsteadyPods(snapshot)
    .filter(({ metadata }) =>
      words.some(
        ({ name, namespace }) =>
          name === metadata.name &&
          (namespace === undefined || metadata.namespace === undefined || namespace === metadata.namespace),
      ),
    )
    .map((pod) => refOf(pod));
}
