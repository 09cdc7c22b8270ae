import { effectiveCommand, ranTool } from '../effective-command.ts';
import { defineParser } from '../parser.ts';
import { factBase } from '../quote.ts';
import type { Origin } from '../records.ts';

const HEAD = /^(?:smartctl \d\.\d{1,3} |=== START OF (?:INFORMATION|READ SMART DATA|SMART DATA) SECTION ===)/;
const NVME_HEAD = /^Smart Log for NVME device:\s{0,10}(\S{1,60})/;
/** ATA and NVMe say the first, SCSI the second. */
const HEALTH = /^SMART (?:overall-health self-assessment test result|Health Status): {1,4}(\S.{0,200})$/;
/** `ID# NAME FLAG VALUE WORST THRESH TYPE UPDATED WHEN_FAILED RAW_VALUE`. */
const ATTRIBUTE =
  /^ {0,3}\d{1,3} (?<name>[\w/-]{2,40}) +0x[0-9a-f]{4} +(?:\d{3}|---) +(?:\d{3}|---) +(?:\d{3}|---) +(?:Pre-fail|Old_age) +(?:Always|Offline) +(?<failed>-|FAILING_NOW|In_the_past) +(?<raw>\d{1,18})/;
/** smartctl: `Percentage Used:   3%`; nvme: `percentage_used : 3%`, `critical_warning : 0`. */
const NVME =
  /^(?<name>Critical Warning|Available Spare|Available Spare Threshold|Percentage Used|Media and Data Integrity Errors|critical_warning|available_spare|available_spare_threshold|percentage_used|media_errors)\s{0,60}:\s{1,60}(?<value>(?:0x)?[0-9a-fA-F][0-9a-fA-F,.]{0,30})%?/;
/** Attributes that count sectors which could not be read or had to be replaced (smartmontools' drivedb names). */
const COUNTED =
  /^(?:Reallocated_Sector_Ct|Current_Pending_Sector|Total_Pending_Sectors|Offline_Uncorrectable|Total_Offl_Uncorrectabl|Reported_Uncorrect)$/;

/** The disk: what the tool was asked about, what the text says, or the one in the name that a collector gave the file. */
function diskOf(origin: Origin, lines: readonly string[]): string {
  const asked = origin.command === undefined ? undefined : effectiveCommand(origin.command).words.at(-1);
  const told = lines.map((line) => NVME_HEAD.exec(line)?.[1]).find((name) => name !== undefined);
  const named = /(?:smartctl|smart-log)[-_](\w{2,20})\b/.exec(origin.file)?.[1];
  const disk = [asked?.startsWith('/dev/') === true ? asked : undefined, told, named].find((one) => one !== undefined);
  return disk === undefined ? 'a disk' : disk.replace(/^(?!\/dev\/)/, '/dev/');
}

/** One word for what smartctl and nvme call alike: `Available Spare` is `available_spare`. */
const keyOf = (name: string): string =>
  name === 'Media and Data Integrity Errors' ? 'media_errors' : name.toLowerCase().replaceAll(' ', '_');

/**
 * What a disk says of its own health. hostValues, topic `smart`, scope the disk: key `health` with its verdict, counts
 * of bad sectors under the names of their attributes, `failing` with the names of attributes below their threshold, and
 * of NVMe `critical_warning`, `available_spare`, `available_spare_threshold`, `percentage_used`, `media_errors`.
 *
 * Command: `smartctl -H -A /dev/sda`, `smartctl -a /dev/nvme0n1`, `nvme smart-log /dev/nvme0n1`.
 * Versions: smartmontools 5.40 to 7.5, nvme-cli 1.6 to 2.15.
 * Sample:
 *
 *     SMART overall-health self-assessment test result: FAILED!
 *     197 Current_Pending_Sector  0x0012   100   100   000    Old_age   Always       -       8
 *
 * Empty: a disk without SMART, or one that sleeps, is unread.
 */
export default defineParser({
  kind: 'disk-health',
  reads: 'smartctl -a, -H, -A; nvme smart-log',
  matches: (command) => {
    const { tool, words } = effectiveCommand(command);
    return ranTool(command, 'smartctl') || (tool === 'nvme' && words[0] === 'smart-log');
  },
  sniff: (head) => head.slice(0, 5).some((line) => HEAD.test(line) || NVME_HEAD.test(line)),
  parse: (lines, { origin, emit }) => {
    const scope = diskOf(origin, lines);
    let found = false;
    lines.forEach((line, at) => {
      if (line.length > 500) return;
      const put = (key: string, value: string): void => {
        found = true;
        emit.fact('hostValues', { ...factBase(origin, at, line), topic: 'smart', scope, key, value });
      };
      const health = HEALTH.exec(line)?.[1];
      if (health !== undefined) put('health', health.trim());
      const attribute = ATTRIBUTE.exec(line)?.groups;
      const name = attribute?.['name'] ?? '';
      if (COUNTED.test(name)) put(name, attribute?.['raw'] ?? '');
      if (attribute?.['failed'] === 'FAILING_NOW') put('failing', name);
      if (attribute !== undefined) found = true;
      const nvme = NVME.exec(line.trim())?.groups;
      if (nvme !== undefined) put(keyOf(nvme['name'] ?? ''), (nvme['value'] ?? '').replace(/[,.]/g, ''));
    });
    if (!found) emit.unread(origin, 'no health of a disk in it', origin.firstLine);
  },
});
