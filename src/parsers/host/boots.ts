import { ranTool } from '../effective-command.ts';
import { defineParser } from '../parser.ts';
import { factBase } from '../quote.ts';

const ROW = /^\s{0,6}(-?\d{1,5})\s{1,4}([0-9a-f]{32})\s{1,4}(.{20,200})$/;
/** `reboot   system boot  5.15.0-97-generi Sun Mar  1 10:12   still running`; with -F seconds and the year. */
const LAST =
  /^reboot\s{1,4}system boot\s{1,3}\S{1,40}\s{1,20}[A-Z][a-z]{2} ([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d{2}:\d{2})(:\d{2})?(?: (\d{4}))?\b/;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
/** Boots without a year can only be compared with each other: any year will do. */
const SOME_YEAR = '2000';
const TIME = /\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}/g;

/**
 * The boots of a machine that its journal knows: hostValues, topic `boot`, key the number (`0` is the one that runs),
 * value the first entry in local time, as ISO 8601 without a zone.
 *
 * Command: `journalctl --list-boots`, `last reboot`, `last -x -F`.
 * Versions: systemd 213 to 257, from 254 on with a heading and a blank between the two times; util-linux 2 and sysvinit
 *   (last, which prints no year without -F: the value then says the year 2000).
 * Sample:
 *
 *     -1 1f2e3d4c5b6a79880011223344556677 Sat 2026-01-03 11:41:20 UTC—Sat 2026-01-03 12:05:33 UTC
 *      0 2f2e3d4c5b6a79880011223344556677 Sat 2026-01-03 12:06:51 UTC—Sat 2026-01-03 12:30:00 UTC
 *
 * Empty: a journal that is not kept knows the boot that runs, no more.
 */
export default defineParser({
  kind: 'boots',
  reads: 'journalctl --list-boots, last reboot',
  priority: 5,
  matches: (command) =>
    (ranTool(command, 'journalctl') && command.flags['list-boots'] === true) || ranTool(command, 'last'),
  sniff: (head) => {
    const rows = head.filter((line) => line.trim() !== '' && !/^IDX\s+BOOT ID/.test(line));
    return rows.length > 0 && (rows.every((line) => ROW.test(line)) || LAST.test(rows[0] ?? ''));
  },
  parse: (lines, { origin, emit }) => {
    let found = 0;
    lines.forEach((line, at) => {
      const last = LAST.exec(line);
      if (last !== null) {
        const [, month = '', day = '', minute = '', second = ':00', year = SOME_YEAR] = last;
        const date = `${year}-${String(MONTHS.indexOf(month) + 1).padStart(2, '0')}-${day.padStart(2, '0')}`;
        const key = found === 0 ? '0' : `-${found}`;
        found++;
        emit.fact('hostValues', {
          ...factBase(origin, at, line),
          topic: 'boot',
          key,
          value: `${date}T${minute}${second}`,
        });
        return;
      }
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
