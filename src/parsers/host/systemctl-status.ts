import { defined } from '../../lib/defined.ts';
import { parseTimestamp } from '../../lib/timestamp.ts';
import { effectiveCommand } from '../effective-command.ts';
import { defineParser, type ParserContext } from '../parser.ts';
import { factBase } from '../quote.ts';
import { emitKubeletFlags, hasKubeletFlags } from './kubelet-flags.ts';
import { emitSystemdFailure, spelledAge, UNIT_SUFFIXES } from './systemd.ts';

/**
 * The bullet is ●, ○, ×, ↻ or * by version and locale, anything at all after a wrong decoding, and missing before
 * systemd 219.
 */
const HEADER = new RegExp(String.raw`^\s{0,2}(?:[^\sA-Za-z0-9/]{1,6}\s)?(\S{1,256}\.(?:${UNIT_SUFFIXES}))(?: - .*)?$`);
const LOADED = /^\s*Loaded:\s+(\S+)(?:\s+\(([^;)]*)(?:;\s*([a-z-]+))?)?/;
const NOT_FOUND = /^Unit (\S{1,256}) could not be found\.$/;
const ACTIVE =
  /^\s*Active:\s+([a-z-]+)(?:\s+\(([^)]*)\))?(?:\s+\(Result: ([a-z-]+)\))?(?:\s+since ([^;]{1,80}))?(?:;\s*(.{1,80}?)(?: ago)?)?\s*$/;
const ENDED = /\(code=([a-z]+), (?:status=(\d+)|signal=([A-Z0-9]+))/;
const RESTARTS = /restart counter is at (\d{1,9})/;
const LOG_LINE = /^(?:[A-Z][a-z]{2} +\d{1,2} \d\d:\d\d:\d\d |\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)/;

const isUnit = (lines: readonly string[], at: number): boolean =>
  HEADER.test(lines[at] ?? '') && lines.slice(at + 1, at + 4).some((line) => LOADED.test(line));

function parseUnit(lines: readonly string[], start: number, end: number, { origin, emit }: ParserContext): void {
  const header = lines[start] ?? '';
  const unit = HEADER.exec(header)?.[1] ?? '';
  let load: string | undefined;
  let enabled: string | undefined;
  let active: RegExpExecArray | null = null;
  let activeAt = start;
  let main: RegExpExecArray | null = null;
  let process: RegExpExecArray | null = null;
  let restarts: number | undefined;
  let journal = end;
  for (let at = start + 1; at < end; at++) {
    const line = lines[at] ?? '';
    if (LOG_LINE.test(line)) {
      journal = Math.min(journal, at);
      const count = RESTARTS.exec(line)?.[1];
      if (count !== undefined) restarts = Number(count);
      continue;
    }
    if (at > journal) continue;
    const loaded = LOADED.exec(line);
    if (loaded !== null && load === undefined) [, load, , enabled] = loaded;
    const state = ACTIVE.exec(line);
    if (state !== null && active === null) {
      active = state;
      activeAt = at;
    }
    if (/^\s*Main PID:/.test(line)) main = ENDED.exec(line);
    else if (/^\s*Process: .* ExecStart=/.test(line)) process = ENDED.exec(line);
    if (unit === 'kubelet.service' && hasKubeletFlags(line)) emitKubeletFlags(emit, origin, at, line);
  }
  const ended = main ?? process;
  // `Active: failed (Result: exit-code)`: the first brackets hold the result when there is no sub state.
  const bracket = active?.[2];
  const resultOnly = bracket?.startsWith('Result: ') === true ? bracket.slice(8) : undefined;
  const since = active?.[4];
  emit.fact('units', {
    ...factBase(origin, activeAt, lines[activeAt] ?? ''),
    unit,
    ...defined({
      load,
      enabled,
      active: active?.[1],
      sub: resultOnly === undefined ? bracket : undefined,
      result: active?.[3] ?? resultOnly,
      exitCode: ended?.[2] === undefined ? undefined : Number(ended[2]),
      signal: ended?.[3],
      since: since === undefined ? undefined : parseTimestamp(since),
      ageSeconds: active?.[5] === undefined ? undefined : spelledAge(active[5]),
      restarts,
    }),
  });
  const log = lines.slice(journal, end);
  while (log.at(-1)?.trim() === '') log.pop();
  if (log.length > 0) {
    const { command: _command, ...rest } = origin;
    emit.text({ ...rest, program: unit.replace(/\.[a-z]+$/, ''), firstLine: origin.firstLine + journal }, log);
  }
}

/**
 * The state of one or many units, and `Unit x.service could not be found.` The journal lines below are handed on as a
 * text of their own.
 *
 * Command: `systemctl status kubelet`.
 * Versions: systemd 208 to 258.
 * Sample:
 *
 *     ● kubelet.service - Kubernetes Kubelet
 *          Loaded: loaded (/etc/systemd/system/kubelet.service; enabled; vendor preset: enabled)
 *          Active: activating (auto-restart) (Result: exit-code) since Fri 2025-11-28 16:06:00 UTC; 3s ago
 *        Main PID: 2918 (code=exited, status=1/FAILURE)
 *
 * Empty: a status without any unit is unread; it says nothing about units.
 */
export default defineParser({
  kind: 'systemctl-status',
  reads: 'systemctl status',
  // Above the journal: the last lines of the unit follow, and make most of the text.
  priority: 9,
  matches: (command) => {
    const inner = effectiveCommand(command);
    return inner.tool === 'systemctl' && inner.words[0] === 'status';
  },
  sniff: (head) => head.some((line, at) => (at < 200 && isUnit(head, at)) || (at < 5 && NOT_FOUND.test(line))),
  parse: (lines, context) => {
    const { origin, emit } = context;
    const starts: number[] = [];
    let missing = 0;
    lines.forEach((line, at) => {
      const unit = NOT_FOUND.exec(line)?.[1];
      if (unit !== undefined) {
        missing++;
        emit.fact('units', { ...factBase(origin, at, line), unit, load: 'not-found' });
      } else if (isUnit(lines, at)) starts.push(at);
      else if (/^\s{4}State: \S/.test(line)) {
        const value = line.split(':')[1]?.trim() ?? '';
        emit.fact('hostValues', { ...factBase(origin, at, line), topic: 'systemd', key: 'state', value });
      }
    });
    starts.forEach((start, n) => {
      let end = starts[n + 1] ?? lines.length;
      while (end > start + 1 && NOT_FOUND.test(lines[end - 1] ?? '')) end--;
      parseUnit(lines, start, end, context);
    });
    if (starts.length === 0 && missing === 0) emitSystemdFailure(lines, context);
  },
});
