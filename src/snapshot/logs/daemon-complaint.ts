/**
 * A few lines of a kubelet's or a runtime's log that somebody pasted, of which no signature knows one, in a bundle
 * that has nothing else to go by: the error that they repeat, or end with, is what is meant.
 */
import { oncePer } from '../../lib/once-per.ts';
import { parseLogLine } from '../../parsers/logs/line.ts';
import type { LogLine, LogStream } from '../../parsers/records.ts';
import type { Snapshot } from '../snapshot.ts';
import { isReady } from '../nodes/node-health.ts';
import { endsExcerpt, isExcerpt } from './hits.ts';

export interface DaemonComplaint {
  readonly log: LogStream;
  readonly program: string;
  readonly node: string | undefined;
  readonly line: LogLine;
  /** The message without prefixes. */
  readonly text: string;
  /** How often the excerpt says it. */
  readonly count: number;
  /** The program ended with it. */
  readonly fatal: boolean;
}

/** Programs by the names that signatures use. */
const DAEMONS: ReadonlySet<string> = new Set(['kubelet', 'containerd', 'crio', 'docker', 'cri-docker']);
/** Signatures that mark a start, or that things are well: they explain nothing. */
const NEUTRAL: ReadonlySet<string> = new Set([
  'kubelet-started',
  'runtime-started',
  'runtime-loading-plugins',
  'kubelet-node-registered',
  'kubelet-node-ready',
  'systemd-daemon-reload',
]);
const SETTLED: ReadonlySet<string> = new Set(['kubelet-node-registered', 'kubelet-node-ready']);
/**
 * What kubelets and runtimes that work well log as errors: caches that are not filled at the start, containers that are
 * gone when they are asked for, writes that are tried again, echoes of a Node that is not registered yet.
 */
const HARMLESS = [
  /\bnot found$|not found"? ?(?:node|pod|container)|node "[^"]{0,253}" not found|NotFound|[Nn]o such (?:container|object|image)/,
  /[Ii]mage garbage collection failed|[Ss]kipping pod synchronization|[Ff]ailed to get (?:system )?container (?:stats|info)|[Ff]ailed to get the info of the filesystem|invalid capacity|[Ss]ummary ?stats|[Pp]artial failure|[Uu]nable to fetch pod|not find capability/,
  /object has been modified|[Ff]ailed to (?:ensure|update) (?:node )?lease|CSINode|[Cc]heckpoint is not found|path does not exist, ignoring|Nameserver limits/,
  /copy shim log|failed to load cni during init|collecting metrics|file already closed|closed fifo|TaskExit event|Handler for (?:GET|POST|DELETE) |stream copy error|network is not ready|cni config uninitialized/,
  /needs to run as uid|unsupported in this build|process start time|AWS credentials/,
  /Error syncing pod|ContainerStatus|RemoveContainer|DeleteContainer|StopPodSandbox|ExecSync|garbage collect|clean(?:ing)? ?up|cgroup(?:s)? path|connection refused|i\/o timeout|context canceled/,
];

/** Two lines that say the same of different containers are one: numbers and ids do not tell them apart. */
const sameWords = (text: string): string => text.replaceAll(/\b[0-9a-f]{12,64}\b|\d{1,20}/g, '#');

function complaintOf(log: LogStream): DaemonComplaint | undefined {
  if (log.class !== 'host' || !isExcerpt(log)) return undefined;
  if (log.hits.some(({ signature }) => !NEUTRAL.has(signature))) return undefined;
  // It went on and joined its cluster.
  if (log.hits.some(({ signature }) => SETTLED.has(signature))) return undefined;
  const errors = log.tail.flatMap((line) => {
    const { level, message, program = log.origin.program, host } = parseLogLine(line.text);
    const name = program === undefined ? undefined : daemonOf(program);
    if (name === undefined || (level !== 'error' && level !== 'fatal')) return [];
    const text = message.trim();
    if (text === '' || HARMLESS.some((words) => words.test(text))) return [];
    return [{ line, text, program: name, node: log.origin.node ?? host, fatal: level === 'fatal' }];
  });
  const fatal = errors.findLast((error) => error.fatal);
  const timesSaid = (text: string): number => errors.filter((one) => sameWords(one.text) === sameWords(text)).length;
  const last = errors.at(-1);
  if (last === undefined) return undefined;
  // Errors that differ are the noise of a start; the only one, or one that repeats, is what the excerpt is about.
  const chosen =
    fatal ?? errors.findLast(({ text }) => timesSaid(text) > 1) ?? (errors.length === 1 ? last : undefined);
  if (chosen === undefined || !endsExcerpt(log, chosen.line.line)) return undefined;
  return { log, ...chosen, count: timesSaid(chosen.text) };
}

const daemonOf = (program: string): string | undefined => {
  const name = program.replace(/^dockerd$/, 'docker').replace(/^cri-dockerd$/, 'cri-docker');
  return DAEMONS.has(name) ? name : undefined;
};

/** All logs that are such excerpts, in bundle order; none where events or known lines of other logs say more. */
export const daemonComplaints = oncePer((snapshot: Snapshot): readonly DaemonComplaint[] => {
  if (snapshot.list('events').some(({ type }) => type === 'Warning')) return [];
  const nodes = snapshot.list('nodes');
  if (nodes.length > 0 && nodes.every((node) => isReady(node) === true)) return [];
  if (snapshot.logs.some((log) => log.hits.some(({ signature }) => !NEUTRAL.has(signature)))) return [];
  return snapshot.logs.flatMap((log) => complaintOf(log) ?? []);
});
