import { defined } from '../../lib/defined.ts';
import { parseTimestamp } from '../../lib/timestamp.ts';
import { ranTool } from '../effective-command.ts';
import { defineParser, type ParserContext } from '../parser.ts';
import { factBase } from '../quote.ts';

const TIMEDATECTL = /^\s*(?:System clock synchronized|NTP synchronized|Universal time|NTP service|Network time on):/;
const CHRONY_TRACKING = /^(?:Reference ID|Leap status|System time)\s+:/;
const CHRONY_SOURCES = /^\s*MS Name\/IP address\s+Stratum/;
const NTPQ = /^\s+remote\s+refid\s+st\s+t\s+when\s+poll\s+reach\s+delay\s+offset\s+jitter/;
const FAILURE =
  /^(?:506 Cannot talk to daemon|ntpq: (?:read|write): .*|.*timed out, nothing received|Failed to query server: .*|Failed to create bus connection: .*)$/;
const NTPSTAT = /^(un)?synchroni[sz]ed(?: to |$)/;

function timedatectl(lines: readonly string[], { origin, emit }: ParserContext): boolean {
  let synchronized: boolean | undefined;
  let at = -1;
  let universal: { time: number; index: number } | undefined;
  lines.forEach((line, index) => {
    const match = /^\s*([A-Z][A-Za-z ]{1,40}):\s+(\S.*)$/.exec(line);
    const [, key, value = ''] = match ?? [];
    if (key === 'System clock synchronized' || key === 'NTP synchronized') {
      synchronized = value.trim() === 'yes';
      at = index;
    } else if (key === 'NTP service' || key === 'NTP enabled' || key === 'Network time on') {
      emit.fact('hostValues', {
        ...factBase(origin, index, line),
        topic: 'time',
        key: 'ntp-service',
        value: value.trim(),
      });
    } else if (key === 'Universal time') {
      const time = parseTimestamp(value);
      if (time !== undefined) universal = { time, index };
    }
  });
  // The clock of a machine that is known to be wrong must not become the bundle's clock.
  if (universal !== undefined && synchronized !== false)
    emit.clock(universal.time, factBase(origin, universal.index, lines[universal.index] ?? '').source);
  if (synchronized === undefined) return universal !== undefined;
  emit.fact('timeSync', { ...factBase(origin, at, lines[at] ?? ''), tool: 'timedatectl', synchronized });
  return true;
}

function chronyTracking(lines: readonly string[], { origin, emit }: ParserContext): boolean {
  let leap: string | undefined;
  let offset: number | undefined;
  let at = -1;
  lines.forEach((line, index) => {
    const time = /^System time\s+:\s+(\d{1,12}(?:\.\d{1,12})?) seconds (slow|fast) of NTP time/.exec(line);
    if (time !== null) {
      offset = Number(time[1]) * (time[2] === 'slow' ? -1 : 1);
      if (at < 0) at = index;
    }
    const status = /^Leap status\s+:\s+(\S.*)$/.exec(line)?.[1];
    if (status !== undefined) {
      leap = status.trim();
      at = index;
    }
  });
  if (at < 0) return false;
  const synchronized = leap === undefined ? undefined : leap !== 'Not synchronised';
  emit.fact('timeSync', {
    ...factBase(origin, at, lines[at] ?? ''),
    tool: 'chronyc',
    // An unsynchronised chronyd prints an offset of zero that means nothing.
    ...defined({ synchronized, leap, offsetSeconds: synchronized === false ? undefined : offset }),
  });
  return true;
}

/** chronyc sources and ntpq -p: the source in use has a star in front. */
function sources(lines: readonly string[], { origin, emit }: ParserContext): boolean {
  const header = lines.findIndex((line) => CHRONY_SOURCES.test(line) || NTPQ.test(line));
  if (header < 0) return false;
  const ntpq = NTPQ.test(lines[header] ?? '');
  const star = lines.findIndex((line, at) => at > header && (ntpq ? line.startsWith('*') : /^[#^=]\*/.test(line)));
  const at = star < 0 ? header : star;
  // ntpq's offset is the server's lead over this machine, in milliseconds.
  const cells = ntpq && star >= 0 ? (lines[star] ?? '').trim().split(/\s+/) : [];
  const offset = Number(cells.at(-2) ?? 'none');
  emit.fact('timeSync', {
    ...factBase(origin, at, lines[at] ?? ''),
    tool: ntpq ? 'ntpq' : 'chronyc',
    synchronized: star >= 0,
    ...defined({ offsetSeconds: Number.isFinite(offset) ? -offset / 1000 : undefined }),
  });
  return true;
}

/**
 * Time synchronisation. A positive offset means that the machine's clock is ahead.
 *
 * Command: `timedatectl`, `chronyc tracking`, `chronyc sources`, `ntpq -p`, `ntpstat`.
 * Versions: systemd 219 to 258 (`NTP synchronized` before 239), chrony 2 to 4, ntp 4.2, NTPsec 1.
 * Sample:
 *
 *     System time     : 0.000016241 seconds slow of NTP time
 *     Leap status     : Normal
 *
 * Empty: a daemon that cannot be reached (`506 Cannot talk to daemon`) is a failure of the tool, not a statement about
 *   the clock.
 */
export default defineParser({
  kind: 'time-sync',
  reads: 'timedatectl, chronyc tracking, chronyc sources, ntpq -p, ntpstat',
  matches: (command) => ranTool(command, 'timedatectl', 'chronyc', 'ntpq', 'ntpstat'),
  sniff: (head) => {
    const lines = head.slice(0, 12);
    return (
      lines.some((line) => TIMEDATECTL.test(line) || CHRONY_SOURCES.test(line) || NTPQ.test(line)) ||
      lines.filter((line) => CHRONY_TRACKING.test(line)).length >= 2 ||
      (lines.filter((line) => line.trim() !== '').length <= 3 &&
        lines.some((line) => FAILURE.test(line) || NTPSTAT.test(line)))
    );
  },
  parse: (lines, context) => {
    const { origin, emit } = context;
    let found = [timedatectl, chronyTracking, sources].map((read) => read(lines, context)).some(Boolean);
    lines.forEach((line, at) => {
      const ntpstat = NTPSTAT.exec(line);
      if (FAILURE.test(line)) {
        const guess = line.startsWith('506') ? 'chronyc' : line.startsWith('Failed') ? 'timedatectl' : 'ntpq';
        const tool = origin.command?.tool ?? guess;
        emit.fact('toolFailures', { ...factBase(origin, at, line), tool, message: line.trim() });
        found = true;
      } else if (ntpstat !== null) {
        emit.fact('timeSync', {
          ...factBase(origin, at, line),
          tool: 'ntpstat',
          synchronized: ntpstat[1] === undefined,
        });
        found = true;
      }
    });
    if (!found) emit.unread(origin, 'no time synchronisation in it', origin.firstLine);
  },
});
