import { defineParser } from '../parser.ts';
import { lookAt } from './looks.ts';

const KERNEL_FILES = /\/var\/log\/(?:kern\.log|dmesg)|\/dev\/kmsg/;

/**
 * The kernel's log: the ring buffer and the files that keep it (/var/log/kern.log, /dev/kmsg, pstore).
 *
 * Command: `dmesg` (plain, `-T`, `-x`, `--time-format iso`), `journalctl -k`, `talosctl dmesg`.
 * Versions: util-linux 2.20 to 2.41, busybox 1.x, systemd 219 to 258, talosctl 1.0 to 1.12.
 * Sample:
 *
 *     [12345.678901] nf_conntrack: table full, dropping packet
 *
 * Empty: an empty text means that the ring buffer was cleared, or that the caller may not read it.
 */
export default defineParser({
  kind: 'kernel-log',
  reads: 'dmesg, journalctl -k, /var/log/kern.log, talosctl dmesg',
  priority: 9,
  matches: ({ tool, words, flags }) =>
    tool === 'dmesg' ||
    (tool === 'talosctl' && words[0] === 'dmesg') ||
    (tool === 'journalctl' && (flags['k'] === true || flags['dmesg'] === true)) ||
    KERNEL_FILES.test(words.join(' ')),
  sniff(head, origin) {
    if (origin.pod !== undefined || origin.container !== undefined) return false;
    const look = lookAt(head);
    return look.lines > 0 && look.kernel >= 0.8;
  },
  async stream(chunks, { origin, emit, scan }) {
    emit.log(await scan(chunks, { program: 'kernel', ...origin }, 'kernel'));
  },
});
