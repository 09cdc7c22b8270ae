/** When a description was made: an instant that it gives, and the age of the event that marks the same instant. */
import { parseDuration } from '../../../lib/duration.ts';
import { parseTimestamp } from '../../../lib/timestamp.ts';
import type { ParserContext } from '../../parser.ts';
import type { Block } from './block.ts';

/** The kubelet sets the start time when it first sees the pod: as soon as it is scheduled. */
const SCHEDULED = /^\s*Normal\s+Scheduled\s+([0-9smhd]{2,12})\s/;

/**
 * `Start Time: Fri, 07 Mar 2025 09:30:00 +0000` and an event `Normal  Scheduled  24s` in one description: it was made
 * at 09:30:24. Ages are cut to whole minutes above ten, so the instant is right within a minute.
 */
export function describedClock(block: Block, startTime: unknown, { origin, emit }: ParserContext): void {
  const start = typeof startTime === 'string' ? parseTimestamp(startTime) : undefined;
  const index = block.lines.findIndex((line) => SCHEDULED.test(line));
  const text = block.lines[index] ?? '';
  const age = parseDuration(SCHEDULED.exec(text)?.[1] ?? '');
  if (start === undefined || age === undefined) return;
  const evidence = { file: origin.file, line: block.firstLine + index, text: text.trim() };
  emit.clock(start + age * 1000, evidence, true);
}
