import { defined } from '../../lib/defined.ts';
import { parseTimestamp } from '../../lib/timestamp.ts';
import { effectiveCommand } from '../effective-command.ts';
import { defineParser, type ParserContext } from '../parser.ts';
import { factBase } from '../quote.ts';
import { emitSystemdFailure, UNIT_SUFFIXES } from './systemd.ts';

const PROPERTY = /^([A-Z][A-Za-z0-9]{1,60})=(.*)$/;
const ROW = new RegExp(
  String.raw`^\s{0,2}(?:[^\sA-Za-z0-9/]{1,6}\s+)?(\S{1,256}\.(?:${UNIT_SUFFIXES}))\s+(loaded|not-found|bad-setting|error|masked)\s+([a-z-]+)\s+([a-z-]+)(?:\s|$)`,
);
const HEADING = /^\s*UNIT\s+LOAD\s+ACTIVE\s+SUB\s/;
const COUNT = /^(\d{1,6}) loaded units listed/;

function parseShow(lines: readonly string[], { origin, emit }: ParserContext): number {
  let found = 0;
  let block = new Map<string, { value: string; at: number }>();
  const flush = (): void => {
    const value = (key: string): string | undefined => block.get(key)?.value || undefined;
    const unit = value('Id') ?? value('Names')?.split(' ')[0];
    const state = block.get('ActiveState') ?? block.get('SubState') ?? block.get('LoadState');
    if (unit !== undefined && state !== undefined) {
      found++;
      const status = value('ExecMainStatus');
      const since = value('StateChangeTimestamp') ?? value('ActiveEnterTimestamp');
      // ExecMainCode 1 is CLD_EXITED, 2 CLD_KILLED (wait(2)); the status is a signal's number then.
      const exited = value('ExecMainCode') === undefined || value('ExecMainCode') === '1';
      emit.fact('units', {
        ...factBase(origin, state.at, lines[state.at] ?? ''),
        unit,
        ...defined({
          load: value('LoadState'),
          active: value('ActiveState'),
          sub: value('SubState'),
          enabled: value('UnitFileState'),
          result: value('Result'),
          exitCode: status !== undefined && exited ? Number(status) : undefined,
          since: since === undefined ? undefined : parseTimestamp(since),
          restarts: value('NRestarts') === undefined ? undefined : Number(value('NRestarts')),
        }),
      });
    }
    block = new Map();
  };
  lines.forEach((line, at) => {
    if (line.trim() === '') return flush();
    const match = PROPERTY.exec(line);
    if (match?.[1] !== undefined) block.set(match[1], { value: match[2] ?? '', at });
  });
  flush();
  return found;
}

/**
 * States of systemd's units: `Key=value` lines, units apart by a blank line, or the table of units (`●
 * nvidia-persistenced.service loaded failed failed NVIDIA Persistence Daemon`).
 *
 * Command: `systemctl show kubelet`, `systemctl list-units`, `systemctl --failed`.
 * Versions: systemd 219 to 258.
 * Sample:
 *
 *     Id=kubelet.service
 *     LoadState=loaded
 *     ActiveState=activating
 *     SubState=auto-restart
 *     NRestarts=312
 *
 * Empty: `0 loaded units listed.` says that no unit has failed: an answer, no missing data.
 */
export default defineParser({
  kind: 'systemctl-show',
  reads: 'systemctl show, systemctl list-units, systemctl --failed',
  matches: (command) => {
    const inner = effectiveCommand(command);
    return inner.tool === 'systemctl' && inner.words[0] !== 'status' && inner.words[0] !== 'cat';
  },
  sniff: (head) => {
    const lines = head.slice(0, 400);
    if (lines.some((line) => HEADING.test(line))) return true;
    if (COUNT.test(lines.find((line) => line.trim() !== '') ?? '')) return true;
    return (
      lines.some((line) => /^(?:Id|Names)=\S+\.[a-z]+/.test(line)) &&
      lines.some((line) => /^(?:ActiveState|SubState|LoadState)=/.test(line))
    );
  },
  parse: (lines, context) => {
    const { origin, emit } = context;
    let found = 0;
    lines.forEach((line, at) => {
      const row = ROW.exec(line);
      const count = COUNT.exec(line);
      if (row !== null) {
        found++;
        const [, unit = '', load = '', active = '', sub = ''] = row;
        emit.fact('units', { ...factBase(origin, at, line), unit, load, active, sub });
      } else if (count?.[1] !== undefined) {
        found++;
        emit.fact('hostValues', {
          ...factBase(origin, at, line),
          topic: 'systemd',
          key: 'listed-units',
          value: count[1],
        });
      }
    });
    if (found === 0) found = parseShow(lines, context);
    if (found === 0) emitSystemdFailure(lines, context);
  },
});
