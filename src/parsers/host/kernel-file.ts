import { effectiveCommand } from '../effective-command.ts';
import { defineParser, type ParserContext } from '../parser.ts';
import { factBase } from '../quote.ts';
import type { Origin } from '../records.ts';

const CGROUP_NAME =
  'memory\\.(?:limit_in_bytes|usage_in_bytes|max_usage_in_bytes|failcnt|memsw\\.[a-z_]{1,30}|oom_control|kmem\\.[a-z_.]{1,40}|max|high|low|min|current|peak|events|swap\\.(?:max|current)|stat|oom\\.group|pressure)|cpu\\.(?:cfs_quota_us|cfs_period_us|shares|max|weight|stat|pressure)|cpuset\\.cpus(?:\\.effective)?|pids\\.(?:max|current|events)|io\\.(?:max|stat|pressure)|devices\\.(?:list|allow|deny)';
const CGROUP_FILE = new RegExp(`^(?:${CGROUP_NAME})$`);
const NAMED = new RegExp(String.raw`^\s*(\S{0,400}/)?(${CGROUP_NAME})\s*[:=]\s*(\S.{0,200})$`);
const PRESSURE = /^(some|full) avg10=(\d+\.\d+) avg60=(\d+\.\d+) avg300=(\d+\.\d+) total=(\d+)$/;
const DEVICE = /^[abc] (?:\d{1,5}|\*):(?:\d{1,8}|\*) [rwm]{1,3}$/;
const CWD = /^\/sys\/fs\/cgroup\/\S{1,1000}$/;
const HEADING = /^==> (\/\S{1,400}) <==$/;
const OTHER: Readonly<Record<string, string>> = { loadavg: 'os', uptime: 'os', cmdline: 'os', version: 'os' };

interface Target {
  readonly topic: string;
  readonly key: string;
  readonly scope?: string;
}

function targetOf(path: string): Target | undefined {
  const sysctl = /(?:^|\/)proc\/sys\/((?:abi|fs|kernel|net|user|vm)\/[\w./-]{1,200})$/.exec(path)?.[1];
  if (sysctl !== undefined) return { topic: 'sysctl', key: sysctl.replaceAll('/', '.') };
  const pressure = /(?:^|\/)(?:proc\/pressure\/|sys_)?(cpu|io|memory|irq)(?:\.pressure)?$/.exec(path)?.[1];
  if (pressure !== undefined && /pressure/.test(path)) return { topic: 'pressure', key: pressure };
  const port = /\/(?:[\w.-]{1,15}\/brif\/([\w.@-]{1,20})|([\w.@-]{1,20})\/brport)\/hairpin_mode$/.exec(path);
  if (port !== null) return { topic: 'network', key: `${port[1] ?? port[2] ?? ''}.hairpin`, scope: path };
  const slash = path.lastIndexOf('/');
  const name = path.slice(slash + 1);
  if (CGROUP_FILE.test(name)) {
    // A bundle's own folders are no cgroup; only a path of the machine names one.
    const scope = path.startsWith('/') ? path.slice(0, slash) : undefined;
    return scope === undefined ? { topic: 'cgroup', key: name } : { topic: 'cgroup', key: name, scope };
  }
  const other = /(?:^|\/)proc\/([a-z]+)$/.exec(path)?.[1];
  const topic = other === undefined ? undefined : OTHER[other];
  return topic === undefined || other === undefined ? undefined : { topic, key: other };
}

/** The files whose contents the text shows: the words of `cat`, or the bundle file's own path. */
function targetsOf(origin: Origin): readonly Target[] {
  const command = origin.command === undefined ? undefined : effectiveCommand(origin.command);
  const paths =
    command === undefined
      ? [origin.file.replace(/\.(?:txt|log|out)$/, '')]
      : readsFiles(command.tool)
        ? command.words
        : [];
  return paths.flatMap((path) => targetOf(path) ?? []);
}

const readsFiles = (tool: string): boolean => tool === 'cat' || tool === 'head' || tool === 'tail';

function parseLines(lines: readonly string[], first: Target | undefined, context: ParserContext): number {
  const { origin, emit } = context;
  const targets = targetsOf(origin);
  const filled = lines.filter((line) => line.trim() !== '').length;
  let target = first;
  let found = 0;
  let position = 0;
  lines.forEach((line, at) => {
    const text = line.trim();
    if (text === '') return;
    const fact = (where: Target, value: string): void => {
      found++;
      emit.fact('hostValues', { ...factBase(origin, at, line), ...where, value });
    };
    const heading = HEADING.exec(text)?.[1];
    if (heading !== undefined) return void (target = targetOf(heading));
    const named = NAMED.exec(text);
    if (named?.[2] !== undefined && named[3] !== undefined) {
      const scope = named[1]?.replace(/\/$/, '');
      return fact({ topic: 'cgroup', key: named[2], ...(scope ? { scope } : {}) }, named[3].trim());
    }
    if (DEVICE.test(text))
      return fact(
        { topic: 'cgroup', key: 'devices.list', ...(target?.scope === undefined ? {} : { scope: target.scope }) },
        text,
      );
    const pressure = PRESSURE.exec(text);
    if (pressure !== null) {
      const resource = target?.key.replace('.pressure', '') ?? 'unknown';
      ['avg10', 'avg60', 'avg300'].forEach((window, n) =>
        fact({ ...target, topic: 'pressure', key: `${resource}.${pressure[1]}.${window}` }, pressure[n + 2] ?? ''),
      );
      return;
    }
    // One line per file when `cat` was given several.
    const own = targets.length > 1 && filled === targets.length ? targets[position++] : target;
    if (own === undefined) return;
    const field = /^([a-z_]{1,40}) (\d{1,20}|max)$/.exec(text);
    if (field?.[1] !== undefined) fact({ ...own, key: `${own.key}.${field[1]}` }, field[2] ?? '');
    else if (text.length <= 1000) fact(own, text);
  });
  return found;
}

/**
 * Files under /proc and /sys that hold one value or a few, known by their path or by the words of `cat`:
 *
 * - `cat /proc/sys/net/ipv4/ip_forward`: topic sysctl, key net.ipv4.ip_forward;
 * - `cat /proc/pressure/memory`: topic pressure, key memory.full.avg10;
 * - `cat memory.failcnt`: topic cgroup, key memory.failcnt, scope the directory when it was typed;
 * - `pwd` inside /sys/fs/cgroup: topic cgroup, key cwd;
 * - `cat /sys/class/net/veth0/brport/hairpin_mode`: topic network, key veth0.hairpin, scope the path;
 * - device lists (`c 195:* rw`): topic cgroup, key devices.list, one a line.
 *
 * Texts of `name: value` lines with those names are read too.
 *
 * Command: `cat /proc/pressure/memory`, `cat /proc/sys/…`, `cat /sys/fs/cgroup/…`, /proc/loadavg and the like.
 * Versions: Linux 3.10 to 6.x, cgroups v1 and v2 (pressure since 4.20).
 * Sample:
 *
 *     some avg10=0.00 avg60=0.12 avg300=0.05 total=3180461
 *     full avg10=0.00 avg60=0.10 avg300=0.04 total=2790133
 *
 * Empty: a file without a line leaves nothing.
 */
export default defineParser({
  kind: 'kernel-file',
  reads: 'cat /proc/sys/…, /proc/pressure/*, /proc/loadavg, cgroup files (v1 and v2), pwd inside a cgroup',
  matches: (command) => {
    const inner = effectiveCommand(command);
    return readsFiles(inner.tool) && inner.words.some((word) => targetOf(word) !== undefined);
  },
  sniff: (head, origin) => {
    const lines = head.map((line) => line.trim()).filter((line) => line !== '');
    const first = lines[0];
    if (first === undefined) return false;
    // `pwd` is printed with its prompt when a transcript does not take it for a command.
    if (lines.length <= 3 && lines.some((line) => CWD.test(line))) return true;
    if (lines.slice(0, 20).every((line) => PRESSURE.test(line) || DEVICE.test(line) || NAMED.test(line))) return true;
    return origin.command === undefined && lines.length <= 40 && targetsOf(origin).length > 0;
  },
  parse: (lines, context) => {
    const { origin, emit } = context;
    const at = lines.findIndex((line) => line.trim() !== '');
    const line = lines[at];
    if (line === undefined) return;
    const inside = lines.findIndex((text) => CWD.test(text.trim()));
    const cwd = lines[inside];
    if (cwd !== undefined) {
      emit.fact('hostValues', { ...factBase(origin, inside, cwd), topic: 'cgroup', key: 'cwd', value: cwd.trim() });
      return;
    }
    if (line.endsWith('No such file or directory')) {
      const tool = origin.command?.tool ?? 'cat';
      emit.fact('toolFailures', { ...factBase(origin, at, line), tool, message: line.trim() });
      return;
    }
    if (parseLines(lines, targetsOf(origin)[0], context) === 0) emit.unread(origin, 'no value in it', origin.firstLine);
  },
});
