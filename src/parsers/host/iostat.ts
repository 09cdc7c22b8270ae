import { effectiveCommand } from '../effective-command.ts';
import { defineParser } from '../parser.ts';
import { factBase } from '../quote.ts';

/** What all programs of sysstat say first: the kernel and the name of the machine. */
const HOST = /^Linux \S{1,100} \(([\w.-]{1,253})\)\s/;
const HEADING = /^Device:?\s.*%util\s*$/;
/** Columns by what they tell; older versions have one queue and one wait for reads and writes. */
const COLUMNS: Readonly<Record<string, readonly string[]>> = {
  util: ['%util'],
  queue: ['aqu-sz', 'avgqu-sz'],
  await: ['r_await', 'w_await', 'await'],
};

const numberIn = (text: string | undefined): number | undefined => {
  const value = Number(text?.replace(',', '.'));
  return text === undefined || text === '' || Number.isNaN(value) ? undefined : value;
};

/**
 * How busy the disks of a machine are. hostValues, topic `disk-io`: keys `sda.util` (percent of the time), `sda.queue`
 * (requests that wait), `sda.await` (ms a request takes, the worse of reads and writes). Of several reports the last
 * counts: the first one is the average since boot.
 *
 * Command: `iostat -x`, `iostat -xz 1 5`, `iostat -dxk`; without -x there is nothing that tells how busy a disk is.
 * Versions: sysstat 9 to 12.
 * Sample:
 *
 *     Device            r/s     w/s     rkB/s     wkB/s r_await w_await aqu-sz  %util
 *     sda             12.00  411.00    221.00   8121.00  812.11 1921.33 512.10 100.00
 *
 * Empty: with -z a report without a row says that no disk did anything.
 */
export default defineParser({
  kind: 'iostat',
  reads: 'iostat -x',
  matches: (command) => effectiveCommand(command).tool === 'iostat' && effectiveCommand(command).flags['x'] === true,
  sniff: (head) => head.slice(0, 40).some((line) => HEADING.test(line)),
  parse: (lines, { origin, emit }) => {
    const last = lines.findLastIndex((line) => HEADING.test(line));
    if (last < 0) return emit.unread(origin, 'iostat output without extended statistics', origin.firstLine);
    const names = (lines[last] ?? '').trim().split(/\s+/);
    const host = lines.slice(0, last).flatMap((line) => HOST.exec(line)?.[1] ?? [])[0];
    for (let at = last + 1; at < lines.length; at++) {
      const line = lines[at] ?? '';
      const cells = line.trim().split(/\s+/);
      if (cells.length !== names.length) break;
      for (const [key, columns] of Object.entries(COLUMNS)) {
        const values = columns.flatMap((column) => numberIn(cells[names.indexOf(column)]) ?? []);
        if (values.length === 0) continue;
        emit.fact('hostValues', {
          ...factBase(origin.node === undefined && host !== undefined ? { ...origin, node: host } : origin, at, line),
          topic: 'disk-io',
          key: `${cells[0] ?? ''}.${key}`,
          value: String(Math.max(...values)),
        });
      }
    }
  },
});
