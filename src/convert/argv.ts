import { commandOf } from '../layouts/manifest.ts';
import { shellWords } from '../lib/shell-words.ts';
import type { Command } from '../parsers/records.ts';

const same = (a: Command, b: Command | undefined): boolean =>
  b !== undefined && JSON.stringify([a.tool, a.words, a.flags]) === JSON.stringify([b.tool, b.words, b.flags]);

/**
 * A command as an argument list that reads back as the same command: its words, or, when only a shell understands it
 * (`kubectl get pods | grep web`), the shell that ran the line.
 */
export function argvOf(command: Command): readonly string[] {
  const tokens = shellWords(command.text);
  const words = tokens.map((token) => token.text);
  const plain = words.length > 0 && tokens.every((token) => !token.operator);
  return plain && same(command, commandOf(words)) ? words : ['sh', '-c', command.text];
}
