import { defineParser } from '../parser.ts';
import type { Command } from '../records.ts';
import { lookAt } from './looks.ts';

const READERS = new Set(['cat', 'tail', 'head', 'less', 'zcat', 'grep', 'egrep', 'zgrep', 'awk', 'sed']);
const SYSTEM_LOGS = /\/var\/log\/(?:messages|syslog|daemon\.log|upstart\/|containerd|kubelet)/;

/** `-u kubelet` names the program; of several units the lines say which. */
function unitOf(command: Command | undefined): string | undefined {
  const unit = command?.flags['u'] ?? command?.flags['unit'] ?? command?.flags['t'] ?? command?.flags['identifier'];
  return typeof unit === 'string' && !/[\s,*]/.test(unit) ? unit.replace(/\.service$/, '') : undefined;
}

/**
 * The system's journal as text or JSON, and the files of syslog.
 *
 * Command: `journalctl -u kubelet` (`-o short`, `short-iso`, `short-precise`, `short-full`, `json`), `cat
 *   /var/log/messages`, `cat /var/log/syslog`.
 * Versions: systemd 219 to 258, rsyslog 5 to 8, syslog-ng 3 and 4.
 * Sample:
 *
 *     Nov 28 16:06:28 node-1 kubelet[812]: E1128 16:06:28.000123     812 kubelet.go:2441] "Skipping pod synchronization"
 *
 * Empty: "-- No entries --" means that the unit wrote nothing in the time that was asked for.
 */
export default defineParser({
  kind: 'journal',
  reads: 'journalctl (short formats and json), /var/log/messages, /var/log/syslog',
  priority: 8,
  matches: (command) =>
    command.tool === 'journalctl' || (READERS.has(command.tool) && SYSTEM_LOGS.test(command.words.join(' '))),
  sniff(head, origin) {
    // A pod may print such lines too: then its command or its layout says so.
    if (origin.pod !== undefined || origin.container !== undefined) return false;
    const look = lookAt(head);
    if (look.journalNote) return look.kernel < 0.8;
    return look.lines > 0 && look.journal >= 0.6 && look.kernel < 0.8;
  },
  async stream(chunks, { origin, emit, scan }) {
    const unit = unitOf(origin.command);
    emit.log(await scan(chunks, { ...(unit === undefined ? {} : { program: unit }), ...origin }, 'host'));
  },
});
