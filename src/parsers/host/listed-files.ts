/** What `ls` says of one folder: which files are in it. */
import { effectiveCommand } from '../effective-command.ts';
import type { Command } from '../records.ts';

/** A row of `ls -l`. */
const ROW = /^[-dlbcps][-rwxsStT]{9}/;

/** The folder that `ls` was asked for, when it is one of these; without the slash or the star at its end. */
export function listedFolder(command: Command | undefined, folder: RegExp): string | undefined {
  if (command === undefined) return undefined;
  const { tool, words } = effectiveCommand(command);
  const asked = tool === 'ls' || tool === 'll' ? words.find((word) => folder.test(word)) : undefined;
  return asked?.replace(/\/?\*?$/, '');
}

/** The names in a line of `ls`, with -l, -a, -1 or without, without their folder; directories are none. */
export function filesIn(line: string): readonly string[] {
  const row = line.trim();
  if (row === '' || row.length > 2000 || /^(?:ls: |total \d|d[-rwxsStT]{9})/.test(row)) return [];
  const words = row.split(/\s+/);
  // A long row ends with its name, a short one is nothing but names.
  return (ROW.test(row) ? words.slice(-1) : words).flatMap((file) => file.slice(file.lastIndexOf('/') + 1) || []);
}
