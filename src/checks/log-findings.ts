/**
 * What the checks on application logs share: whom a hit is about, whether it still matters, and one finding for each
 * subject. A line counts in full while its container fails; a line that a ready container keeps writing counts as the
 * check says; what a ready container wrote once, mostly while starting, is past.
 */
import { headAndTail } from '../lib/excerpt.ts';
import { oncePer } from '../lib/once-per.ts';
import type { Evidence, LogHit, LogLine, LogStream } from '../parsers/records.ts';
import { parseLogLine } from '../parsers/logs/line.ts';
import type { Subject } from '../result.ts';
import { ageOf } from '../snapshot/ages.ts';
import { containersOf, isLooping, lastTermination } from '../snapshot/pods/containers.ts';
import type { Pod } from '../snapshot/kinds/index.ts';
import { endsExcerpt, isExcerpt } from '../snapshot/logs/hits.ts';
import { isFrame, lastWords, unstamped } from '../snapshot/logs/last-words.ts';
import { podOfLog, subjectOfLogHit } from '../snapshot/logs/log-owner.ts';
import { isOfApplication } from '../snapshot/logs/program-layers.ts';
import { timeOf } from '../snapshot/nodes/node-health.ts';
import { wasMadeGood } from '../snapshot/pods/failed-pods.ts';
import { isWell } from '../snapshot/pods/pods-seen.ts';
import { evidenceOf } from '../snapshot/quote.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { FindingDraft } from './check.ts';

/** failing: the container crashes or is not ready; ongoing: it is ready and goes on saying so; past: neither. */
export type Grade = 'failing' | 'ongoing' | 'past';

/** A line this near (ms) to the end of the collection is still being written. */
const RECENT = 600_000;
/** Once or twice may be a blip. */
const RECURRING = 3;
/** A restart longer ago (ms) is history. */
const RESTARTED = 3_600_000;
/** A container that runs for this many of the pauses between its restarts has come to rest (HEUR). */
const RESTART_PAUSES = 3;
/** A log that went on without a line for this many of its usual pauses, and this long (ms), says that it is over (HEUR). */
const PAUSES = 10;
const QUIET = 10_000;

const streams = oncePer((snapshot: Snapshot): ReadonlyMap<LogHit, LogStream> => {
  const out = new Map<LogHit, LogStream>();
  for (const log of snapshot.logs) for (const hit of log.hits) out.set(hit, log);
  return out;
});

const containersMeant = (pod: Pod, container: string | undefined) =>
  containersOf(pod).filter((c) => container === undefined || c.name === container || c.name === '');

/** It does not run: it loops, waits, or ended with an error. */
function fails(pod: Pod, container: string | undefined): boolean {
  const mine = containersMeant(pod, container);
  if (mine.some((c) => isLooping(c) || c.status?.state?.waiting !== undefined)) return true;
  // A finished Job's pod that failed.
  return mine.some((c) => c.status?.state?.terminated !== undefined && (lastTermination(c)?.exitCode ?? 1) !== 0);
}

/** It runs and is not ready. */
const isUnready = (pod: Pod, container: string | undefined): boolean =>
  containersMeant(pod, container).some(
    (c) => c.role !== 'init' && c.status?.ready === false && c.status.state?.running !== undefined,
  );

/** An excerpt ends with the hit that was pasted without a name, or of the pod that somebody typed. */
const isExcerptEndingWith = (hit: LogHit, log: LogStream): boolean =>
  (log.origin.pod === undefined || log.origin.command !== undefined) && endsExcerpt(log, hit.last.line);

/** Restarted several times, the last time within the hour, and not longer ago than some of its usual pauses. */
function keepsRestarting(snapshot: Snapshot, pod: Pod, container: string | undefined): boolean {
  return containersMeant(pod, container).some((c) => {
    const restarts = c.status?.restartCount ?? 0;
    if (restarts < RECURRING) return false;
    const ended = lastTermination(c);
    const age =
      ended?.finishedAt !== undefined && snapshot.now !== undefined
        ? snapshot.now - ended.finishedAt
        : (ended?.finishedAgo ?? Number.POSITIVE_INFINITY) * 1000;
    const life = ageOf(snapshot, pod);
    const pause = life === undefined ? Number.POSITIVE_INFINITY : (life - age) / restarts;
    return age <= Math.min(RESTARTED, RESTART_PAUSES * pause);
  });
}

/** True when the line kept coming, then stopped, while its log went on: what a start in the wrong order leaves behind. */
function ceased(hit: LogHit, log: LogStream | undefined): boolean {
  const { time: from } = hit.first;
  const { time: to } = hit.last;
  if (from === undefined || to === undefined || log?.lastTime === undefined || hit.count < RECURRING) return false;
  return log.lastTime - to > Math.max(QUIET, (PAUSES * (to - from)) / (hit.count - 1));
}

/** What programs also print of files and settings that they can do without. */
const BY_THE_WAY: ReadonlySet<string> = new Set([
  'app-config-missing',
  'app-config-file-missing',
  'app-permission-denied',
  'app-config-unreadable',
]);

/**
 * A line that its program does not call an error, in a log that ends with one further down: what the program did
 * without is not what it ended of.
 */
function isOutdone(hit: LogHit, log: LogStream | undefined): boolean {
  if (log === undefined || !BY_THE_WAY.has(hit.signature)) return false;
  const { level } = parseLogLine(hit.last.text);
  if (level === 'error' || level === 'fatal') return false;
  const words = lastWords([log]);
  const end = words?.evidence.line;
  return words?.grade === 3 && end !== undefined && end > hit.last.line && !words.evidence.text.includes(hit.last.text);
}

/** Lines below a hit that do not take it back: what a script still lists. */
const FEW_BELOW = 3;
const endsWith = (hit: LogHit, log: LogStream): boolean =>
  log.lines - (hit.last.line - log.origin.firstLine + 1) <= FEW_BELOW;

/** All pods that the bundle shows are ready or done, and there are some. */
const isAllWell = oncePer((snapshot: Snapshot): boolean => {
  const pods = snapshot.list('pods');
  return pods.length > 0 && pods.every(isWell);
});

/** What programs say when they are up, or when what they waited for is. */
const UP = ['app-started', 'app-dependency-came'];

/** The program says so further down, and its pod is well, or, where nobody says whose log it is, all pods are. */
function cameUp(snapshot: Snapshot, { origin, last }: LogHit, pod: Pod | undefined): boolean {
  return (
    (pod === undefined ? isAllWell(snapshot) : isWell(pod)) &&
    UP.flatMap((signature) => snapshot.hits(signature)).some(
      (up) => up.origin.file === origin.file && up.origin.firstLine === origin.firstLine && up.last.line > last.line,
    )
  );
}

/** A program that is at fault says so this near (ms, HEUR) before its pod is taken out of service. */
const BEFOREHAND = 300_000;

/**
 * Said well before the pod stopped being ready, and never again in a log that went on since: a retry of earlier, not
 * what keeps it from being ready now.
 */
function precedes(hit: LogHit, log: LogStream | undefined, pod: Pod): boolean {
  const ready = pod.status?.conditions?.find(({ type }) => type === 'Ready');
  const since = ready?.status === 'False' ? timeOf(ready.lastTransitionTime) : undefined;
  const { time } = hit.last;
  if (since === undefined || time === undefined || log?.lastTime === undefined) return false;
  return time < since - BEFOREHAND && log.lastTime > since;
}

export function gradeOf(snapshot: Snapshot, hit: LogHit, pod: Pod | undefined): Grade {
  const log = streams(snapshot).get(hit);
  if (pod !== undefined && wasMadeGood(snapshot, pod)) return 'past';
  if (pod !== undefined && fails(pod, hit.origin.container)) return isOutdone(hit, log) ? 'ongoing' : 'failing';
  if (pod !== undefined && isUnready(pod, hit.origin.container) && !ceased(hit, log) && !precedes(hit, log, pod))
    return 'failing';
  if (cameUp(snapshot, hit, pod)) return 'past';
  const last = hit.last.time;
  const end = Math.max(log?.lastTime ?? 0, snapshot.now ?? 0);
  const recurs = hit.count >= RECURRING;
  const known =
    pod !== undefined && (isWell(pod) || pod.status?.phase === 'Running' || pod.status?.phase === 'Succeeded');
  if (!known) {
    // Somebody chose to paste this log: what it says near its end is what hurts.
    const fromEnd = log === undefined ? 0 : log.lines - hit.last.line + log.origin.firstLine;
    return fromEnd <= 60 || (last !== undefined && end - last <= RECENT) ? 'failing' : 'past';
  }
  // A script may go on past its errors and end well: what the log ends with that somebody asked for is what is meant.
  if (pod.status?.phase === 'Succeeded')
    return log?.origin.command !== undefined && isExcerpt(log) && endsWith(hit, log) ? 'ongoing' : 'past';
  // What the run before the last restart said explains it, as long as restarts go on.
  if (hit.origin.previous === true) return keepsRestarting(snapshot, pod, hit.origin.container) ? 'ongoing' : 'past';
  const recent = last === undefined || end - last <= RECENT;
  if (recurs) return recent && !ceased(hit, log) ? 'ongoing' : 'past';
  // A text that holds nothing else was cut out for it.
  if (log !== undefined && hit.count > 1 && log.lines === hit.count) return 'ongoing';
  // A few lines that somebody cut out and that end with it: nothing shows that it passed.
  return log !== undefined && isExcerptEndingWith(hit, log) ? 'ongoing' : 'past';
}

/** Lines below that finish a sentence: parsers of YAML and schemas list what is wrong, one to a line. */
const MOST_BELOW = 3;

/** What a line says, with the lines below that belong to it: behind a colon, or indented below one that has a time or level. */
function continued({ text, around }: LogLine): string {
  const own = parseLogLine(text);
  const dated = own.time !== undefined || own.level !== undefined;
  const out = [own.message.trim()];
  const below = (around?.after ?? []).map((line) => ({ text: line }));
  for (const { text: line } of unstamped([{ text }, ...below]).slice(1, 1 + MOST_BELOW)) {
    const parsed = parseLogLine(line);
    const open = out.at(-1)?.endsWith(':') === true;
    if (!open && !dated && out.length === 1) break;
    if (line.trim() === '' || isFrame(line) || parsed.time !== undefined || parsed.level !== undefined) break;
    if (!open && !/^\s/.test(line)) break;
    out.push(line.trim());
  }
  return out.join(' ');
}

/** What Node prints of an error below its trace: `  code: 'EACCES',`. */
const PROPERTY = /^\s{1,8}(?:code|errno|syscall|address|port|path): /;

export interface GradedHits {
  readonly subject: Subject;
  readonly pod: Pod | undefined;
  readonly hits: readonly LogHit[];
  /** The worst of its hits. */
  readonly grade: Grade;
  readonly count: number;
  /** The line that says it, without prefixes: of the last run, the latest. */
  readonly line: string;
  readonly evidence: readonly [Evidence, ...Evidence[]];
  readonly since: number | undefined;
}

const ORDER: readonly Grade[] = ['failing', 'ongoing', 'past'];
const worst = (grades: readonly Grade[]): Grade => ORDER.find((grade) => grades.includes(grade)) ?? 'past';

/** Hits of some signatures by subject and, if wanted, by a further key (the address they name). */
export function gradedHits(
  snapshot: Snapshot,
  signatures: readonly string[],
  keyOf: (hit: LogHit) => string | undefined = () => '',
): readonly GradedHits[] {
  const groups = new Map<string, { subject: Subject; pod: Pod | undefined; hits: LogHit[] }>();
  for (const signature of signatures)
    for (const hit of snapshot.hits(signature)) {
      if (!isOfApplication(hit)) continue;
      const key = keyOf(hit);
      if (key === undefined) continue;
      const pod = podOfLog(snapshot, hit);
      const subject = subjectOfLogHit(snapshot, hit);
      const at = [subject.kind, subject.namespace, subject.name, subject.container, key].join('\u0000');
      const known = groups.get(at);
      if (known === undefined) groups.set(at, { subject, pod, hits: [hit] });
      else known.hits.push(hit);
    }
  return [...groups.values()].flatMap(({ subject, pod, hits }) => {
    const graded = hits.map((hit) => ({ hit, grade: gradeOf(snapshot, hit, pod) }));
    const grade = worst(graded.map((one) => one.grade));
    const telling = graded.filter((one) => one.grade === grade).map((one) => one.hit);
    // Of one log the last line is nearest to the end that it explains; a property of an error only repeats it.
    const best = telling.toSorted(
      (a, b) =>
        Number(PROPERTY.test(a.last.text)) - Number(PROPERTY.test(b.last.text)) ||
        b.count - a.count ||
        (grade === 'failing' && a.origin.file === b.origin.file ? b.last.line - a.last.line : 0),
    )[0];
    if (best === undefined) return [];
    const [first, ...rest] = [best, ...telling.filter((hit) => hit !== best)].flatMap((hit) => evidenceOf(hit));
    if (first === undefined) return [];
    const times = telling.flatMap((hit) => hit.first.time ?? []);
    return [
      {
        subject,
        pod,
        hits: telling,
        grade,
        count: telling.reduce((sum, hit) => sum + hit.count, 0),
        line: headAndTail(continued(best.last), 400),
        evidence: [first, ...rest] as const,
        since: times.length === 0 ? undefined : Math.min(...times),
      },
    ];
  });
}

/** The finding on graded hits; `words` gives the message and whatever the check knows better. */
export function logFinding(
  hits: GradedHits,
  severity: { readonly failing: FindingDraft['severity']; readonly ongoing: FindingDraft['severity'] },
  words: Partial<FindingDraft> & { readonly message: string },
): FindingDraft {
  const level = hits.grade === 'failing' ? severity.failing : hits.grade === 'ongoing' ? severity.ongoing : 'info';
  return {
    subject: hits.subject,
    evidence: hits.evidence,
    ...(level === undefined ? {} : { severity: level }),
    ...(hits.since === undefined ? {} : { since: hits.since }),
    // The name of a file is none that kubectl knows.
    ...(hits.subject.kind === 'Log' ? { params: { name: 'POD' } } : {}),
    ...(hits.grade === 'past' ? { state: 'recovered' as const } : {}),
    ...words,
  };
}

/** Who says it, for messages: `container app of web-1`; `a program` where nobody says whose log it is. */
export function speaker(hits: GradedHits): string {
  const { subject } = hits;
  const name = subject.workload?.name ?? subject.name;
  if (subject.kind === 'Log') return 'a program';
  return subject.container === undefined ? name : `container ${subject.container} of ${name}`;
}

/** `, 12 times`, or nothing for one. */
export const times = (count: number): string => (count > 1 ? `, ${count} times` : '');
