import { effectiveCommand } from '../effective-command.ts';
import { defineParser } from '../parser.ts';
import { factBase } from '../quote.ts';

/** `load average: 181.20, 170.11, 166.90`; some locales print decimal commas, macOS `load averages: 1.2 1.1 1.0`. */
const LOAD = /\bload averages?:\s+(\d{1,6}[.,]\d{1,2}),?\s+(\d{1,6}[.,]\d{1,2}),?\s+(\d{1,6}[.,]\d{1,2})\s*$/;
/** top's summary of all CPUs: `%Cpu(s): 11.2 us, 71.2 sy,  0.0 ni,  1.1 id, 14.5 wa, …`, before procps 3.3 `Cpu(s): 3.1%us, …`. */
const CPU = /^%?Cpu\(s\):\s+(.{10,200})$/;
const SHARE = /(\d{1,3}[.,]\d)%?\s?(us|sy|ni|id|wa|hi|si|st)\b/g;
const SHARES: Readonly<Record<string, string>> = {
  us: 'user',
  sy: 'system',
  ni: 'nice',
  id: 'idle',
  wa: 'iowait',
  hi: 'irq',
  si: 'softirq',
  st: 'steal',
};

/** The names of vmstat's columns: ` r  b   swpd   free   buff  cache   si   so    bi    bo   in   cs us sy id wa st`. */
const COLUMNS = /^\s*r\s+b\s+swpd\s.*\sus\s+sy\s+id\s+wa\b/;
const FIGURES = /^(?:\s*\d{1,20}){16,20}\s*$/;

/** The last row of vmstat, and what its columns are called; its first row is an average since the boot. */
function lastSample(
  lines: readonly string[],
): { readonly at: number; readonly shares: readonly (readonly [string, string])[] } | undefined {
  const heading = lines.findLastIndex((line) => line.length < 400 && COLUMNS.test(line));
  const at = lines.findLastIndex((line) => line.length < 400 && FIGURES.test(line));
  if (heading < 0 || at <= heading) return undefined;
  const names = (lines[heading] ?? '').trim().split(/\s+/);
  const figures = (lines[at] ?? '').trim().split(/\s+/);
  return {
    at,
    shares: names.flatMap((name, i) => (SHARES[name] === undefined ? [] : [[SHARES[name], figures[i] ?? '']])),
  };
}

/**
 * How busy a machine is. hostValues: topic `os`, key `loadavg` (as /proc/loadavg: three figures); topic `cpu`, keys
 * user, system, idle, iowait, steal … in percent of all CPUs.
 *
 * Command: `uptime`, `w`, `top -b -n1`, the lines above its processes; `vmstat 5 3`, its last row.
 * Versions: procps 3.2 to 4.0, busybox 1.x (its `top` prints `CPU:` and only the load is read).
 * Sample:
 *
 *     top - 10:00:00 up 81 days,  3:11,  2 users,  load average: 181.20, 170.11, 166.90
 *     %Cpu(s): 11.2 us, 71.2 sy,  0.0 ni,  1.1 id, 14.5 wa,  0.0 hi,  2.0 si,  0.0 st
 *
 * Empty: a text without a load is unread.
 */
export default defineParser({
  kind: 'load',
  reads: 'uptime, w, vmstat, the head of top -b',
  matches: (command) => ['uptime', 'top', 'vmstat', 'w'].includes(effectiveCommand(command).tool),
  sniff: (head) =>
    head.slice(0, 5).some((line) => (LOAD.test(line) && /\bup\b|^top - /.test(line)) || COLUMNS.test(line)),
  parse: (lines, { origin, emit }) => {
    let found = 0;
    lines.forEach((line, at) => {
      const put = (topic: 'os' | 'cpu', key: string, value: string): void => {
        found++;
        emit.fact('hostValues', { ...factBase(origin, at, line), topic, key, value: value.replaceAll(',', '.') });
      };
      const load = LOAD.exec(line);
      if (load !== null) put('os', 'loadavg', `${load[1] ?? ''} ${load[2] ?? ''} ${load[3] ?? ''}`);
      const cpu = CPU.exec(line)?.[1];
      if (cpu === undefined) return;
      for (const [, value = '', name = ''] of cpu.matchAll(SHARE)) put('cpu', SHARES[name] ?? name, value);
    });
    const sample = lastSample(lines);
    if (sample !== undefined) {
      for (const [key, value] of sample.shares) {
        found++;
        emit.fact('hostValues', { ...factBase(origin, sample.at, lines[sample.at] ?? ''), topic: 'cpu', key, value });
      }
    }
    if (found === 0) emit.unread(origin, 'no load in it', origin.firstLine);
  },
});
