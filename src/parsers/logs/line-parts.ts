/** What a log line says besides its message. The same shape for every format; a part that is not there is undefined. */
export interface LineParts {
  /** The time as it stands in the line; read by parseTimestamp. */
  readonly stamp?: string;
  /** Milliseconds since 1970, for formats whose stamp is a number. */
  readonly time?: number;
  readonly host?: string;
  readonly program?: string;
  readonly pid?: number;
  readonly level?: LogLevel;
  /** What is left after the prefix. */
  readonly message: string;
}

export type LogLevel = 'fatal' | 'error' | 'warning' | 'info' | 'debug';

const LEVELS: Readonly<Record<string, LogLevel>> = {
  fatal: 'fatal',
  panic: 'fatal',
  dpanic: 'fatal',
  emerg: 'fatal',
  emergency: 'fatal',
  alert: 'fatal',
  crit: 'fatal',
  critical: 'fatal',
  severe: 'error',
  err: 'error',
  error: 'error',
  warn: 'warning',
  warning: 'warning',
  notice: 'info',
  info: 'info',
  information: 'info',
  log: 'info',
  debug: 'debug',
  trace: 'debug',
  fine: 'debug',
  f: 'fatal',
  c: 'fatal',
  e: 'error',
  w: 'warning',
  n: 'info',
  i: 'info',
  d: 'debug',
};

/** `WARN`, `warning`, `W`, syslog's `crit` … as one of five; undefined for other words. */
export function levelOf(word: string): LogLevel | undefined {
  const key = word.toLowerCase();
  return Object.hasOwn(LEVELS, key) ? LEVELS[key] : undefined;
}

/** Syslog's numbers: 0 emergency to 7 debug. */
export function levelOfPriority(priority: number): LogLevel {
  if (priority <= 2) return 'fatal';
  if (priority === 3) return 'error';
  if (priority === 4) return 'warning';
  return priority <= 6 ? 'info' : 'debug';
}
