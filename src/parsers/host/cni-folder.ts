import { effectiveCommand } from '../effective-command.ts';
import { defineParser } from '../parser.ts';
import type { Command } from '../records.ts';
import { factBase } from '../quote.ts';

const FOLDER = /\/cni\/net\.d\/?\*?$/;
const FILE = /^[\w.-]{1,200}\.(?:conf|conflist|json)$/;

const folderOf = (command: Command): string | undefined => {
  const { tool, words } = effectiveCommand(command);
  return tool === 'ls' || tool === 'll' ? words.find((word) => FOLDER.test(word)) : undefined;
};

/**
 * Which CNI configurations a node has, without what is in them (`text` is empty).
 *
 * Command: `ls /etc/cni/net.d`, with -l, -a, -1.
 * Versions: coreutils 5 to 9, busybox 1.x.
 * Sample:
 *
 *     -rw------- 1 root root  660 Mar  1 09:00 10-calico.conflist
 *
 * Empty: a folder without files prints nothing, or `total 0`; the runtime then has no network at all, which it says itself.
 */
export default defineParser({
  kind: 'cni-folder',
  reads: 'ls /etc/cni/net.d',
  matches: (command) => folderOf(command) !== undefined,
  sniff: () => false,
  parse: (lines, { origin, emit }) => {
    const folder = (origin.command === undefined ? undefined : folderOf(origin.command))?.replace(/\/?\*?$/, '');
    lines.forEach((line, at) => {
      if (line.length > 2000 || line.startsWith('ls: ')) return;
      const words = line.trim().split(/\s+/);
      // A long row ends with its name, a short one is nothing but names.
      const files = /^[-dlbcps][-rwxsStT]{9}/.test(line.trim()) ? words.slice(-1) : words;
      for (const file of files) {
        const name = file.slice(file.lastIndexOf('/') + 1);
        if (FILE.test(name))
          emit.fact('configFiles', {
            ...factBase(origin, at, line),
            path: `${folder ?? '/etc/cni/net.d'}/${name}`,
            text: '',
          });
      }
    });
  },
});
