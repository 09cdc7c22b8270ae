import { ranTool } from '../effective-command.ts';
import { defineParser } from '../parser.ts';
import { factBase } from '../quote.ts';

/** `mpatha (36001405ecb7) dm-1 LIO-ORG,disk0`, without an alias the WWID alone; `create: ` before what is new. */
const MAP = /^(?:(?:create|reload|reject|unchanged): )?(?<name>[\w.:-]{1,128}) (?:\([\w.:-]{1,128}\) ?)?dm-\d{1,6} \S/;
/** `| |- 14:0:0:0 sda 8:0   failed faulty offline`: place, disk, numbers, state in the kernel, of the checker, of the disk. */
const PATH =
  /^[\s|`]{0,8}[|`+]?- (?:\d{1,5}:\d{1,5}:\d{1,5}:\d{1,20}|#:#:#:#) {1,8}(?<disk>[\w-]{1,20}) {1,8}(?:\d{1,4}:\d{1,8}|#:#|-) {1,8}(?<state>(?:active|failed|undef|#)\b[\w ]{0,40})$/;

/**
 * The maps of device-mapper multipath and the state of each path. hostValues, topic `multipath`, scope the map, key the
 * disk of the path (`sda`; `-` when it is gone), value its state (`active ready running`, `failed faulty running`).
 *
 * Command: `multipath -ll`, `multipath -l`, `multipathd show topology`.
 * Versions: multipath-tools 0.4.9 to 0.10.
 * Sample:
 *
 *     mpatha (36001405aa11bb22cc33dd44ee55ff6607) dm-1 LIO-ORG ,TCMU device
 *     size=1.0G features='1 queue_if_no_path' hwhandler='1 alua' wp=rw
 *     |-+- policy='round-robin 0' prio=0 status=enabled
 *     | `- 14:0:0:0 sda 8:0  failed faulty running
 *
 * Empty: a machine without such maps prints nothing.
 */
export default defineParser({
  kind: 'multipath',
  reads: 'multipath -ll',
  matches: (command) => ranTool(command, 'multipath') || ranTool(command, 'multipathd'),
  sniff: (head) => head.some((line, at) => MAP.test(line) && /^size=\S{1,20} features='/.test(head[at + 1] ?? '')),
  parse: (lines, { origin, emit }) => {
    let scope: string | undefined;
    let found = false;
    lines.forEach((line, at) => {
      if (line.length > 500) return;
      scope = MAP.exec(line)?.groups?.['name'] ?? scope;
      const path = PATH.exec(line.trimEnd())?.groups;
      if (path === undefined || scope === undefined) return;
      found = true;
      emit.fact('hostValues', {
        ...factBase(origin, at, line),
        topic: 'multipath',
        scope,
        key: path['disk'] ?? '',
        value: (path['state'] ?? '').replace(/ {2,}/g, ' '),
      });
    });
    if (!found && lines.some((line) => line.trim() !== '')) emit.unread(origin, 'no paths in it', origin.firstLine);
  },
});
