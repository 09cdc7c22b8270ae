import { defineParser } from '../parser.ts';
import { quote } from '../quote.ts';

const HEADING = /^(?:NODE +)?FILESYSTEM +SIZE\(GB\) +USED\(GB\) +AVAILABLE\(GB\) +PERCENT USED +MOUNTED ON$/;
const ROW = /^(?:\S+ +)?(\S+) +(\d+\.\d+) +(\d+\.\d+) +(\d+\.\d+) +(\d+\.\d+)% +(\/.*)$/;
const GB = 1e9;

/**
 * File systems of a Talos machine, and how full they are; also the `mounts` file of `talosctl support`.
 *
 * Command: `talosctl mounts`.
 * Versions: talosctl 1.0 to 1.12.
 * Sample:
 *
 *     FILESYSTEM       SIZE(GB)   USED(GB)   AVAILABLE(GB)   PERCENT USED   MOUNTED ON
 *     /dev/nvme0n1p6   248.36     116.69     131.67          46.98%         /var
 *
 * Empty: every machine has mounts; an output without a row was cut.
 */
export default defineParser({
  kind: 'talos-mounts',
  reads: 'talosctl mounts',
  matches: ({ tool, words }) => tool === 'talosctl' && words[0] === 'mounts',
  sniff: (head) => HEADING.test(head[0]?.trim() ?? ''),
  parse(lines, { origin, emit }) {
    lines.forEach((line, index) => {
      const text = line.trim();
      if (text === '' || HEADING.test(text)) return;
      const row = ROW.exec(text);
      if (row === null) return emit.unread(origin, 'no row of talosctl mounts', origin.firstLine + index);
      const [, device = '', size = '', used = '', available = '', percent = '', mount = ''] = row;
      // The others (overlay, tmpfs, bind mounts) show the same disks again, and images of the system are always full.
      if (!device.startsWith('/dev/') || device.startsWith('/dev/loop') || Number(size) === 0) return;
      emit.fact('filesystems', {
        source: quote(origin, index, line),
        ...(origin.node === undefined ? {} : { node: origin.node }),
        device,
        mount,
        sizeBytes: Math.round(Number(size) * GB),
        usedBytes: Math.round(Number(used) * GB),
        availableBytes: Math.round(Number(available) * GB),
        usedPercent: Number(percent),
      });
    });
  },
});
