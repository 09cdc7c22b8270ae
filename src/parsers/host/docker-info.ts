import { ranTool } from '../effective-command.ts';
import { defineParser } from '../parser.ts';
import { factBase } from '../quote.ts';

const LABEL = /^ {0,4}(?<label>[A-Z][\w ]{1,40}): (?<value>\S.{0,400})$/;
/** The machine, in the words of the parser `os`. */
const MACHINE: Readonly<Record<string, string>> = {
  'Kernel Version': 'kernel',
  'Operating System': 'operating-system',
  Architecture: 'architecture',
  Name: 'hostname',
};
const OF_DOCKER = new Set([
  'Server Version',
  'Storage Driver',
  'Backing Filesystem',
  'Supports d_type',
  'Cgroup Driver',
  'Cgroup Version',
  'Default Runtime',
  'Docker Root Dir',
]);
/** What docker says of its storage pool and, at the end, of what is amiss. */
const TOLD = /^\s{0,4}(?:(?:Data|Metadata) Space Available|Thin Pool Minimum Free Space): |^(?:WARNING|ERROR): /;

/**
 * The daemon and its machine. hostValues, topic `os` with the keys `kernel`, `operating-system`, `architecture` and
 * `hostname`; topic `docker` with the labels in kebab case (`storage-driver`, `cgroup-driver`, `docker-root-dir`). The
 * warnings go on as a log of docker.
 *
 * Command: `docker info`.
 * Versions: Docker 1.10 to 28.
 * Sample:
 *
 *     Server Version: 24.0.7
 *     Storage Driver: overlay2
 *     Cgroup Driver: systemd
 *     Kernel Version: 6.1.0-18-amd64
 *     Operating System: Debian GNU/Linux 12 (bookworm)
 *     Name: worker-2
 *
 * Empty: without a daemon docker prints an error and no server.
 */
export default defineParser({
  kind: 'docker-info',
  reads: 'docker info',
  matches: (command) => ranTool(command, 'docker') && command.words[0] === 'info',
  sniff: (head) =>
    head.some((line) => /^ ?Server Version: \S/.test(line)) &&
    head.some((line) => /^ ?(?:Storage Driver|Docker Root Dir|Cgroup Driver): \S/.test(line)),
  parse: (lines, { origin, emit }) => {
    let found = 0;
    lines.forEach((line, at) => {
      const label = LABEL.exec(line.slice(0, 500))?.groups;
      const name = label?.['label'] ?? '';
      const key = MACHINE[name] ?? (OF_DOCKER.has(name) ? name.toLowerCase().replaceAll(' ', '-') : undefined);
      if (key === undefined) return;
      found++;
      emit.fact('hostValues', {
        ...factBase(origin, at, line),
        topic: name in MACHINE ? 'os' : 'docker',
        key,
        value: label?.['value']?.trim() ?? '',
      });
    });
    const { command: _command, ...place } = origin;
    for (let at = 0; at < lines.length; at++) {
      if (!TOLD.test(lines[at] ?? '')) continue;
      // A warning goes on in lines that are set in below it.
      let end = at + 1;
      while (end < lines.length && /^ {5,}\S/.test(lines[end] ?? '')) end++;
      emit.text({ ...place, program: 'docker', firstLine: origin.firstLine + at }, lines.slice(at, end));
      at = end - 1;
    }
    if (found === 0) emit.unread(origin, 'nothing about the daemon in it', origin.firstLine);
  },
});
