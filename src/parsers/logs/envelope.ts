/** Prefixes that a transport puts before a program's own line: container runtimes, journald, syslog, the kernel. */
import { levelOf, levelOfPriority, type LineParts } from './line-parts.ts';

/** `kubectl logs --prefix`: `[pod/web-5f7/app] message`. */
const KUBECTL = /^\[pod\/([^/\]\s]{1,253})\/([^/\]\s]{1,253})\] ?/;
/** The kubelet's files under /var/log/pods (CRI): `2025-11-28T08:04:00.1Z stderr F message`. */
const CRI = /^(\d{4}-\d\d-\d\dT[\d:.]{8,18}(?:Z|[+-]\d\d:\d\d)) (?:stdout|stderr) [FP] ?/;
/**
 * journald `short` and syslog, host optional: `Nov 28 16:06:28.123456 node-1 kubelet[812]: message`. The month's name is
 * the locale's (`Okt`, `févr.`, `11月`).
 */
const SYSLOG =
  /^(?:<\d{1,3}>)?([A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d{1,6})?|(?:[A-Za-zÀ-ÿ]{3,5}\.?|[а-я]{3,4}\.?|\d{1,2}月) {1,2}\d{1,2} \d\d:\d\d:\d\d(?:\.\d{1,6})?) {1,2}(?:([A-Za-z0-9](?:[\w.:-]{0,252}[\w.-])?) )?([\w.@/()+-]{1,64})(?:\[(\d{1,10})\])?: ?/;
/** journald `short-iso`, `short-iso-precise`, rsyslog's RFC 3339 form. */
const ISO =
  /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)) (?:([A-Za-z0-9](?:[\w.:-]{0,252}[\w.-])?) )?([\w.@/()+-]{1,64})(?:\[(\d{1,10})\])?: /;
/** Programs put their level where journald has the host: `2025-11-28T16:06:28Z ERROR db: message`. */
const LEVEL = /^(?:trace|debug|info|notice|warn(?:ing)?|err(?:or)?|crit(?:ical)?|fatal|panic|severe)$/i;
/** journald `short-full`: `Wed 2025-11-28 16:06:28 CET node-1 kubelet[812]: message`. */
const FULL =
  /^([A-Z][a-z]{2} \d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})? [A-Z]{1,5}) (?:([A-Za-z0-9](?:[\w.:-]{0,252}[\w.-])?) )?([\w.@/()+-]{1,64})(?:\[(\d{1,10})\])?: /;
/** RFC 5424: `<30>1 2025-11-28T16:06:28Z node-1 kubelet 812 - - message`, as files have it without `<30>1 `. */
const RFC5424 =
  /^(?:<\d{1,3}>1 )?(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)) ([A-Za-z0-9][\w.:-]{0,253}) ([\w.@/()+-]{1,48}) (\d{1,10}|-) \S{1,32} (?:-|\[[^\]]{1,300}\]) {1,2}/;
/** talosctl dmesg: `kern: warning: [2025-11-28T08:04:00.1Z]: message`, of several nodes with the node in front. */
const TALOS =
  /^ ?(?:([A-Za-z0-9][\w.:-]{0,253}): )?(kern|user|daemon|syslog|auth|mail):\s{1,10}([a-z]{3,8}): \[(\d{4}-\d\d-\d\dT[\d:.]{8,18}Z)\]:? ?/;
/** /dev/kmsg: priority, sequence, microseconds since boot, flags. */
const KMSG = /^(\d{1,3}),\d{1,12},\d{1,16},[-c+](?:,[^;]{0,80})?;/;
/** dmesg: `[12345.678901] message`, with -x or in pstore `<4>` or `kern  :err   : ` before it. */
const DMESG =
  /^(?:<(\d{1,3})>|(\w{1,8}) {0,4}:(\w{1,8}) {0,4}: )?\[ {0,8}\d{1,10}\.\d{6}\](?:\[ {0,8}[TC]\d{1,9}\])? ?/;
/** dmesg -T: `[Fri Nov 28 16:03:58 2025] message`. */
const DMESG_T = /^\[([A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4})\] ?/;
/** dmesg --time-format iso: `2025-11-28T16:03:58,123456+01:00 message`. Nothing else has microseconds after a comma. */
const DMESG_ISO = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d,\d{6}[+-]\d\d:\d\d) /;

/**
 * What launchers put before each line of their many processes: `[rank3]: message` (torchrun),
 * `(EngineCore_DP0 pid=316) message` (vLLM), `(train_fn pid=81120, ip=10.0.0.7) message` (Ray).
 */
const RANKED = /^(?:\[rank\d{1,5}\]:|\((?:[\w.:<>-]{1,80} )?pid=(\d{1,10})(?:, ip=[\da-f.:]{3,45})?\)) ?/;

/** What an envelope adds to the parts: pod and container, when kubectl printed them. */
export interface Envelope extends LineParts {
  readonly pod?: string;
  readonly container?: string;
}

function named(stamp: string, host: string | undefined, program: string, pid: string | undefined, message: string) {
  return {
    stamp,
    ...(host === undefined ? {} : { host }),
    program,
    ...(pid === undefined ? {} : { pid: Number(pid) }),
    message,
  };
}

/** Docker's json-file: `{"log":"message\n","stream":"stderr","time":"2025-…"}`. */
function dockerJson(text: string): Envelope | undefined {
  let entry: unknown;
  try {
    entry = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { log, time } = entry as { log?: unknown; time?: unknown };
  if (typeof log !== 'string') return undefined;
  return { message: log.replace(/\r?\n$/, ''), ...(typeof time === 'string' ? { stamp: time } : {}) };
}

function talosLine(text: string): Envelope | undefined {
  const m = TALOS.exec(text);
  if (m === null) return undefined;
  const level = levelOf(m[3]!);
  return {
    ...(m[1] === undefined ? {} : { host: m[1] }),
    ...(m[2] === 'kern' ? { program: 'kernel' } : {}),
    stamp: m[4]!,
    ...(level === undefined ? {} : { level }),
    message: text.slice(m[0].length),
  };
}

function ofSyslog(text: string): Envelope | undefined {
  const m = RFC5424.exec(text);
  return m === null ? undefined : named(m[1]!, m[2], m[3]!, m[4] === '-' ? undefined : m[4], text.slice(m[0].length));
}

/** Takes the outermost envelope off a line, or returns undefined when there is none. */
export function openEnvelope(text: string): Envelope | undefined {
  const first = text.charCodeAt(0);
  if (first === 0x5b /* [ */) {
    let m = KUBECTL.exec(text);
    if (m !== null) return { pod: m[1]!, container: m[2]!, message: text.slice(m[0].length) };
    m = RANKED.exec(text);
    if (m !== null) return { message: text.slice(m[0].length) };
    m = DMESG.exec(text);
    if (m !== null) return { program: 'kernel', message: text.slice(m[0].length) };
    m = DMESG_T.exec(text);
    if (m !== null) return { program: 'kernel', stamp: m[1]!, message: text.slice(m[0].length) };
    return undefined;
  }
  if (first === 0x28 /* ( */) {
    const m = RANKED.exec(text);
    return m === null ? undefined : { pid: Number(m[1]), message: text.slice(m[0].length) };
  }
  if (first === 0x7b /* { */) return text.startsWith('{"log":"') ? dockerJson(text) : undefined;
  if (first >= 0x30 && first <= 0x39) {
    let m = CRI.exec(text);
    if (m !== null) return { stamp: m[1]!, message: text.slice(m[0].length) };
    m = DMESG_ISO.exec(text);
    if (m !== null) return { program: 'kernel', stamp: m[1]!.replace(',', '.'), message: text.slice(m[0].length) };
    m = ISO.exec(text);
    if (m !== null && !LEVEL.test(m[2] ?? m[3]!)) return named(m[1]!, m[2], m[3]!, m[4], text.slice(m[0].length));
    const syslog = ofSyslog(text);
    if (syslog !== undefined) return syslog;
    m = KMSG.exec(text);
    if (m !== null) {
      return { program: 'kernel', level: levelOfPriority(Number(m[1]) & 7), message: text.slice(m[0].length) };
    }
    m = SYSLOG.exec(text);
    if (m !== null) return named(m[1]!, m[2], m[3]!, m[4], text.slice(m[0].length));
    // The nodes of talosctl are addresses as a rule.
    return talosLine(text);
  }
  let m = SYSLOG.exec(text);
  if (m !== null) return named(m[1]!, m[2], m[3]!, m[4], text.slice(m[0].length));
  m = FULL.exec(text);
  if (m !== null) return named(m[1]!, m[2], m[3]!, m[4], text.slice(m[0].length));
  const talos = talosLine(text) ?? ofSyslog(text);
  if (talos !== undefined) return talos;
  m = DMESG.exec(text);
  if (m !== null) {
    const level = m[1] === undefined ? levelOf(m[3] ?? '') : levelOfPriority(Number(m[1]) & 7);
    return { program: 'kernel', ...(level === undefined ? {} : { level }), message: text.slice(m[0].length) };
  }
  return undefined;
}
