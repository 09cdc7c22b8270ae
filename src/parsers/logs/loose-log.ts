import { basename } from 'node:path/posix';
import { defineParser } from '../parser.ts';
import type { Origin } from '../records.ts';
import { lookAt } from './looks.ts';
import { classOfProgram, programHint } from './program.ts';

/** Last words of run-times that print nothing else: no time, no level. */
const CRASH =
  /^(?:panic: |fatal error: |Traceback \(most recent call last\)|Exception in thread "|\S{0,80}\w(?:Error|Exception): |Unhandled exception|node:internal\/|thread '[^']{0,80}' panicked at|Segmentation fault|Aborted|Killed|Bus error|standard_init_linux\.go:|exec (?:format error|user process caused)|exec \S{1,120}: |APPLICATION FAILED TO START$|\*{3,} APPLICATION FAILED)/;
/** `app.log`, `app.log.1`, `logs.txt`, `web-logs-previous.txt`. */
const LOG_NAME =
  /\.(?:log|logs)(?:\.\d{1,3}|\.txt)?$|(?:^|[/._ -])logs?(?:[._ -](?:previous|prev|crash|init|tail|\d{1,3})){0,2}\.(?:txt|out)$/i;
/** The files that a command like `cat` or `tail` was given. */
const filesOf = ({ command }: Origin): readonly string[] =>
  command !== undefined && /^(?:cat|tail|head|less|more|zcat)$/.test(command.tool)
    ? command.words.filter((word) => /[/.]/.test(word))
    : [];
/** Share of lines with a time or a level that makes a text a log. */
const MOST = 0.6;

/**
 * A log of unknown origin: most of its lines begin with a time or a level, or it holds the crash of a run-time. Its
 * file's name may hint at the program; whose it is stays open.
 *
 * Command: `cat app.log`; any file that ends in .log, or is called so (`logs.txt`).
 * Versions: any; the times of klog, zap, logrus, log4j, Python, syslog and RFC 3339.
 * Sample:
 *
 *     2025-11-28 08:04:00,123 ERROR [main] Connection refused
 *
 * Empty: an empty text cannot be recognised.
 */
export default defineParser({
  kind: 'log',
  reads: 'logs of any program, by content; *.log and *logs.txt files',
  // After everything that knows what it reads.
  priority: -10,
  sniff(head, origin) {
    // Whoever cut the text out of another one knew that it is a program's log.
    if (origin.program !== undefined) return true;
    if (origin.command === undefined && LOG_NAME.test(origin.file)) return true;
    if (head.slice(0, 60).some((line) => CRASH.test(line))) return true;
    const look = lookAt(head);
    return look.lines > 0 && look.dated >= MOST;
  },
  async stream(chunks, { origin, emit, scan }) {
    const program =
      origin.program ?? programHint(origin.container, origin.pod, ...filesOf(origin), basename(origin.file));
    emit.log(await scan(chunks, { ...(program === undefined ? {} : { program }), ...origin }, classOfProgram(program)));
  },
});
