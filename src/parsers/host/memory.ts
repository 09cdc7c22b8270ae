import { effectiveCommand } from '../effective-command.ts';
import { defineParser, type ParserContext } from '../parser.ts';
import { factBase } from '../quote.ts';
import type { Command } from '../records.ts';

const MEMINFO = /^([A-Z]\w{1,40}(?:\([a-z_]+\))?):\s+(\d{1,16})(?: (kB))?\s*$/;
const FREE_HEADER = /^\s+total\s+used\s+free\b/;
const FREE_ROW = /^(\S{1,20}):\s+(\d\S*(?:\s+\d\S*)+)\s*$/;
const UNIT: Readonly<Record<string, number>> = { B: 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40, P: 2 ** 50 };

function bytes(text: string, unit: number): number | undefined {
  const match = /^(\d{1,16}(?:[.,]\d{1,3})?)([BKMGTP])?i?B?$/.exec(text);
  if (match === null) return undefined;
  return Math.round(Number(match[1]?.replace(',', '.')) * (match[2] === undefined ? unit : (UNIT[match[2]] ?? 1)));
}

/** Bytes of a bare number: from the flags, else from what a machine that runs Kubernetes can have (1 GiB to 1 TiB). */
function unitOf(command: Command | undefined, total: number): number {
  const flag = ['b', 'k', 'm', 'g'].find((name) => command?.flags[name] !== undefined);
  if (flag !== undefined) return UNIT[flag.toUpperCase()] ?? 1;
  // Files are called `free.txt` whatever flags were given; no machine of a cluster has less than 256 MiB.
  if (total >= 2 ** 20 || (command !== undefined && total >= 2 ** 18)) return 2 ** 10;
  return total < 512 ? 2 ** 30 : 2 ** 20;
}

function parseFree(lines: readonly string[], { origin, emit }: ParserContext): number {
  let names: readonly string[] = [];
  let unit: number | undefined;
  let found = 0;
  lines.forEach((line, at) => {
    if (FREE_HEADER.test(line)) names = line.trim().split(/\s+/);
    const row = FREE_ROW.exec(line);
    if (row === null || names.length === 0) return;
    const cells = row[2]?.split(/\s+/) ?? [];
    const swap = /swap/i.test(row[1] ?? '');
    if (!swap && row[1] !== 'Mem' && found > 0) return;
    unit ??= unitOf(origin.command === undefined ? undefined : effectiveCommand(origin.command), Number(cells[0]));
    cells.forEach((cell, n) => {
      const name = names[n];
      const value = bytes(cell, unit ?? 1);
      if (name === undefined || value === undefined) return;
      const key = `${swap ? 'Swap' : 'Mem'}${name === 'buff/cache' ? 'BuffCache' : name[0]?.toUpperCase() + name.slice(1)}`;
      found++;
      emit.fact('hostValues', { ...factBase(origin, at, line), topic: 'memory', key, value: String(value) });
    });
  });
  return found;
}

/**
 * Memory and swap of a machine. hostValues, topic `memory`, all in bytes, under the kernel's names: MemTotal, MemFree,
 * MemAvailable, SwapTotal, SwapFree, HugePages_Total (a count) …
 *
 * Command: `free` (-b, -k, -m, -g, -h), `cat /proc/meminfo`.
 * Versions: procps 3.2 to 4.0, busybox 1.x; Linux 2.6 and later (MemAvailable since 3.14).
 * Sample:
 *
 *                    total        used        free      shared  buff/cache   available
 *     Mem:        16316416     9012344     1024112      210044     6279960     6800000
 *     Swap:              0           0           0
 *
 * Empty: without a Mem row the text is unread.
 */
export default defineParser({
  kind: 'memory',
  reads: 'free, /proc/meminfo',
  matches: (command) => effectiveCommand(command).tool === 'free',
  sniff: (head) => head.slice(0, 10).some((line) => /^MemTotal:\s+\d/.test(line) || FREE_HEADER.test(line)),
  parse: (lines, context) => {
    const { origin, emit } = context;
    let found = parseFree(lines, context);
    lines.forEach((line, at) => {
      const match = MEMINFO.exec(line);
      if (match?.[1] === undefined) return;
      found++;
      const value = Number(match[2]) * (match[3] === undefined ? 1 : 1024);
      emit.fact('hostValues', { ...factBase(origin, at, line), topic: 'memory', key: match[1], value: String(value) });
    });
    if (found === 0) emit.unread(origin, 'no memory figures', origin.firstLine);
  },
});
