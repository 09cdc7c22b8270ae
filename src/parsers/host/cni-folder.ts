import { defineParser } from '../parser.ts';
import { factBase } from '../quote.ts';
import { filesIn, listedFolder } from './listed-files.ts';

const FOLDER = /\/cni\/net\.d\/?\*?$/;
const FILE = /^[\w.-]{1,200}\.(?:conf|conflist|json)$/;

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
  matches: (command) => listedFolder(command, FOLDER) !== undefined,
  sniff: () => false,
  parse: (lines, { origin, emit }) => {
    const folder = listedFolder(origin.command, FOLDER) ?? '/etc/cni/net.d';
    lines.forEach((line, at) => {
      for (const file of filesIn(line))
        if (FILE.test(file))
          emit.fact('configFiles', { ...factBase(origin, at, line), path: `${folder}/${file}`, text: '' });
    });
  },
});
