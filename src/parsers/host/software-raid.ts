import { effectiveCommand, ranTool } from '../effective-command.ts';
import { defineParser } from '../parser.ts';
import { factBase } from '../quote.ts';

/** mdstat: `md0 : active (auto-read-only) raid1 sdb1[1] sda1[0](F)`. */
const ARRAY =
  /^(?<array>md[\w-]{1,32}) : (?<state>active|inactive)(?: \([\w-]{1,20}\))?(?: (?<level>raid\d{1,2}|linear|faulty))?(?<members>(?: [\w!-]{1,32}\[\d{1,4}\](?:\([A-Z]\)){0,3}){0,64})\s*$/;
const MEMBER = /([\w!-]{1,32})\[\d{1,4}\]((?:\([A-Z]\)){0,3})/g;
/** mdstat: `523264 blocks super 1.2 [2/1] [U_]`: how many there should be, how many there are. */
const BLOCKS = /^\s{1,12}\d{1,16} blocks .{0,120}\[(?<wanted>\d{1,3})\/\d{1,3}\] \[(?<map>[U_]{1,64})\]/;
/** mdstat: `[=>....]  recovery = 12.6% (37043392/292945152) finish=127.5min speed=33440K/sec`. */
const REBUILD = /\b(?:recovery|reshape) {1,2}= {1,3}(?<done>[\d.]{1,5}%)/;
/** mdadm --detail. */
const DETAIL = /^(?:\/dev\/)?(?<array>md[\w/.:-]{1,64}):$/;
const FIELD = /^ {1,24}(?<name>Raid Level|State|Rebuild Status|Reshape Status) : (?<value>\S.{0,100})$/;
/** `Number Major Minor RaidDevice State`, then the device; a slot without one is `removed`. */
const ROW =
  /^ {1,12}(?:\d{1,4}|-) {1,8}\d{1,4} {1,8}\d{1,8} {1,8}(?:\d{1,4}|-) {1,8}(?<state>[a-z][a-z ]{2,60}?)(?: {1,8}(?:\/dev\/)?(?<disk>[\w/-]{2,64}))?$/;

/**
 * Software RAIDs of the kernel (md). hostValues, topic `raid`, scope the array (`md0`): keys `level`, `state` (of mdadm
 * `clean, degraded`; of mdstat `active`, `inactive`), `here` (`1 of 2`), `rebuild` (`12.6%`), and `member.sda1` with the
 * state of the member (`active sync`, `faulty`, `spare rebuilding`).
 *
 * Command: `cat /proc/mdstat`, `mdadm --detail /dev/md0`.
 * Versions: Linux 3 to 6, mdadm 3.2 to 4.4.
 * Sample:
 *
 *     md0 : active raid1 sdb1[1] sda1[0](F)
 *           523264 blocks super 1.2 [2/1] [U_]
 *
 * Empty: a machine without arrays has none in it.
 */
export default defineParser({
  kind: 'software-raid',
  reads: 'cat /proc/mdstat, mdadm --detail',
  matches: (command) => ranTool(command, 'mdadm') || /\/proc\/mdstat\b/.test(command.text),
  sniff: (head) =>
    head.some(
      (line, at) => (DETAIL.test(line) && head.slice(at, at + 8).some((one) => FIELD.test(one))) || ARRAY.test(line),
    ),
  parse: (lines, { origin, emit }) => {
    // What grep let through of `mdadm --detail /dev/md0` no longer says whose it is.
    const asked = origin.command === undefined ? undefined : effectiveCommand(origin.command).text;
    let scope = asked === undefined ? undefined : /\/dev\/(md[\w/.:-]{1,64})/.exec(asked)?.[1];
    let found = lines.some((line) => line.startsWith('Personalities :'));
    lines.forEach((line, at) => {
      if (line.length > 2000) return;
      const put = (key: string, value: string): void => {
        found = true;
        if (scope !== undefined)
          emit.fact('hostValues', { ...factBase(origin, at, line), topic: 'raid', scope, key, value });
      };
      const array = (ARRAY.exec(line) ?? DETAIL.exec(line))?.groups;
      if (array !== undefined) {
        scope = array['array'];
        found = true;
        if (array['state'] !== undefined) put('state', array['state']);
        if (array['level'] !== undefined) put('level', array['level']);
        for (const [, disk = '', marks = ''] of (array['members'] ?? '').matchAll(MEMBER))
          put(`member.${disk}`, marks.includes('(F)') ? 'faulty' : marks.includes('(S)') ? 'spare' : 'active sync');
        return;
      }
      const blocks = BLOCKS.exec(line)?.groups;
      if (blocks !== undefined) {
        // The map tells of each member whether it is up.
        const up = (blocks['map'] ?? '').replaceAll('_', '').length;
        return put('here', `${up} of ${blocks['wanted'] ?? ''}`);
      }
      const rebuild = REBUILD.exec(line)?.groups?.['done'];
      if (rebuild !== undefined) return put('rebuild', rebuild);
      const field = FIELD.exec(line.trimEnd())?.groups;
      if (field !== undefined) {
        const name = field['name'] ?? '';
        const key = name === 'Raid Level' ? 'level' : name === 'State' ? 'state' : 'rebuild';
        return put(key, (field['value'] ?? '').replace(/ complete$/, ''));
      }
      const row = ROW.exec(line.trimEnd())?.groups;
      if (row?.['disk'] !== undefined) put(`member.${row['disk']}`, row['state'] ?? '');
    });
    if (!found && lines.some((line) => line.trim() !== '')) emit.unread(origin, 'no array in it', origin.firstLine);
  },
});
