import { defined } from '../../lib/defined.ts';
import { effectiveCommand } from '../effective-command.ts';
import { defineParser } from '../parser.ts';
import { podOfOrigin } from '../pod-of-origin.ts';
import { factBase } from '../quote.ts';
import type { Command, Filesystem } from '../records.ts';

const NUMBER = /^(?:\d{1,20}(?:[.,]\d{1,3})?[KMGTPEZ]?i?B?|-)$/;
const PERCENT = /^(?:(\d{1,4})%|-)$/;
const ERROR = /^(?:\S*\/)?df: (.*)$/;
const HARMLESS = /No such file or directory|Permission denied|no file systems processed/;
/** Devices that name their own type when df prints no type column. */
const PSEUDO = new Set(
  'tmpfs devtmpfs overlay proc sysfs cgroup cgroup2 shm udev securityfs devpts mqueue debugfs tracefs configfs efivarfs pstore bpf squashfs hugetlbfs selinuxfs none'.split(
    ' ',
  ),
);
const UNIT: Readonly<Record<string, number>> = {
  '': 1,
  B: 1,
  K: 2 ** 10,
  M: 2 ** 20,
  G: 2 ** 30,
  T: 2 ** 40,
  P: 2 ** 50,
};

interface Layout {
  readonly inodes: boolean;
  /** Bytes per unit of a bare number. */
  readonly block: number;
  /** `-H` counts in powers of 1000. */
  readonly base: 1000 | 1024;
}

function layoutOf(header: string, command: Command | undefined): Layout | undefined {
  const inodes = /inode|iuse|iutil|nodos-i/i.test(header) || command?.flags['i'] !== undefined;
  const blocks = /(?:^|\s)(\d{1,9})([A-Za-z]?)B?-[a-zA-Z]/.exec(header);
  const unit = UNIT[(blocks?.[2] ?? '').toUpperCase()];
  if (unit === undefined) return undefined;
  const block = blocks === null ? 1 : Number(blocks[1]) * unit;
  return { inodes, block, base: command?.flags['H'] === undefined ? 1024 : 1000 };
}

function amount(text: string, layout: Layout): number | undefined {
  const match = /^(\d{1,20}(?:[.,]\d{1,3})?)([KMGTPEZ])?(i)?B?$/.exec(text);
  if (match === null) return undefined;
  const value = Number(match[1]?.replace(',', '.'));
  if (match[2] === undefined) return layout.inodes ? value : value * layout.block;
  const power = 'KMGTPEZ'.indexOf(match[2]) + 1;
  return Math.round(value * layout.base ** power);
}

interface Row {
  readonly before: readonly string[];
  readonly size: string;
  readonly used: string;
  readonly free: string;
  readonly percent: string;
  readonly mount: string;
}

/** Finds `N N N P% /mount` in a line; what stands before it is the device and perhaps the type. */
function splitRow(line: string): Row | undefined {
  const tokens = [...line.matchAll(/\S+/g)];
  for (let at = 3; at + 1 < tokens.length; at++) {
    const [size, used, free, percent] = tokens.slice(at - 3, at + 1).map((token) => token[0]);
    const next = tokens[at + 1];
    if (size === undefined || used === undefined || free === undefined || percent === undefined) continue;
    if (next === undefined || !next[0].startsWith('/') || !PERCENT.test(percent)) continue;
    if (!NUMBER.test(size) || !NUMBER.test(used) || !NUMBER.test(free)) continue;
    const before = tokens.slice(0, at - 3).map((token) => token[0]);
    return { before, size, used, free, percent, mount: line.slice(next.index).trimEnd() };
  }
  return undefined;
}

const isHeader = (line: string): boolean => {
  const words = line.trim().split(/\s+/);
  return words.length >= 6 && /%|Capacity/.test(line) && words[0]?.startsWith('/') === false && !/\d%/.test(line);
};

/**
 * Mounted file systems and how full they are. Rows are read from the right (`N N N P% /mount`), so that headings in any
 * language, device names on a line of their own and mounts with blanks work. Noise (squashfs, tmpfs, overlay) is kept
 * and typed: checks leave it out by type.
 *
 * Command: `df` with -h, -H, -k, -m, -T, -P, -i in any mix.
 * Versions: coreutils 5 to 9, busybox 1.x.
 * Sample:
 *
 *     Filesystem     Type  Size  Used Avail Use% Mounted on
 *     /dev/vda1      ext4   99G   42G   53G  45% /
 *
 * Empty: a df without rows is unread; "No such file" lines in front are skipped, other errors are tool failures.
 */
export default defineParser({
  kind: 'df',
  reads: 'df (-h, -H, -k, -T, -P, -i)',
  matches: (command) => effectiveCommand(command).tool === 'df',
  sniff: (head) =>
    head.slice(0, 60).some(
      (line, at) =>
        isHeader(line) &&
        head.slice(at + 1, at + 4).some((row, n) => {
          // A long device name pushes its numbers to the next line.
          return splitRow(row) !== undefined || (n > 0 && splitRow(`${head[at + 1] ?? ''} ${row}`) !== undefined);
        }),
    ),
  parse: (lines, { origin, emit }) => {
    const command = origin.command === undefined ? undefined : effectiveCommand(origin.command);
    const inside = podOfOrigin(origin);
    const found = new Map<string, Filesystem>();
    const typed = lines.every((line, at) => {
      const row = splitRow(line);
      // A device on a line of its own leaves its row one word short.
      const wrapped = row !== undefined && /^\S+$/.test((lines[at - 1] ?? '').trimEnd()) ? 1 : 0;
      return row === undefined || row.before.length + wrapped > 1;
    });
    let layout: Layout | undefined = layoutOf('', command);
    let device: { readonly words: readonly string[]; readonly at: number } | undefined;
    const cutOff = (at: number): void => emit.unread(origin, 'df row cut off', origin.firstLine + at);
    lines.forEach((line, at) => {
      if (line.trim() === '') return;
      const error = ERROR.exec(line)?.[1];
      if (error !== undefined) {
        if (!HARMLESS.test(error))
          emit.fact('toolFailures', { ...factBase(origin, at, line), tool: 'df', message: error });
        return;
      }
      if (isHeader(line)) {
        layout = layoutOf(line, command);
        if (layout === undefined) emit.unread(origin, 'df heading with an unknown block size', origin.firstLine + at);
        return;
      }
      const row = splitRow(line);
      if (layout === undefined) return;
      if (row === undefined) {
        device = /^\S/.test(line) ? { words: line.trim().split(/\s+/), at } : undefined;
        if (device === undefined || /\s\d+\s+\d+\s/.test(line)) cutOff(at);
        return;
      }
      // df sets the numbers of a long device below it, and pads them: a row that begins with a word has its device.
      const above = row.before.length === 0 || /^\s/.test(line) ? device : undefined;
      if (device !== undefined && above === undefined) cutOff(device.at);
      const words = [...(above?.words ?? []), ...row.before];
      device = undefined;
      const hasType = typed && words.length > 1;
      const name = (hasType ? words.slice(0, -1) : words).join(' ');
      const type = hasType
        ? words.at(-1)
        : PSEUDO.has(name)
          ? name
          : name.startsWith('/dev/loop') && row.mount.startsWith('/snap/')
            ? 'squashfs'
            : undefined;
      const percent = PERCENT.exec(row.percent)?.[1];
      const usedPercent = percent === undefined ? undefined : Number(percent);
      const size = amount(row.size, layout);
      const used = amount(row.used, layout);
      const values = layout.inodes
        ? { inodes: size, inodesUsed: used, inodesUsedPercent: usedPercent }
        : { sizeBytes: size, usedBytes: used, availableBytes: amount(row.free, layout), usedPercent };
      const key = `${name} ${row.mount}`;
      const known = found.get(key);
      found.set(key, {
        ...factBase(origin, at, line),
        ...(inside === undefined ? {} : { pod: inside }),
        ...known,
        device: name,
        mount: row.mount,
        ...defined({ type: type ?? known?.type, ...values }),
      });
    });
    for (const filesystem of found.values()) emit.fact('filesystems', filesystem);
    if (found.size === 0) emit.unread(origin, 'df output without rows', origin.firstLine);
  },
});
