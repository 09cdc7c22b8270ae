import { effectiveCommand } from '../effective-command.ts';
import { defineParser } from '../parser.ts';
import { factBase } from '../quote.ts';
import type { Command } from '../records.ts';

const ROW = /^\s*(\d{1,18}(?:[.,]\d{1,3})?)([KMGTPE]?)i?B?(\s+)(\/\S.*|\.\.?(?:\/\S.*)?)$/;
const ERROR = /^(?:\S*\/)?du: /;
/** More rows come from `-a` or a deep `-d`; what fills a disk is among the largest. */
const LARGEST = 200;

/** Bytes of a bare number: du counts in blocks of 1024 unless it is told otherwise. */
function blockOf(command: Command | undefined): number {
  const flags = command === undefined ? {} : effectiveCommand(command).flags;
  if (flags['b'] !== undefined || flags['bytes'] !== undefined) return 1;
  if (flags['m'] !== undefined) return 2 ** 20;
  const size = /^(\d{0,6})([KMG]?)$/.exec(String(flags['B'] ?? flags['block-size'] ?? ''));
  if (size === null || size[0] === '') return 1024;
  return Number(size[1] === '' ? 1 : size[1]) * 1024 ** (size[2] === '' ? 0 : 'KMG'.indexOf(size[2] ?? '') + 1);
}

/** `du --inodes` counts files, not bytes. */
const countsBytes = (command: Command | undefined): boolean =>
  command === undefined || effectiveCommand(command).flags['inodes'] === undefined;

/**
 * What the folders of a machine hold; of more than 200 rows the largest.
 *
 * Command: `du -xk -d 1 /var/lib/containerd`, with -h, -k, -m, -b, -s, -a, -x, -c in any mix; not `--inodes`.
 * Versions: coreutils 5 to 9, busybox 1.x.
 * Sample:
 *
 *     1048576	/var/lib/containerd/io.containerd.content.v1.content
 *     9437184	/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs
 *     10485760	/var/lib/containerd
 *
 * Empty: a folder that is not there leaves "cannot access" on standard error and no row: nothing is known.
 */
export default defineParser({
  kind: 'disk-use',
  reads: 'du (-h, -k, -m, -b, -s, -d)',
  matches: (command) => effectiveCommand(command).tool === 'du' && countsBytes(command),
  sniff: (head, { command }) => {
    const lines = head.filter((line) => line.trim() !== '' && !ERROR.test(line)).slice(0, 50);
    // du sets a tab between size and path; `wc -l` and `ls -s` do not.
    return lines.length > 0 && lines.every((line) => ROW.exec(line)?.[3] === '\t') && countsBytes(command);
  },
  parse: (lines, { origin, emit }) => {
    const block = blockOf(origin.command);
    const rows: { readonly at: number; readonly path: string; readonly bytes: number }[] = [];
    lines.forEach((line, at) => {
      if (line.trim() === '' || ERROR.test(line) || /^\s*\S+\s+total$/.test(line)) return;
      const row = ROW.exec(line);
      if (row === null) return emit.unread(origin, 'no row of du', origin.firstLine + at);
      const [, number = '', unit = '', , path = ''] = row;
      const bytes = Number(number.replace(',', '.')) * (unit === '' ? block : 1024 ** ('KMGTPE'.indexOf(unit) + 1));
      rows.push({ at, path: path.trimEnd(), bytes: Math.round(bytes) });
    });
    if (rows.length === 0) emit.unread(origin, 'du output without rows', origin.firstLine);
    rows
      .sort((a, b) => b.bytes - a.bytes || a.at - b.at)
      .slice(0, LARGEST)
      .forEach(({ at, path, bytes }) =>
        emit.fact('diskUse', { ...factBase(origin, at, lines[at] ?? ''), path, bytes }),
      );
  },
});
