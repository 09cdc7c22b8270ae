import { ranTool } from '../effective-command.ts';
import { defineParser } from '../parser.ts';
import { factBase } from '../quote.ts';

const ROW = /^\s{0,6}(-?\d{1,5})\s{1,4}([0-9a-f]{32})\s{1,4}(.{20,200})$/;
const TIME = /\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}/g;

/**
 * The boots of a machine that its journal knows: hostValues, topic `boot`, key the number (`0` is the one that runs),
 * value the first entry in local time, as ISO 8601 without a zone.
 *
 * Command: `journalctl --list-boots`.
 * Versions: systemd 213 to 257; from 254 on with a heading and a blank between the two times.
 * Sample:
 *
 *     -1 1f2e3d4c5b6a79880011223344556677 Sat 2026-01-03 11:41:20 UTC—Sat 2026-01-03 12:05:33 UTC
 *      0 2f2e3d4c5b6a79880011223344556677 Sat 2026-01-03 12:06:51 UTC—Sat 2026-01-03 12:30:00 UTC
 *
 * Empty: a journal that is not kept knows the boot that runs, no more.
 */
export default defineParser({
  kind: 'boots',
  reads: 'journalctl --list-boots',
  priority: 5,
  matches: (command) => ranTool(command, 'journalctl') && command.flags['list-boots'] === true,
  sniff: (head) => {
    const rows = head.filter((line) => line.trim() !== '' && !/^IDX\s+BOOT ID/.test(line));
    return rows.length > 0 && rows.every((line) => ROW.test(line));
  },
  parse: (lines, { origin, emit }) => {
    let found = 0;
    lines.forEach((line, at) => {
      const [, number = '', , rest = ''] = ROW.exec(line) ?? [];
      const [first] = rest.match(TIME) ?? [];
      if (first === undefined) return;
      found++;
      const value = first.replace(' ', 'T');
      emit.fact('hostValues', { ...factBase(origin, at, line), topic: 'boot', key: number, value });
    });
    if (found === 0) emit.unread(origin, 'no boot in it', origin.firstLine);
  },
});
