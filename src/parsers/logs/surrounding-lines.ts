/** The lines round the first and the last line of a hit. For other lines nothing is kept: three behind the reading, no more. */
import type { LogLine } from '../records.ts';
import type { Fold } from './folds.ts';
import { lineEnd, lineStart, windowText } from './line-window.ts';

/** Lines before and after a quote: enough to see what a program was doing; the report is no log viewer. */
export const AROUND = 3;
/** Bytes of each of these lines. */
const LINE_LIMIT = 300;
/** Folds of one stream that keep theirs: findings quote a few lines of a log, and a log has up to 2,000 folds. */
const PER_STREAM = 200;
/** And of a whole bundle: about 20 MB, whatever the number of its logs. */
export const PER_BUNDLE = 10_000;
const LF = 0x0a;

type Around = { readonly before: string[]; readonly after: string[] };

export interface SurroundingLines {
  /** Before the hits of a segment are looked for. A segment is whole lines, in order. */
  begin(buffer: Buffer, from: number, to: number): void;
  /** The lines round `[start, end)`, a line of the segment; those that are still to be read are added later. */
  at(start: number, end: number): LogLine['around'];
  /** A fold has a new last line, `[start, end)` of the segment. A message that repeats costs once per segment. */
  repeated(fold: Fold, start: number, end: number): void;
  /** After the hits of the segment are found. */
  end(): void;
}

const textOf = (buffer: Buffer, start: number, end: number): string =>
  windowText(buffer, start, end, start, LINE_LIMIT).trimEnd();

/**
 * Reads the segments of one stream. However its bytes are cut into segments, the lines are the same. `budget` is
 * shared by the streams of a bundle.
 */
export function createSurroundingLines(budget: { left: number }): SurroundingLines {
  let segment: { buffer: Buffer; from: number; to: number } | undefined;
  /** The last lines of the segments before. */
  let behind: string[] = [];
  /** Hits near the end of a segment: their next lines come with the following one. */
  let waiting: Around[] = [];
  let taken = 0;
  /** New last lines of this segment. */
  const lasts = new Map<Fold, { start: number; end: number }>();

  /** Up to `AROUND` lines from `start` on. */
  const next = (buffer: Buffer, start: number, to: number): string[] => {
    const out: string[] = [];
    for (let at = start; at < to && out.length < AROUND;) {
      const end = lineEnd(buffer, at, to);
      out.push(textOf(buffer, at, end));
      at = end + 1;
    }
    return out;
  };
  /** Up to `AROUND` lines that end before `start`. */
  const previous = (buffer: Buffer, from: number, start: number): string[] => {
    const out: string[] = [];
    for (let end = start - 1; end >= from && out.length < AROUND;) {
      const begin = lineStart(buffer, end, from);
      out.unshift(textOf(buffer, begin, end));
      end = begin - 1;
    }
    return out;
  };

  const around = (start: number, end: number): Around | undefined => {
    if (segment === undefined) return undefined;
    const near = previous(segment.buffer, segment.from, start);
    const lines: Around = {
      before: [...behind.slice(behind.length - Math.min(behind.length, AROUND - near.length)), ...near],
      after: next(segment.buffer, end + 1, segment.to),
    };
    if (lines.after.length < AROUND) waiting.push(lines);
    return lines;
  };

  return {
    begin(buffer, from, to) {
      segment = { buffer, from, to };
      if (waiting.length === 0) return;
      const lines = next(buffer, from, to);
      for (const { after } of waiting) after.push(...lines.slice(0, AROUND - after.length));
      waiting = waiting.filter(({ after }) => after.length < AROUND);
    },
    at(start, end) {
      if (taken >= PER_STREAM || budget.left <= 0) return undefined;
      taken++;
      budget.left--;
      return around(start, end);
    },
    repeated(fold, start, end) {
      const place = lasts.get(fold);
      if (place === undefined) lasts.set(fold, { start, end });
      else {
        place.start = start;
        place.end = end;
      }
    },
    end() {
      if (segment === undefined) return;
      for (const [fold, { start, end }] of lasts) {
        // Room was taken with the first line: which folds have it must not depend on where segments end.
        if (fold.first.around === undefined) continue;
        const lines = around(start, end);
        if (lines !== undefined) fold.last = { ...fold.last, around: lines };
      }
      lasts.clear();
      const { buffer, from, to } = segment;
      // A piece of an endless line, or the last line of the stream: nothing whole comes behind it.
      const whole = buffer[to - 1] === LF;
      if (whole) behind = [...behind, ...previous(buffer, from, to)].slice(-AROUND);
      else {
        behind = [];
        waiting = [];
      }
      segment = undefined;
    },
  };
}
