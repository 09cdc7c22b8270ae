import { defined } from '../../lib/defined.ts';
import { effectiveCommand } from '../effective-command.ts';
import { defineParser } from '../parser.ts';
import { podOfOrigin } from '../pod-of-origin.ts';
import { factBase } from '../quote.ts';
import type { Command } from '../records.ts';

const FILE = /(?:^|\/)pids\.(max|current)$/;

/** The files in the order in which cat prints them. */
function filesOf(command: Command): readonly string[] {
  const { tool, words } = effectiveCommand(command);
  if (tool !== 'cat') return [];
  const files = words.map((word) => FILE.exec(word)?.[1]);
  return files.length > 0 && files.every((file) => file !== undefined) ? files : [];
}

/**
 * How many processes and threads a cgroup has and may have. hostValues, topic `pids`, keys `max` and `current`, with the
 * pod where it was read in one.
 *
 * Command: `cat /sys/fs/cgroup/pids.max /sys/fs/cgroup/pids.current`, also through kubectl exec.
 * Versions: Linux 4.3 and later, cgroup v1 and v2.
 * Sample:
 *
 *     1024
 *     1019
 *
 * Empty: cat of such a file prints a line; nothing is unread.
 */
export default defineParser({
  kind: 'pids-cgroup',
  reads: 'cat pids.max, cat pids.current',
  priority: 5,
  matches: (command) => filesOf(command).length > 0,
  // A number alone is nobody's.
  sniff: () => false,
  parse: (lines, { origin, emit }) => {
    const files = origin.command === undefined ? [] : filesOf(origin.command);
    const values = lines.flatMap((line, at) => (/^(?:\d{1,10}|max)$/.test(line.trim()) ? [{ line, at }] : []));
    if (values.length !== files.length) return emit.unread(origin, 'not one number for each file', origin.firstLine);
    values.forEach(({ line, at }, i) => {
      emit.fact('hostValues', {
        ...factBase(origin, at, line),
        topic: 'pids',
        key: files[i] ?? '',
        value: line.trim(),
        ...defined({ pod: podOfOrigin(origin) }),
      });
    });
  },
});
