/** What kind of log a text looks like, told by its first lines. */
import { openEnvelope } from './envelope.ts';
import { parseMessage } from './message.ts';

/** Lines that are looked at: enough for a majority, few enough to be asked for every text. */
const LINES = 60;
/** journalctl's own lines between entries. */
const JOURNAL_NOTE = /^-- (?:Logs begin|Journal begins|Boot |Reboot|No entries)/;
/** Lines that continue the one before: stack traces, wrapped messages. They neither prove nor disprove a log. */
const CONTINUATION =
  /^(?:\s|\}|\]|\)|at |[Cc]aused by|goroutine |created by |\.\.\. \d|panic\(0x|[\w.-]{1,80}(?:\/[\w.@-]{1,80}){0,12}\.(?:\(\*?\w{1,80}\)\.)?\w[\w.]{0,120}\((?:0x|\.\.\.|\)))/;

/** Shares (0 to 1) of lines of each kind, continuation lines left out. */
export interface LogLook {
  readonly lines: number;
  /** journald or syslog entries: time, host or program. */
  readonly journal: number;
  /** Written by the kernel: dmesg, kmsg, or journal entries of `kernel`. */
  readonly kernel: number;
  /** Begins with a time or a level, whatever wrote it. */
  readonly dated: number;
  readonly journalNote: boolean;
}

export function lookAt(head: readonly string[]): LogLook {
  let lines = 0;
  let journal = 0;
  let kernel = 0;
  let dated = 0;
  let journalNote = false;
  for (const line of head) {
    if (lines >= LINES) break;
    if (line.trim() === '') continue;
    if (JOURNAL_NOTE.test(line)) {
      journalNote = true;
      continue;
    }
    if (CONTINUATION.test(line)) continue;
    lines++;
    const text = line.slice(0, 2_000);
    const envelope = openEnvelope(text);
    if (envelope?.program === 'kernel') kernel++;
    if (envelope?.program !== undefined && envelope.stamp !== undefined) journal++;
    const message = parseMessage(envelope?.message ?? text);
    if (
      envelope !== undefined ||
      message.stamp !== undefined ||
      message.time !== undefined ||
      message.level !== undefined
    ) {
      dated++;
    }
  }
  const share = (count: number): number => (lines === 0 ? 0 : count / lines);
  return { lines, journal: share(journal), kernel: share(kernel), dated: share(dated), journalNote };
}
