/** How programs begin their own lines: klog, zap, logrus, capnslog, log4j, python, nginx, redis, JSON of any kind. */
import { levelOf, levelOfPriority, type LineParts, type LogLevel } from './line-parts.ts';

/** JSON lines longer than this are not taken apart: their time is not worth the work. */
const JSON_LIMIT = 16_384;

/** `E1128 16:06:12.000000    1234 kubelet.go:2441] message`. */
const KLOG = /^([IWEF]\d{4} \d\d:\d\d:\d\d\.\d{1,6})\s{1,8}(\d{1,10}) [\w./<>-]{1,80}:\d{1,6}\] ?/;
/** glog puts this before every line of a program that did not parse its flags; the line has its own level. */
const EARLY = /^ERROR: logging before flag\.Parse: (?=[IWEF]\d{4} )/;
/** etcd before 3.4: `2025-01-22 04:33:09.119803 C | etcdmain: message`. */
const CAPNSLOG = /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{1,9}) ([CEWNIDT]) \| /;
/** zap's console encoder, and whatever puts tabs between time and level. */
const TABS = /^(\d{4}-\d\d-\d\dT[\d:.]{8,18}(?:Z|[+-]\d\d:?\d\d))\t(\w{3,7})\t/;
/** Any full time at the start, also in brackets; Go's and nginx' slashes, log4j's comma. */
const DATED =
  /^\[?(\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d)\b)?)\]?[\s|:,-]{0,4}/;
/** date(1), as shells and Java's streams print it, and Apache in brackets: `Tue Dec  8 14:44:58 UTC 2020 message`. */
const LONG_DATE =
  /^\[?((?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} {1,2}\d{1,2} \d\d:\d\d:\d\d(?:\.\d{1,9})?(?: [A-Z]{3,5})? \d{4})\]?[\s|:,-]{0,4}/;
/** redis: `1:M 28 Nov 2025 08:04:01.380 # message`. */
const REDIS = /^\d{1,7}:[XCSM] (\d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d\.\d{3}) ([.*#-]) /;
/** Linkerd's proxy has no clock time: `[   145.001000s]  WARN ThreadId(01) message`, seconds since its start. */
const SINCE_START = /^\[ {0,8}\d{1,9}\.\d{3,9}s\] {1,3}(TRACE|DEBUG|INFO|WARN|ERROR) (?:ThreadId\(\d{1,4}\) )?/;
/** PyTorch's core, a glog in brackets: `[E1224 13:23:05.391107244 ProcessGroupNCCL.cpp:542] message`. */
const C10 = /^\[([IWEF])\d{4} \d\d:\d\d:\d\d\.\d{6,9} [\w./-]{1,80}:\d{1,6}\] ?/;
/** vLLM (and what borrows its logger) has no year: `ERROR 06-30 13:53:19 [core.py:515] message`. */
const VLLM =
  /^(DEBUG|INFO|WARNING|ERROR|CRITICAL) \d\d-\d\d \d\d:\d\d:\d\d (?:\[[\w./-]{1,80}:\d{1,6}\]|[\w.-]{1,60}\.py:\d{1,6}\]) ?/;
/** Ray's core: `[2026-03-01 10:00:00,953 E 1 43] (raylet) gcs_rpc_client.h:196: message`, levels D I W E F, with PIDs. */
const RAY =
  /^\[(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}) ([DIWEFC]) \d{1,10} \d{1,10}\] (?:\(\w{1,40}\) )?(?:[\w./-]{1,80}\.(?:cc|h|cpp):\d{1,6}: ?)?/;
/** Access logs of nginx, Apache and their kin. */
const ACCESS = /^\S{1,64} \S{1,64} \S{1,64} \[(\d\d)\/([A-Z][a-z]{2})\/(\d{4}):(\d\d:\d\d:\d\d [+-]\d{4})\] /;
/** A shouted level near the start (`[main] ERROR`, `root - WARNING -`, `[1] FATAL:`), or any level as first word. */
const SHOUTED = /\b(TRACE|DEBUG|INFO|NOTICE|LOG|WARN|WARNING|ERROR|ERR|CRITICAL|SEVERE|FATAL|PANIC)\b/;
const FIRST_WORD = /^(?:\[ ?)?([A-Za-z]{3,9})\b/;
/** Characters of a dated line in which its level stands: logger and thread names come before it. */
const LEVEL_WITHIN = 120;
const LOGFMT_START = /^(?:time|ts|t|level|lvl|logger)=/;

const STRING_TIMES = ['ts', 'time', 'timestamp', '@timestamp', 'T', 't', 'date', 'datetime'] as const;
const LEVEL_KEYS = ['level', 'severity', 'lvl', 'log.level', 'levelname', 'L', 's', '@l', 'Level', 'LogLevel'] as const;
/** Where structured logs put the reason beside the message. */
const REASON_KEYS = ['error', 'err', 'exception', 'cause', 'reason', 'error.message', '@x', 'Exception'] as const;
/** Where they put the trace: JVM encoders, ECS, structlog and json-formatters of Python, zap (which has only frames). */
const TRACE_KEYS = ['stack_trace', 'stacktrace', 'stackTrace', 'error.stack_trace', 'exc_info', 'traceback'] as const;
/** And objects of both: pino's and winston's errors, log4j's throwables. */
const OBJECT_KEYS = ['err', 'error', 'exception', 'thrown'] as const;
/** Characters of a reason that belong to the message: the rest is a trace. */
const REASON_LENGTH = 400;
const MESSAGE_KEYS = [
  'msg',
  'message',
  'MESSAGE',
  'log',
  'M',
  '@m',
  '@mt',
  'Message',
  'event',
  'error',
  'err',
] as const;
/** Levels of pino and bunyan. */
const NUMBERED: Readonly<Record<number, LogLevel>> = {
  10: 'debug',
  20: 'debug',
  30: 'info',
  40: 'warning',
  50: 'error',
  60: 'fatal',
};

/** Lines of a trace that are looked at. */
const TRACE_LINES = 400;

/** Message and reason as one sentence: `migrate failed: Dirty database version 23`. */
function withReason(message: string, reason: string | undefined): string {
  const words = decisive(reason?.trim() ?? '').slice(0, REASON_LENGTH);
  return words === '' || message.includes(words) ? message : `${message}: ${words}`;
}

/** The line of a trace that says why: the innermost cause of a JVM's, the last of Python's, else the first. */
function decisive(trace: string): string {
  const [first = '', ...rest] = trace.split('\n', TRACE_LINES);
  const cause = rest.findLast((line) => /^\s*(?:Caused by: |---> )\S/.test(line));
  if (cause !== undefined) return cause.trim();
  return first.startsWith('Traceback (') ? (rest.findLast((line) => /^\S/.test(line)) ?? first).trim() : first.trim();
}

/** What a trace beside the message says; frames alone say nothing. */
function traceOf(entry: Readonly<Record<string, unknown>>): string | undefined {
  for (const key of OBJECT_KEYS) {
    const inner = entry[key] as { message?: unknown; localizedMessage?: unknown } | null | undefined;
    const said = typeof inner === 'object' ? (inner?.message ?? inner?.localizedMessage) : undefined;
    if (typeof said === 'string' && said !== '') return said;
  }
  for (const key of TRACE_KEYS) {
    const trace = entry[key];
    if (typeof trace !== 'string') continue;
    const words = decisive(trace.trim());
    if (/^(?:Caused by: |---> )|^[\w.$]{1,200}(?:Error|Exception|Exit|Failure)\b/.test(words)) return words;
  }
  return undefined;
}

/** Numbers as times: seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by their size. */
function epoch(value: number): number | undefined {
  if (value > 1e8 && value < 1e11) return Math.trunc(value * 1000);
  if (value >= 1e11 && value < 1e14) return Math.trunc(value);
  if (value >= 1e14 && value < 1e17) return Math.trunc(value / 1e3);
  if (value >= 1e17 && value < 1e20) return Math.trunc(value / 1e6);
  return undefined;
}

function jsonTime(entry: Readonly<Record<string, unknown>>): Pick<LineParts, 'stamp' | 'time'> {
  for (const key of STRING_TIMES) {
    const value = entry[key];
    if (typeof value === 'string') {
      const number = /^\d{10,19}(?:\.\d{1,9})?$/.test(value) ? epoch(Number(value)) : undefined;
      return number === undefined ? { stamp: value } : { time: number };
    }
    if (typeof value === 'number') {
      const time = epoch(value);
      if (time !== undefined) return { time };
    }
    // MongoDB: "t":{"$date":"2025-…"}
    const date = (value as { $date?: unknown } | null | undefined)?.$date;
    if (typeof date === 'string') return { stamp: date };
  }
  // log4j's JSON layout
  const instant = entry['instant'] as { epochSecond?: unknown } | null | undefined;
  if (typeof instant?.epochSecond === 'number') return { time: instant.epochSecond * 1000 };
  // journalctl -o json: microseconds, as text
  const real = entry['__REALTIME_TIMESTAMP'];
  if (typeof real === 'string' && /^\d{15,18}$/.test(real)) return { time: Math.trunc(Number(real) / 1000) };
  return {};
}

function json(text: string): LineParts | undefined {
  if (text.length > JSON_LIMIT) return undefined;
  let entry: Readonly<Record<string, unknown>>;
  try {
    entry = JSON.parse(text) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
  const pick = (keys: readonly string[]): string | undefined => {
    for (const key of keys) if (typeof entry[key] === 'string') return entry[key];
    return undefined;
  };
  const priority = entry['PRIORITY'];
  const numbered = entry['level'];
  const level =
    levelOf(pick(LEVEL_KEYS) ?? '') ??
    (typeof priority === 'string' ? levelOfPriority(Number(priority)) : undefined) ??
    (typeof numbered === 'number' ? NUMBERED[numbered] : undefined);
  const host = entry['_HOSTNAME'];
  const program = entry['SYSLOG_IDENTIFIER'];
  const pid = entry['_PID'];
  return {
    ...jsonTime(entry),
    ...(level === undefined ? {} : { level }),
    ...(typeof host === 'string' ? { host } : {}),
    ...(typeof program === 'string' ? { program } : {}),
    ...(typeof pid === 'string' && /^\d{1,10}$/.test(pid) ? { pid: Number(pid) } : {}),
    message:
      reasoned(
        entry,
        pick(MESSAGE_KEYS),
        level !== 'info' && level !== 'debug' ? (traceOf(entry) ?? pick(REASON_KEYS)) : undefined,
      ) ?? text,
  };
}

/** MongoDB has the reason deeper: `"attr":{"error":{"errmsg":"…"}}`, `"attr":{"message":{"msg":"…"}}`. */
function reasoned(
  entry: Readonly<Record<string, unknown>>,
  message: string | undefined,
  reason: string | undefined,
): string | undefined {
  if (message === undefined) return undefined;
  const attr = entry['attr'] as
    { error?: { errmsg?: unknown } | string | number; message?: { msg?: unknown } | string } | null | undefined;
  const deep = attr?.error;
  const errmsg = typeof deep === 'object' ? deep.errmsg : deep;
  // WiredTiger's own words: a string, since MongoDB 6 an object.
  const said = typeof attr?.message === 'object' ? attr.message.msg : attr?.message;
  const words = reason ?? (typeof errmsg === 'string' ? errmsg : said);
  return withReason(message, typeof words === 'string' ? words : undefined);
}

/** `msg=` and all words up to the next `key=`. */
const UNQUOTED_MESSAGE = /(?:^| )msg=([^"\s]\S{0,400}(?: (?![\w.]{1,40}=)\S{1,400}){1,400})/;

function logfmt(text: string): LineParts {
  const value = (key: string): string | undefined => {
    const m = new RegExp(`(?:^| )${key}=(?:"((?:[^"\\\\]|\\\\.){0,4000})(?:"|$)|(\\S{0,400}))`).exec(text);
    return m?.[1] ?? m?.[2];
  };
  const stamp = value('time') ?? value('ts') ?? value('t');
  const level = levelOf(value('level') ?? value('lvl') ?? '');
  // Some loggers put no quotes round a message of several words (logrus' DisableQuote).
  const message = UNQUOTED_MESSAGE.exec(text)?.[1] ?? value('msg');
  const grave = level !== 'info' && level !== 'debug';
  return {
    ...(stamp === undefined ? {} : { stamp }),
    ...(level === undefined ? {} : { level }),
    message:
      message === undefined
        ? ((grave ? (value('error') ?? value('err')) : undefined) ?? text)
        : withReason(message, level === 'info' ? undefined : (value('error') ?? value('err'))),
  };
}

/** zap's console encoder puts the fields behind the message as JSON: the reason is among them. */
function withFields(message: string): string {
  const at = message.indexOf('\t{');
  if (at === -1 || message.length > JSON_LIMIT) return message;
  try {
    const { error, err } = JSON.parse(message.slice(at + 1)) as { readonly error?: unknown; readonly err?: unknown };
    const reason = error ?? err;
    return typeof reason === 'string' && reason !== ''
      ? `${message.slice(0, at)}: ${reason.slice(0, REASON_LENGTH)} ${message.slice(at + 1)}`
      : message;
  } catch {
    return message;
  }
}

/** Takes a program's own prefix off a line. Total: what has no known form is all message. */
export function parseMessage(line: string): LineParts {
  const text = line.replace(EARLY, '');
  const first = text.charCodeAt(0);
  if (first === 0x7b /* { */) return json(text) ?? { message: text };
  if (LOGFMT_START.test(text)) return logfmt(text);
  let m = KLOG.exec(text);
  if (m !== null) {
    return { stamp: m[1]!, level: levelOf(text[0]!)!, pid: Number(m[2]), message: text.slice(m[0].length) };
  }
  m = CAPNSLOG.exec(text);
  if (m !== null) {
    const level = levelOf(m[2]!);
    return { stamp: m[1]!, ...(level === undefined ? {} : { level }), message: text.slice(m[0].length) };
  }
  m = TABS.exec(text);
  if (m !== null) {
    const level = levelOf(m[2]!);
    return { stamp: m[1]!, ...(level === undefined ? {} : { level }), message: withFields(text.slice(m[0].length)) };
  }
  m = REDIS.exec(text);
  if (m !== null) {
    return { stamp: m[1]!, level: m[2] === '#' ? 'warning' : 'info', message: text.slice(m[0].length) };
  }
  m = SINCE_START.exec(text);
  if (m !== null) {
    const level = levelOf(m[1]!);
    return { ...(level === undefined ? {} : { level }), message: text.slice(m[0].length) };
  }
  m = RAY.exec(text);
  if (m !== null) {
    const level = levelOf(m[2]!);
    return { stamp: m[1]!, ...(level === undefined ? {} : { level }), message: text.slice(m[0].length) };
  }
  m = C10.exec(text);
  if (m !== null) return { level: levelOf(m[1]!)!, message: text.slice(m[0].length) };
  m = VLLM.exec(text);
  if (m !== null) return { level: levelOf(m[1]!)!, message: text.slice(m[0].length) };
  m = ACCESS.exec(text);
  if (m !== null) return { stamp: `${m[1]!} ${m[2]!} ${m[3]!} ${m[4]!}`, message: text };
  m = DATED.exec(text) ?? LONG_DATE.exec(text);
  const rest = m === null ? text : text.slice(m[0].length);
  // Without a time, only a shouted first word counts: prose has "error" and "info" too.
  const firstWord = FIRST_WORD.exec(rest)?.[1] ?? '';
  const opening = m !== null || firstWord === firstWord.toUpperCase() ? levelOf(firstWord) : undefined;
  const level = opening ?? (m === null ? undefined : levelOf(SHOUTED.exec(rest.slice(0, LEVEL_WITHIN))?.[1] ?? ''));
  return {
    ...(m === null ? {} : { stamp: m[1]! }),
    ...(level === undefined ? {} : { level }),
    message: rest,
  };
}
