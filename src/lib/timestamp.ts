/** Instants as tools print them, to milliseconds since 1970. Never the clock, never the machine's time zone. */

/** What the text itself does not say. */
export interface TimestampContext {
  /** An instant near the one wanted, in ms: gives klog and syslog stamps their year. */
  readonly reference?: number;
  /** Minutes east of UTC for stamps without a zone or with an ambiguous zone name. */
  readonly offsetMinutes?: number;
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** Minutes east of UTC. Names that several countries use for different offsets (CST, IST, BST, EST in Australia …) are not here. */
const ZONES: Readonly<Record<string, number>> = {
  UTC: 0,
  UTCT: 0,
  GMT: 0,
  Z: 0,
  UCT: 0,
  WET: 0,
  WEST: 60,
  CET: 60,
  CEST: 120,
  EET: 120,
  EEST: 180,
  MSK: 180,
  JST: 540,
  KST: 540,
  HKT: 480,
  EDT: -240,
  CDT: -300,
  MDT: -360,
  PDT: -420,
  PST: -480,
};

const DAY_MS = 86_400_000;
const TIME = String.raw`(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?`;
const ZONE = String.raw`(Z|[+-]\d{2}(?::?\d{2})?|[A-Z]{1,5})`;
const WEEKDAY = String.raw`(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),?\s+`;

/** 2025-11-28T16:03:58.5+08:00, 2025-11-28 16:03:58 UTC, Fri 2025-11-28 16:03:58 CET, Go's 2025-11-28 16:03:58 +0800 CST. */
const ISO = new RegExp(
  String.raw`^(?:${WEEKDAY})?(\d{4})[-/](\d{2})[-/](\d{2})[T ]${TIME}\s?${ZONE}?(?: [A-Z]{1,5})?(?: m=\S{1,40})?$`,
);
/** Fri, 28 Nov 2025 16:03:58 +0800; Fri 28 Nov 2025 04:03:58 PM UTC. */
const DAY_FIRST = new RegExp(
  String.raw`^(?:${WEEKDAY})?(\d{1,2})\s+([A-Za-z]{3})\s+(\d{4})\s+${TIME}(?: ([AP]M))?(?:\s+${ZONE})?$`,
);
/** Fri Nov 28 16:03:58 UTC 2025; Fri Nov 28 04:03:58 PM UTC 2025; Fri Nov 28 16:03:58 2025. */
const YEAR_LAST = new RegExp(
  String.raw`^(?:${WEEKDAY})?([A-Za-z]{3})\s+(\d{1,2})\s+${TIME}(?: ([AP]M))?(?:\s+${ZONE})?\s+(\d{4})$`,
);
/** Nov 28 16:06:28; 11月 28 16:06:28 (Chinese and Japanese locales). */
const SYSLOG = new RegExp(String.raw`^([A-Za-z]{3}|\d{1,2}月)\s+(\d{1,2})\s+${TIME}$`);
/** I1128 16:06:12.000. */
const KLOG = new RegExp(String.raw`^[IWEF](\d{2})(\d{2})\s+${TIME}$`);

interface Parts {
  readonly year?: number;
  readonly month: number;
  readonly day: number;
  readonly hour: string | undefined;
  readonly minute: string | undefined;
  readonly second: string | undefined;
  readonly fraction: string | undefined;
  readonly half?: string | undefined;
  readonly zone?: string | undefined;
}

function offsetOf(zone: string | undefined, context: TimestampContext): number | undefined {
  // No zone at all: machines of clusters run in UTC unless somebody says otherwise. An ambiguous name is another
  // matter: it says that the clock is not UTC's, so there is nothing to fall back to.
  if (zone === undefined) return context.offsetMinutes ?? 0;
  const numeric = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone);
  if (numeric !== null) return (numeric[1] === '-' ? -1 : 1) * (Number(numeric[2]) * 60 + Number(numeric[3] ?? 0));
  return Object.hasOwn(ZONES, zone) ? ZONES[zone] : context.offsetMinutes;
}

function assemble(parts: Parts, context: TimestampContext): number | undefined {
  const offset = offsetOf(parts.zone, context);
  if (offset === undefined || parts.month < 0) return undefined;
  let hour = Number(parts.hour);
  if (parts.half !== undefined) hour = (hour % 12) + (parts.half === 'PM' ? 12 : 0);
  const minute = Number(parts.minute);
  const second = Number(parts.second ?? 0);
  if (hour > 23 || minute > 59 || second > 60 || parts.day < 1 || parts.month > 11) return undefined;
  const ms = Math.trunc(Number(`0.${parts.fraction ?? '0'}`) * 1000);
  const at = (year: number): number | undefined => {
    const day = Date.UTC(year, parts.month, parts.day);
    if (new Date(day).getUTCMonth() !== parts.month) return undefined; // 31 November, 29 February of a common year
    return day + ((hour * 60 + minute - offset) * 60 + second) * 1000 + ms;
  };
  if (parts.year !== undefined) return at(parts.year);
  if (context.reference === undefined) return undefined;
  // The latest year that is not in the reference's future; a day's grace for zones and for the end of a collection.
  const year = new Date(context.reference).getUTCFullYear();
  for (const candidate of [year + 1, year, year - 1, year - 2, year - 3, year - 4]) {
    const time = at(candidate);
    if (time !== undefined && time <= context.reference + DAY_MS) return time;
  }
  return undefined;
}

const monthOf = (name: string | undefined): number =>
  name?.endsWith('月') === true ? Number.parseInt(name, 10) - 1 : MONTHS.indexOf((name ?? '').toLowerCase());

/**
 * The instant that the whole of `text` names, or undefined. Reads RFC 3339, `kubectl describe` (RFC 1123), `date` and
 * `date --iso-8601`, systemd, Go, klog (`I1128 16:06:12.000`) and syslog (`Nov 28 16:06:28`) stamps. The year-less
 * ones need `context.reference`; ambiguous zone names (CST, IST …) need `context.offsetMinutes`.
 */
export function parseTimestamp(text: string, context: TimestampContext = {}): number | undefined {
  if (text.length > 80) return undefined;
  const trimmed = text.trim();
  let m = ISO.exec(trimmed);
  if (m !== null) {
    const [, year, month, day, hour, minute, second, fraction, zone] = m;
    return assemble(
      { year: Number(year), month: Number(month) - 1, day: Number(day), hour, minute, second, fraction, zone },
      context,
    );
  }
  m = DAY_FIRST.exec(trimmed);
  if (m !== null) {
    const [, day, month, year, hour, minute, second, fraction, half, zone] = m;
    return assemble(
      { year: Number(year), month: monthOf(month), day: Number(day), hour, minute, second, fraction, half, zone },
      context,
    );
  }
  m = YEAR_LAST.exec(trimmed);
  if (m !== null) {
    const [, month, day, hour, minute, second, fraction, half, zone, year] = m;
    return assemble(
      { year: Number(year), month: monthOf(month), day: Number(day), hour, minute, second, fraction, half, zone },
      context,
    );
  }
  m = SYSLOG.exec(trimmed);
  if (m !== null) {
    const [, month, day, hour, minute, second, fraction] = m;
    return assemble({ month: monthOf(month), day: Number(day), hour, minute, second, fraction }, context);
  }
  m = KLOG.exec(trimmed);
  if (m !== null) {
    const [, month, day, hour, minute, second, fraction] = m;
    return assemble({ month: Number(month) - 1, day: Number(day), hour, minute, second, fraction }, context);
  }
  return undefined;
}

/** Milliseconds since 1970 as RFC 3339 text in UTC, without a fraction when it is zero. */
export function toRfc3339(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}

/** An instant as a message says it: `2026-03-10 07:30:11 UTC`. */
export const spellTime = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

/** The latest instant that a Date can hold, in milliseconds (ECMA-262, 21.4.1.1). */
const LATEST = 8.64e15;

/** Milliseconds since 1970 as ISO 8601 in UTC; undefined for no time and for what is none. */
export const isoTime = (ms: number | undefined): string | undefined =>
  ms === undefined || !(Math.abs(ms) <= LATEST) ? undefined : new Date(ms).toISOString();
