import { defined } from '../../lib/defined.ts';
import { ranTool } from '../effective-command.ts';
import { defineParser, type ParserContext } from '../parser.ts';
import { factBase } from '../quote.ts';

/** `    health: HEALTH_WARN` of `ceph -s` (until Kraken without the colon), `HEALTH_ERR 1 full osd(s)` of `ceph health`. */
const HEALTH = /^\s{0,8}(?:health:? )?HEALTH_(OK|WARN|ERR)\b(?:[ :](.*))?$/;
/** `health detail`: `[WRN] OSD_DOWN: 1 osds down`, until Nautilus `OSD_DOWN 1 osds down`. */
const DETAIL = /^(?:\[(?:WRN|ERR)\] )?([A-Z][A-Z0-9]{1,10}(?:_[A-Z0-9]{1,20}){0,6}):? (\S.*)$/;
/** `    osd: 4 osds: 3 up (since 2m), 4 in`, `     osdmap e12: 4 osds: 3 up, 4 in`. */
const OSDS = /^\s+osd(?:map e\d{1,9})?: (\d{1,5} osds: \d{1,5} up\b.{0,80})$/;
const MONS = /^\s+mon: (\d{1,3} daemons, quorum .{0,200})$/;
/** A section of `ceph -s` ends the list of complaints. */
const SECTION = /^\s{0,6}(?:services|data|io|progress|task status):\s*$|^\s+(?:monmap|osdmap|mdsmap|fsmap|pgmap) /;
/** `ceph osd tree`: ` 2    hdd  0.09769          osd.2        down         0  1.00000`. */
const TREE = /^\s*\d{1,6}\s+(?:\w{2,6}\s+)?[\d.]{1,12}\s+(osd\.\d{1,6})\s+(up|down)\b/;
const TREE_HOST = /^\s*-\d{1,6}\s+[\d.]{1,12}\s+host (\S{1,253})/;

/** The complaints below `health:`, in their order; a line that a terminal wrapped goes on the one above. */
function complaints(lines: readonly string[], from: number): { readonly at: number; readonly text: string }[] {
  const out: { at: number; text: string }[] = [];
  for (let i = from; i < lines.length; i++) {
    const line = lines[i] ?? '';
    if (line.trim() === '' || SECTION.test(line)) break;
    const last = out.at(-1);
    if (/^\s/.test(line) || last === undefined) out.push({ at: i, text: line.trim() });
    else last.text += line.trim();
  }
  return out;
}

function read(lines: readonly string[], { origin, emit }: ParserContext): boolean {
  let found = false;
  let host: string | undefined;
  const tell = (at: number, key: string, value: string, scope?: string): void => {
    found = true;
    const base = factBase(origin, at, lines[at] ?? '');
    emit.fact('hostValues', { ...base, topic: 'ceph', key, value: value.slice(0, 400), ...defined({ scope }) });
  };
  lines.forEach((line, i) => {
    const health = HEALTH.exec(line);
    if (health !== null) {
      tell(i, 'health', health[1] ?? '');
      const [, , words = ''] = health;
      const below = /^\s/.test(line) ? complaints(lines, i + 1) : [];
      const said = words.split(';').map((part) => ({ at: i, text: part.trim() }));
      for (const { at, text } of [...said, ...below]) if (text !== '') tell(at, 'check', text);
      return;
    }
    const detail = DETAIL.exec(line);
    if (detail !== null && found) return tell(i, 'check', detail[2] ?? '', detail[1]);
    const [, osds] = OSDS.exec(line) ?? [];
    if (osds !== undefined) return tell(i, 'osd', osds);
    const [, mons] = MONS.exec(line) ?? [];
    if (mons !== undefined) return tell(i, 'mon', mons);
    host = TREE_HOST.exec(line)?.[1] ?? host;
    const [, name, state] = TREE.exec(line) ?? [];
    if (name !== undefined) tell(i, name, state ?? '', host);
  });
  return found;
}

/**
 * What Ceph says of itself: hostValues of topic `ceph`. Keys: `health` (OK, WARN, ERR), `check` (one complaint each,
 * its code as scope where it is printed), `osd` and `mon` (the counts), `osd.2` (up or down, its host as scope).
 *
 * Command: `ceph status`, `ceph -s`, `ceph health detail`, `ceph osd tree`, also inside of the toolbox pod.
 * Versions: Ceph 10 (Jewel) to 20 (Tentacle).
 * Sample:
 *
 *     health: HEALTH_WARN
 *             1 osds down
 *
 * Empty: an empty text says nothing; `HEALTH_OK` says that all is well.
 */
export default defineParser({
  kind: 'ceph',
  reads: 'ceph status, ceph health detail, ceph osd tree',
  matches: (command) => ranTool(command, 'ceph'),
  sniff: (head) => {
    const lines = head.filter((line) => line.trim() !== '').slice(0, 8);
    return lines.some((line) => HEALTH.test(line) || (TREE.test(line) && head.some((one) => TREE_HOST.test(one))));
  },
  parse: (lines, context) => {
    if (!read(lines, context)) context.emit.unread(context.origin, 'no state of Ceph in it', context.origin.firstLine);
  },
});
