/** The times of a stream: read from its own lines, or completed with a year that came from elsewhere. */
import { parseTimestamp } from '../../lib/timestamp.ts';
import type { LogHit, LogLine, LogStream } from '../records.ts';
import { parseLogLine } from './line.ts';

/** `-- Logs begin at Wed 2017-02-08 15:18:00 CET, end at Tue 2017-09-19 09:12:59 CEST. --`; "Journal begins" since v248. */
const JOURNAL_HEADER =
  /^-- (?:Logs begin|Journal begins) at [^,;]{10,60}[,;] ends? at ((?:[A-Z][a-z]{2} )?\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [A-Z]{1,5})\.? --/;

/** An instant near the stream's lines, told by a line with a full date; the last such line wins. */
export function referenceIn(texts: readonly string[]): number | undefined {
  for (const text of texts.toReversed()) {
    const header = JOURNAL_HEADER.exec(text);
    const time = header === null ? parseLogLine(text).time : parseTimestamp(header[1]!);
    if (time !== undefined) return time;
  }
  return undefined;
}

function dated<L extends LogLine>(line: L, reference: number | undefined): L {
  if (line.time !== undefined) return line;
  const { time } = parseLogLine(line.text, reference === undefined ? {} : { reference });
  return time === undefined ? line : { ...line, time };
}

/** Fewer dated lines may stand in any order by chance. */
const ENOUGH = 3;

/** `journalctl -r`, as some collectors call it: each line is no younger than the one above it. */
function isNewestFirst(lines: readonly LogLine[]): boolean {
  const times = lines.flatMap(({ time }) => (time === undefined ? [] : [time]));
  return (
    times.length >= ENOUGH &&
    times.every((time, i) => i === 0 || time <= (times[i - 1] ?? time)) &&
    (times[0] ?? 0) > (times.at(-1) ?? 0)
  );
}

/** The hit with its earlier line first. */
const inOrder = (hit: LogHit): LogHit =>
  (hit.first.time ?? 0) > (hit.last.time ?? Number.POSITIVE_INFINITY)
    ? { ...hit, first: hit.last, last: hit.first }
    : hit;

/**
 * Gives the times that a reference makes possible: klog and syslog lines name no year. Call it with the bundle's clock
 * once that is known; times that are there already stay.
 */
export function dateStream(stream: LogStream, reference: number | undefined): LogStream {
  const datedHits = stream.hits.map((hit): LogHit => ({
    ...hit,
    first: dated(hit.first, reference),
    last: dated(hit.last, reference),
  }));
  const datedTail = stream.tail.map((line) => dated(line, reference));
  const reversed = isNewestFirst(datedTail);
  const hits = reversed ? datedHits.map(inOrder) : datedHits;
  const tail = reversed ? datedTail.toReversed() : datedTail;
  const times = [
    ...(stream.firstTime === undefined ? [] : [stream.firstTime]),
    ...hits.flatMap((hit) => [hit.first.time, hit.last.time]),
    ...tail.map((line) => line.time),
  ].filter((time) => time !== undefined);
  if (reversed) return { ...stream, hits, tail, firstTime: Math.min(...times), lastTime: Math.max(...times) };
  const firstTime =
    stream.firstTime ?? times.reduce<number | undefined>((a, b) => (a === undefined || b < a ? b : a), undefined);
  const lastTime =
    stream.lastTime ??
    tail.findLast((line) => line.time !== undefined)?.time ??
    (times.length > 0 ? Math.max(...times) : undefined);
  return {
    ...stream,
    hits,
    tail,
    ...(firstTime === undefined ? {} : { firstTime }),
    ...(lastTime === undefined ? {} : { lastTime }),
  };
}
