import { ranTool } from '../effective-command.ts';
import { defineParser } from '../parser.ts';
import { factBase } from '../quote.ts';

const CPU = /^cpu=\d{1,5}\s+(.{10,600})$/;
/** Counters that say what was lost, of those that the tool prints. */
const COUNTED = ['insert_failed', 'drop', 'early_drop'] as const;

/**
 * Counters of the connection table. hostValues, topic `conntrack-stats`: key the counter, value its sum over all
 * processors.
 *
 * Command: `conntrack -S`.
 * Versions: conntrack-tools 1.4.
 * Sample:
 *
 *     cpu=0   found=10 invalid=152 insert=0 insert_failed=139 drop=0 early_drop=0 error=0 search_restart=0
 *
 * Empty: it prints a line for each processor always.
 */
export default defineParser({
  kind: 'conntrack-stats',
  reads: 'conntrack -S',
  matches: (command) => ranTool(command, 'conntrack') && /\s(?:-S|--stats)\b/.test(command.text),
  sniff: (head) => CPU.test(head[0] ?? '') && (head[0] ?? '').includes('insert_failed='),
  parse: (lines, { origin, emit }) => {
    const sums = new Map<string, { sum: number; at: number }>();
    lines.forEach((line, at) => {
      const counters = CPU.exec(line)?.[1];
      if (counters === undefined) return;
      for (const name of COUNTED) {
        const count = Number(new RegExp(`(?:^|\\s)${name}=(\\d{1,15})`).exec(counters)?.[1] ?? Number.NaN);
        if (Number.isNaN(count)) continue;
        const known = sums.get(name);
        if (known === undefined) sums.set(name, { sum: count, at });
        else {
          if (known.sum === 0 && count > 0) known.at = at;
          known.sum += count;
        }
      }
    });
    for (const [key, { sum, at }] of sums)
      emit.fact('hostValues', {
        ...factBase(origin, at, lines[at] ?? ''),
        topic: 'conntrack-stats',
        key,
        value: String(sum),
      });
    if (sums.size === 0) emit.unread(origin, 'no counters of the connection table in it', origin.firstLine);
  },
});
