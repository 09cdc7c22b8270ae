import { effectiveCommand, ranTool } from '../effective-command.ts';
import { defineParser } from '../parser.ts';
import { factBase, quote } from '../quote.ts';

const MOUNT = /^(\S.{0,400}?) on (\/.{0,400}?) type (\S{1,40})(?: \(([^()]{1,2000})\))/;
const PROC = /^(\S{1,1000}) (\/\S{0,1000}) ([a-z]\S{0,40}) ((?:rw|ro)(?:,\S{0,2000})?) \d \d$/;
const MOUNTINFO =
  /^\d+ \d+ \d+:\d+ \S+ (\/\S{0,1000}) (\S{1,1000}) (?:\S{1,40}:\d+ )*- (\S{1,40}) (\S{1,1000}) (\S{1,2000})$/;
/** A row of findmnt; those below another hang on a tree. */
const FINDMNT =
  /^(?:[│ ]{0,40}[├└]─)?(\/\S{0,1000})\s+(\S{1,1000})\s+([a-z][\w.]{0,40})\s+((?:rw|ro)(?:,\S{0,2000})?)\s*$/;
const LSBLK = /^NAME\s+.*\bMOUNTPOINTS?\s*$/;

/**
 * Mounted file systems. hostValues, topic `mount`: key the mount point, value `DEVICE TYPE OPTIONS` (what tells a
 * read-only remount). `lsblk` and other block device listings are kept as text (configFiles, path `lsblk`).
 *
 * Command: `mount`, `cat /proc/mounts`, `cat /proc/self/mountinfo`, `findmnt`, `lsblk`.
 * Versions: util-linux 2.19 to 2.41, busybox 1.x, Linux 2.6.26 and later (mountinfo).
 * Sample:
 *
 *     /dev/sda2 on / type ext4 (rw,relatime)
 *
 * Empty: a text without a mount is unread.
 */
export default defineParser({
  kind: 'mounts',
  reads: 'mount, /proc/mounts, /proc/self/mountinfo, findmnt, lsblk',
  matches: (command) => {
    const inner = effectiveCommand(command);
    return inner.tool === 'lsblk' || inner.tool === 'findmnt' || (inner.tool === 'mount' && inner.words.length === 0);
  },
  sniff: (head) => {
    const lines = head.filter((line) => line.trim() !== '').slice(0, 20);
    if (LSBLK.test(lines[0] ?? '')) return true;
    if (/^TARGET\s+SOURCE\s+FSTYPE\s+OPTIONS\s*$/.test(lines[0] ?? '')) return true;
    const mounts = lines.filter((line) => MOUNT.test(line) || PROC.test(line) || MOUNTINFO.test(line)).length;
    return mounts > 0 && mounts * 2 >= lines.length;
  },
  parse: (lines, { origin, emit }) => {
    let found = 0;
    lines.forEach((line, at) => {
      const plain = MOUNT.exec(line);
      const proc = plain === null ? PROC.exec(line) : null;
      const info = plain === null && proc === null ? MOUNTINFO.exec(line) : null;
      const row = plain === null && proc === null && info === null ? FINDMNT.exec(line) : null;
      const [device, point, type, options] =
        plain !== null
          ? plain.slice(1)
          : proc !== null
            ? proc.slice(1)
            : info !== null
              ? [info[4], info[1], info[3], info[2]]
              : row !== null
                ? [row[2], row[1], row[3], row[4]]
                : [];
      if (point === undefined) return;
      found++;
      const value = `${device ?? ''} ${type ?? ''} ${options ?? ''}`.trim();
      emit.fact('hostValues', { ...factBase(origin, at, line), topic: 'mount', key: point, value });
    });
    if (found > 0) return;
    const tool = origin.command === undefined ? 'lsblk' : effectiveCommand(origin.command).tool;
    const listing = LSBLK.test(lines.find((line) => line.trim() !== '') ?? '');
    if (listing || (origin.command !== undefined && ranTool(origin.command, 'lsblk', 'findmnt'))) {
      const source = quote(origin, 0, lines[0] ?? '');
      emit.fact('configFiles', {
        source,
        ...(origin.node === undefined ? {} : { node: origin.node }),
        path: tool,
        text: lines.join('\n'),
      });
    } else emit.unread(origin, 'no mount in it', origin.firstLine);
  },
});
