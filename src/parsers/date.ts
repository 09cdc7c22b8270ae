import { parseTimestamp } from '../lib/timestamp.ts';
import { effectiveCommand } from './effective-command.ts';
import { defineParser } from './parser.ts';
import { quote } from './quote.ts';

/** What `date` prints when nobody asks for a format; alone in a text it can be nothing else. */
const PRINTED = /^\s*(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? +[A-Z\d][\w :+-]{15,40}$/;

/**
 * The moment of collection. A zone name that means several offsets (CST, IST) gives no moment.
 *
 * Command: `date`, `date -u`, `date --iso-8601=seconds`, `date +%s`, `date -R`.
 * Versions: coreutils 5 to 9, busybox 1.x.
 * Sample:
 *
 *     Fri Nov 28 16:03:58 UTC 2025
 *
 * Empty: an empty text gives no moment.
 */
export const date = defineParser({
  kind: 'date',
  reads: '`date` in its usual formats',
  matches: (command) => effectiveCommand(command).tool === 'date',
  sniff: (head) => {
    const [line, more] = head.filter((one) => one.trim() !== '');
    return more === undefined && line !== undefined && PRINTED.test(line) && parseTimestamp(line.trim()) !== undefined;
  },
  parse(lines, { origin, emit }) {
    lines.forEach((line, index) => {
      const text = line.trim();
      if (text === '') return;
      // Seconds since 1970 from 2001 to 2286: `date +%s`.
      const time = /^\d{10}(?:\.\d{1,9})?$/.test(text) ? Math.trunc(Number(text) * 1000) : parseTimestamp(text);
      if (time === undefined) emit.unread(origin, 'no unambiguous time', origin.firstLine + index);
      else emit.clock(time, quote(origin, index, line));
    });
  },
});
