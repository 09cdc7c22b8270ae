import { parseQuantity } from '../../lib/quantity.ts';
import { ranTool } from '../effective-command.ts';
import { defineParser } from '../parser.ts';
import { factBase } from '../quote.ts';

const MODULES = /^Module\s+Size\s+Used by/;
const MODULE = /^([\w-]{1,100})\s+(\d{1,12})\s+(-?\d{1,6})(?:\s|$)/;
const SWAPON = /^NAME\s+TYPE\s+SIZE\s+USED/;
const PROC_SWAPS = /^Filename\s+Type\s+Size\s+Used/;
const SWAP = /^(\/\S{1,300})\s+(?:partition|file|zram)\s+(\d[\d.]*[BKMGT]?)\s/;

/**
 * Kernel modules (topic `module`, key `br_netfilter`, value its users) and swap areas (topic `swap`, key `/swapfile`,
 * value its size in bytes).
 *
 * Command: `lsmod`, `swapon --show`, `swapon -s`, `cat /proc/swaps`.
 * Versions: kmod 1 to 34, busybox 1.x; util-linux 2.23 to 2.41 (`--show`), any Linux for /proc/swaps.
 * Sample:
 *
 *     Module                  Size  Used by
 *     br_netfilter           32768  0
 *
 * Empty: a heading without rows is an answer for swap (`count` is `0`); `swapon` without swap prints nothing at all.
 */
export default defineParser({
  kind: 'modules-and-swap',
  reads: 'lsmod, swapon --show, swapon -s, /proc/swaps',
  matches: (command) => ranTool(command, 'lsmod', 'swapon'),
  sniff: (head) => {
    const first = head.find((line) => line.trim() !== '') ?? '';
    return MODULES.test(first) || SWAPON.test(first) || PROC_SWAPS.test(first);
  },
  parse: (lines, { origin, emit }) => {
    let heading: { at: number; kibibytes: boolean } | undefined;
    let modules = false;
    let count = 0;
    lines.forEach((line, at) => {
      if (MODULES.test(line)) modules = true;
      else if (SWAPON.test(line) || PROC_SWAPS.test(line)) heading = { at, kibibytes: PROC_SWAPS.test(line) };
      const module = modules ? MODULE.exec(line) : null;
      if (module !== null)
        emit.fact('hostValues', {
          ...factBase(origin, at, line),
          topic: 'module',
          key: module[1] ?? '',
          value: module[3] ?? '',
        });
      const swap = heading === undefined ? null : SWAP.exec(line);
      if (swap === null) return;
      count++;
      const size = swap[2]?.replace(/B$/, '') ?? '';
      const bytes =
        heading?.kibibytes === true ? Number(size) * 1024 : parseQuantity(/[KMGT]$/.test(size) ? `${size}i` : size);
      emit.fact('hostValues', {
        ...factBase(origin, at, line),
        topic: 'swap',
        key: swap[1] ?? '',
        value: String(bytes ?? size),
      });
    });
    if (heading !== undefined)
      emit.fact('hostValues', {
        ...factBase(origin, heading.at, lines[heading.at] ?? ''),
        topic: 'swap',
        key: 'count',
        value: String(count),
      });
    // Without the heading somebody let through a part (`lsmod | grep nvidia`): what is not there says nothing.
    else if (!modules && lines.some((line) => line.trim() !== '' && !MODULE.test(line)))
      emit.unread(origin, 'neither modules nor swap in it', origin.firstLine);
  },
});
