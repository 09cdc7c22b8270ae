/** What several hits of signatures say together: how many, when, and whether it is over. */
import { isHistoric } from '../ages.ts';
import { headAndPlace } from '../../lib/excerpt.ts';
import { parseLogLine } from '../../parsers/logs/line.ts';
import type { Evidence, LogHit, LogLine, LogStream } from '../../parsers/records.ts';
import type { Subject } from '../../result.ts';
import { evidenceOf, placeOfWords } from '../quote.ts';
import { refTo, type Ref } from '../ref.ts';
import type { Snapshot } from '../snapshot.ts';

export const countOf = (hits: readonly LogHit[]): number => hits.reduce((sum, hit) => sum + hit.count, 0);

/**
 * Lines, HEUR: a text as short as this was cut out by somebody, around the lines that matter. How often a message
 * comes in it says nothing about how often it came.
 */
const EXCERPT_LINES = 40;

export const isExcerpt = (log: LogStream): boolean => log.lines <= EXCERPT_LINES;

/** True of a line in the later half of such a text: nothing shows that what it says has passed. */
export const endsExcerpt = (log: LogStream, line: number): boolean =>
  isExcerpt(log) && (line - log.origin.firstLine + 1) * 2 >= log.lines;

/**
 * How much the count of hits says: `enough` when they are as many as the trouble prints, `excerpt` when fewer stand in
 * short texts whose later half still has them, so that nothing shows that they passed; else `few`, a blip.
 */
export function weightOf(snapshot: Snapshot, hits: readonly LogHit[], least: number): 'enough' | 'excerpt' | 'few' {
  if (countOf(hits) >= least) return 'enough';
  // A message that varies comes as several hits: the last of them says whether it passed.
  const lastOf = new Map<string, number>();
  const placeOf = ({ origin }: LogHit): string => `${origin.file}\u0000${origin.firstLine}`;
  for (const hit of hits) lastOf.set(placeOf(hit), Math.max(hit.last.line, lastOf.get(placeOf(hit)) ?? 0));
  const unpassed = hits.every((hit) => {
    const log = snapshot.logs.find(
      ({ origin }) => origin.file === hit.origin.file && origin.firstLine === hit.origin.firstLine,
    );
    return log !== undefined && endsExcerpt(log, lastOf.get(placeOf(hit)) ?? 0);
  });
  return unpassed ? 'excerpt' : 'few';
}

/** First and last time of the hits, where the lines carry times. */
export function spanOfHits(hits: readonly LogHit[]): { readonly from?: number; readonly to?: number } {
  const times = hits.flatMap((hit) => [hit.first.time, hit.last.time]).filter((time) => time !== undefined);
  return times.length === 0 ? {} : { from: Math.min(...times), to: Math.max(...times) };
}

/** `since` and `state` of a finding that rests on log lines. */
export function timing(
  snapshot: Snapshot,
  hits: readonly LogHit[],
): { readonly since?: number; readonly state?: 'historic' } {
  const { from, to } = spanOfHits(hits);
  return {
    ...(from === undefined ? {} : { since: from }),
    ...(isHistoric(snapshot, to) || (hits.length > 0 && hits.every(({ origin }) => origin.overcome === true))
      ? { state: 'historic' as const }
      : {}),
  };
}

/**
 * True when what the hits say repeats at least every `seconds` while it lasts, and their logs went on without it for
 * longer than that. Where a log's last line is a hit, its silence up to the collection counts, if it is three times as
 * long: logs and clock may come from different minutes.
 */
export function fellSilent(snapshot: Snapshot, hits: readonly LogHit[], seconds: number): boolean {
  // A line without a time (a long one shows its middle only) stands between others that have one.
  const dated = hits.flatMap((hit) => (hit.last.time === undefined ? [] : [{ hit, last: hit.last.time }]));
  if (dated.length === 0) return hits.length > 0 && hits.every((hit) => wentOn(snapshot, hit) > seconds * 1000);
  return dated.every(({ hit, last }) => {
    const ends = logsOf(snapshot, hit).flatMap((log) => log.lastTime ?? []);
    if (ends.some((end) => end - last > seconds * 1000)) return true;
    return snapshot.now !== undefined && snapshot.now - last > 3 * seconds * 1000;
  });
}

const logsOf = (snapshot: Snapshot, { origin }: LogHit) =>
  snapshot.logs.filter((log) => log.origin.file === origin.file && log.origin.firstLine === origin.firstLine);

/** Lines without a year (klog, syslog) have times that can only be compared with each other: any year will do. */
const SOME_YEAR = { reference: Date.UTC(2001, 6, 1) };
const timeInYear = (text: string): number | undefined => parseLogLine(text, SOME_YEAR).time;

/** How much later (ms) one line was written than another of the same log; undefined where they do not say when. */
export function laterBy(line: LogLine, than: LogLine): number | undefined {
  if (line.time !== undefined && than.time !== undefined) return line.time - than.time;
  const [time, before] = [timeInYear(line.text), timeInYear(than.text)];
  return time === undefined || before === undefined ? undefined : time - before;
}

/** How long (ms) the log of a hit goes on behind it, by its own lines. */
export function wentOn(snapshot: Snapshot, hit: LogHit): number {
  const last = timeInYear(hit.last.text);
  const end = logsOf(snapshot, hit)
    .at(-1)
    ?.tail.flatMap((line) => timeInYear(line.text) ?? [])
    .at(-1);
  return last === undefined || end === undefined ? 0 : end - last;
}

/** Hits by whom they are about, in order of appearance. */
export function bySubject(
  hits: readonly LogHit[],
  subjectOf: (hit: LogHit) => Subject,
): readonly { readonly subject: Subject; readonly hits: readonly LogHit[] }[] {
  const out = new Map<string, { subject: Subject; hits: LogHit[] }>();
  for (const hit of hits) {
    const subject = subjectOf(hit);
    const key = `${subject.kind}\u0000${subject.namespace ?? ''}\u0000${subject.name}\u0000${subject.node ?? ''}`;
    const known = out.get(key);
    if (known === undefined) out.set(key, { subject, hits: [hit] });
    else known.hits.push(hit);
  }
  return [...out.values()];
}

/** Quotes of the hits in the order given; undefined without hits. */
export function quotesOf(hits: readonly LogHit[]): readonly [Evidence, ...Evidence[]] | undefined {
  const [first, ...rest] = hits;
  return first === undefined ? undefined : [...evidenceOf(first), ...rest.map((hit) => evidenceOf(hit)[0])];
}

/** Characters of a log line that a sentence can carry. */
const WORDS = 240;

/** Behind the time stamp that `kubectl logs --timestamps` or a runtime puts in front. */
const KLOG = /^[IWEF]\d{4} [\d:.]{8,18}\s{1,8}\d{1,8} [\w.-]{1,80}:\d{1,6}\] /;
const REASON = /"(?:error|err)":"([^"\\]{1,300})/;

/** Pieces of neighbouring lines that a sentence can carry. */
const PIECES = 4;

const matchesBeside = (hits: readonly LogHit[], nearby: RegExp): readonly RegExpExecArray[] =>
  hits
    .flatMap(({ first: { around } }) => [...(around?.after ?? []), ...(around?.before ?? [])])
    .map((line) => nearby.exec(line))
    .filter((match) => match !== null);

/** The pods that the lines round these hits name: groups `pod` and `namespace` of the pattern. */
export function podsBeside(snapshot: Snapshot, hits: readonly LogHit[], nearby: RegExp): readonly Ref[] {
  const named = new Map<string, Ref>();
  for (const { groups } of matchesBeside(hits, nearby)) {
    const name = groups?.['pod'];
    if (name === undefined) continue;
    // A table of events of one namespace leaves it out.
    const bare = snapshot
      .list('events')
      .some(({ involvedObject: about }) => about?.name === name && about.namespace === undefined);
    named.set(name, refTo('Pod', bare ? undefined : groups?.['namespace'], name));
  }
  return [...named.values()];
}

/** What the lines round these hits tell besides: the matches of the pattern, behind them first; empty when none does. */
export function besideHits(hits: readonly LogHit[], nearby: RegExp): string {
  const found = new Set(matchesBeside(hits, nearby).map(([text]) => text.trim()));
  return found.size === 0 ? '' : ` (${[...found].slice(0, PIECES).join(', ')})`;
}

/** What the first of these lines says that names something, without who said it and when. */
export function wordsOfHits(hits: readonly LogHit[]): string {
  const telling = hits.find(({ groups }) => Object.keys(groups).length > 0) ?? hits[0];
  const text = telling?.first.text ?? '';
  const { message } = parseLogLine(text);
  // Structured lines keep the reason beside the message.
  const reason = REASON.exec(text)?.[1];
  const said = (message === '' ? text : message).replace(KLOG, '').trim();
  const words = reason === undefined || said.includes(reason) ? said : `${said}: ${reason}`;
  // What the signature looks for may stand far behind the names of a structured line.
  return headAndPlace(words, placeOfWords(words, telling?.groups ?? {}), WORDS);
}
