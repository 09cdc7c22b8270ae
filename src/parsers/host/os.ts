import { ranTool } from '../effective-command.ts';
import { defineParser } from '../parser.ts';
import { factBase } from '../quote.ts';

const HOSTNAMECTL =
  /^\s*(Static hostname|Transient hostname|Pretty hostname|Icon name|Chassis|Machine ID|Boot ID|Virtualization|Operating System|CPE OS Name|OS Support End|Kernel|Architecture|Hardware Vendor|Hardware Model|Firmware Version|Firmware Date):\s+(\S.*)$/;
const NPROC = /^(\d{1,5})$/;
const LSCPU = /^CPU\(s\):\s+(\d{1,5})$/;
const UNAME = /^Linux (\S{1,256}) (\d+\.\d+\.?\S{0,80}) #/;
const RELEASE = /^([A-Z][A-Z_]{1,40})=(?:"([^"]*)"|'([^']*)'|(\S*))$/;
const RELEASE_KEYS = new Set([
  'NAME',
  'ID',
  'ID_LIKE',
  'VERSION',
  'VERSION_ID',
  'PRETTY_NAME',
  'BUILD_ID',
  'VARIANT_ID',
  'OSTREE_VERSION',
]);

/**
 * What machine it is. hostValues, topic `os`; keys are hostnamectl's labels in kebab case (`operating-system`,
 * `kernel`, `hardware-model`), os-release's names in lower case (`pretty_name`), for uname `kernel` and `hostname`, and
 * `cpus` for the number of CPUs that are online.
 *
 * Command: `hostnamectl`, `uname -a`, `cat /etc/os-release`, `nproc`, `lscpu`.
 * Versions: systemd 197 to 258 (hostnamectl), any Linux (uname), coreutils (nproc), util-linux 2 (lscpu), os-release of any distribution since 2012.
 * Sample:
 *
 *      Static hostname: worker-7
 *     Operating System: Ubuntu 22.04.4 LTS
 *               Kernel: Linux 5.15.0-101-generic
 *
 * Empty: a text without any of them is unread.
 */
export default defineParser({
  kind: 'os',
  reads: 'hostnamectl, uname -a, /etc/os-release, nproc, lscpu',
  matches: (command) => ranTool(command, 'hostnamectl', 'uname', 'nproc', 'lscpu'),
  sniff: (head) => {
    const lines = head.slice(0, 30).filter((line) => line.trim() !== '');
    // `docker info` ends with the machine.
    if (lines.some((line) => /^ ?Server Version: /.test(line))) return false;
    // `journalctl --header` has a Machine ID and a Boot ID too.
    if (
      lines.some((line) => /^\s*(?:Static hostname|Operating System):/.test(line)) &&
      lines.filter((line) => HOSTNAMECTL.test(line)).length >= 2
    )
      return true;
    if (lines.length <= 3 && lines.some((line) => UNAME.test(line))) return true;
    return (
      lines.some((line) => /^(?:ID|PRETTY_NAME)=/.test(line)) &&
      lines.every((line) => RELEASE.test(line) || line.startsWith('#'))
    );
  },
  parse: (lines, { origin, emit }) => {
    let found = 0;
    lines.forEach((line, at) => {
      const fact = (key: string, value: string): void => {
        found++;
        emit.fact('hostValues', { ...factBase(origin, at, line), topic: 'os', key, value });
      };
      // `nproc` prints the number and nothing else; of lscpu no other line is kept.
      const cpus =
        origin.command === undefined
          ? undefined
          : ranTool(origin.command, 'nproc')
            ? NPROC.exec(line)
            : LSCPU.exec(line);
      if (cpus?.[1] !== undefined) return fact('cpus', cpus[1]);
      const label = HOSTNAMECTL.exec(line);
      if (label !== null) return fact((label[1] ?? '').toLowerCase().replaceAll(' ', '-'), (label[2] ?? '').trim());
      const uname = UNAME.exec(line);
      if (uname !== null) {
        fact('hostname', uname[1] ?? '');
        return fact('kernel', uname[2] ?? '');
      }
      const release = RELEASE.exec(line);
      if (release !== null && RELEASE_KEYS.has(release[1] ?? ''))
        fact((release[1] ?? '').toLowerCase(), release[2] ?? release[3] ?? release[4] ?? '');
      // `uname -r` prints the version and nothing else.
      else if (
        origin.command !== undefined &&
        ranTool(origin.command, 'uname') &&
        /^\d+\.\d+\.\d+\S*$/.test(line.trim())
      )
        fact('kernel', line.trim());
    });
    if (found === 0) emit.unread(origin, 'nothing about the machine in it', origin.firstLine);
  },
});
