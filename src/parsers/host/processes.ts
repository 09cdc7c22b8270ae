import { effectiveCommand } from '../effective-command.ts';
import { defineParser } from '../parser.ts';
import { factBase } from '../quote.ts';
import type { Command, ProcessList } from '../records.ts';
import { emitKubeletFlags, hasKubeletFlags } from './kubelet-flags.ts';

/** The last column of every layout. */
const COMMAND = new Set(['COMMAND', 'CMD', 'ARGS', 'COMM']);
/** `Z`, `Zl`, `Z+`: first the state, then marks. */
const ZOMBIE = /^Z[<NLsl+]{0,5}$/;

function isHeading(line: string): boolean {
  if (line.length > 400) return false;
  const names = line.trim().split(/\s+/);
  return COMMAND.has(names.at(-1) ?? '') && names.includes('PID');
}

interface Columns {
  readonly pid: number;
  readonly parent: number;
  readonly state: number;
  readonly command: number;
  readonly resident: number;
}

function columnsOf(heading: string): Columns {
  const names = heading.trim().split(/\s+/);
  return {
    pid: names.indexOf('PID'),
    parent: names.indexOf('PPID'),
    state: names.findIndex((name) => name === 'STAT' || name === 'S' || name === 'STATE'),
    command: names.length - 1,
    resident: names.findIndex((name) => name === 'RSS' || name === 'RSZ'),
  };
}

interface Process {
  readonly at: number;
  readonly name: string;
  readonly parent: string | undefined;
  readonly zombie: boolean;
  /** Bytes; ps prints KiB. */
  readonly resident: number | undefined;
}

/** Processes by id: with threads (-T, -m, H) a process has several rows, and the first one counts. */
function processesOf(lines: readonly string[]): ReadonlyMap<string, Process> {
  const out = new Map<string, Process>();
  let columns: Columns | undefined;
  lines.forEach((line, at) => {
    if (isHeading(line)) {
      columns = columnsOf(line);
      return;
    }
    if (columns === undefined) return;
    const cells = line.trim().split(/\s+/);
    const pid = cells[columns.pid] ?? '';
    if (!/^\d{1,10}$/.test(pid) || out.has(pid)) return;
    const state = columns.state < 0 ? undefined : cells[columns.state];
    const command = cells.slice(columns.command).filter((cell) => !/^(?:\\_|\||`-)$/.test(cell));
    const [name = ''] = command;
    out.set(pid, {
      at,
      name: name.startsWith('[') ? name.replace(/[[\]]/g, '') : name.replace(/^\/(?:.*\/)?/, '').replace(/:$/, ''),
      parent: columns.parent < 0 ? undefined : cells[columns.parent],
      zombie: ZOMBIE.test(state ?? '') || command.at(-1) === '<defunct>',
      resident: /^\d{1,12}$/.test(cells[columns.resident] ?? '') ? Number(cells[columns.resident]) * 1024 : undefined,
    });
  });
  return out;
}

/** Zombies by name and parent, the most first. */
function zombiesOf(processes: ReadonlyMap<string, Process>): ProcessList['zombies'] {
  const groups = new Map<string, { readonly first: Process; count: number }>();
  for (const process of processes.values()) {
    if (!process.zombie) continue;
    const key = `${process.name}\u0000${process.parent ?? ''}`;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { first: process, count: 1 });
    else known.count++;
  }
  const nameOf = (pid: string): string => `${pid}${processes.has(pid) ? ` (${processes.get(pid)?.name ?? ''})` : ''}`;
  return [...groups.values()]
    .sort((a, b) => b.count - a.count)
    .map(({ first: { name, parent }, count }) => ({
      name,
      count,
      ...(parent === undefined ? {} : { parent: nameOf(parent) }),
    }));
}

/** What `ps … | grep defunct` and `ps … | grep -c defunct` leave: the zombies, or their number. */
function pickedZombies(
  lines: readonly string[],
  command: Command | undefined,
): { readonly at: number; readonly zombies: ProcessList['zombies'] } | undefined {
  const pipe = command === undefined ? undefined : effectiveCommand(command).flags['|'];
  if (typeof pipe !== 'string' || !/\b(?:defunct|Z)\b/.test(pipe)) return undefined;
  const at = lines.findIndex((line) => line.trim() !== '');
  const number = /^\s*(\d{1,7})\s*$/.exec(lines[at] ?? '')?.[1];
  if (number !== undefined && /(?:^|\s)-c\b|\bwc -l/.test(pipe))
    return { at, zombies: [{ name: '', count: Number(number) }] };
  const names = lines.flatMap((line) => /\[([^\]]{1,100})\] <defunct>\s*$/.exec(line)?.[1] ?? []);
  if (names.length === 0) return undefined;
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return { at, zombies: [...counts].sort((a, b) => b[1] - a[1]).map(([name, count]) => ({ name, count })) };
}

/**
 * The processes of a machine, in numbers; and the flags of the kubelet, which are in its line (kubelet-flags.ts).
 *
 * Command: `ps aux`, `ps auxwww`, `ps -ef`, `ps -elf`, `ps alxwww`, `ps -eo pid,ppid,stat,comm`.
 * Versions: procps 3.2 to 4.0, busybox 1.x.
 * Sample:
 *
 *     USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND
 *     root           1  0.0  0.1 168140 11420 ?        Ss   Feb27   0:12 /sbin/init
 *     root       20114  0.0  0.0      0     0 ?        Z    11:58   0:00 [sh] <defunct>
 *
 * Empty: a listing without a process is unread: whoever ran it was one.
 */
export default defineParser({
  kind: 'processes',
  reads: 'ps aux, ps -ef, ps -elf, ps -eo …',
  priority: -1,
  matches: (command) => effectiveCommand(command).tool === 'ps',
  sniff: (head) => {
    // A remark about the terminal's width may stand above; output of more than one command does not.
    const lines = head.filter((line) => line.trim() !== '').slice(0, 3);
    return lines.length > 1 && lines.some(isHeading);
  },
  parse: (lines, { origin, emit }) => {
    const processes = processesOf(lines);
    lines.forEach((line, at) => {
      if (hasKubeletFlags(line)) emitKubeletFlags(emit, origin, at, line);
    });
    const heading = lines.findIndex(isHeading);
    if (heading < 0) {
      const picked = pickedZombies(lines, origin.command);
      if (picked !== undefined)
        emit.fact('processes', { ...factBase(origin, picked.at, lines[picked.at] ?? ''), zombies: picked.zombies });
      // `ps aux | grep kubelet` has rows without a heading: only the flags in them can be read.
      if (picked !== undefined || lines.some(hasKubeletFlags)) return;
    }
    if (processes.size === 0) return emit.unread(origin, 'ps output without processes', origin.firstLine);
    const zombies = zombiesOf(processes);
    const largest = [...processes.values()]
      .filter((one) => one.resident !== undefined)
      .sort((a, b) => (b.resident ?? 0) - (a.resident ?? 0))[0];
    const shown = [...processes.values()].find((process) => process.zombie)?.at ?? heading;
    emit.fact('processes', {
      ...factBase(origin, shown, lines[shown] ?? ''),
      total: processes.size,
      zombies,
      ...(largest?.resident === undefined
        ? {}
        : {
            largest: {
              name: largest.name,
              bytes: largest.resident,
              source: factBase(origin, largest.at, lines[largest.at] ?? '').source,
            },
          }),
    });
  },
});
