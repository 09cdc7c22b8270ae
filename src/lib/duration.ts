/** Lengths of time as tools print them. */

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** kubectl's year: apimachinery's HumanDuration counts 365 days. */
const YEAR = 365 * DAY;

const SECONDS: Readonly<Record<string, number>> = {
  y: YEAR,
  d: DAY,
  h: HOUR,
  m: MINUTE,
  s: 1,
  ms: 1e-3,
  us: 1e-6,
  µs: 1e-6, // U+00B5, what Go prints
  μs: 1e-6, // U+03BC
  ns: 1e-9,
};

const PART = /(\d{1,15}(?:\.\d{1,15})?)(ms|us|µs|μs|ns|[ydhms])/y;

/**
 * Seconds in a kubectl age (`93s`, `3m20s`, `5d4h`, `2y35d`) or a Go duration (`1m0.5s`, `105.3ms`).
 * Undefined for `<invalid>`, `<unknown>` and whatever else is not one. A bare `0` is 0.
 */
export function parseDuration(text: string): number | undefined {
  let rest = text.trim();
  if (rest === '0') return 0;
  const sign = rest.startsWith('-') ? -1 : 1;
  if (sign === -1) rest = rest.slice(1);
  if (rest === '') return undefined;
  let total = 0;
  PART.lastIndex = 0;
  while (PART.lastIndex < rest.length) {
    const part = PART.exec(rest);
    if (part === null) return undefined;
    const value = Number(part[1]);
    const unit = part[2] ?? '';
    // Dividing keeps fractions exact: 105.3ms is 0.1053 s.
    total +=
      unit === 'ms'
        ? value / 1e3
        : unit === 'ns'
          ? value / 1e9
          : unit.length === 2
            ? value / 1e6
            : value * (SECONDS[unit] ?? 0);
  }
  return sign * total;
}

/** One or two units of an age, the smaller one where it is not zero: `3m20s`, `5d4h`, `2y35d`. */
const units = (seconds: number, large: number, one: string, small: number, other: string): string => {
  const rest = Math.floor((seconds % large) / small);
  return `${Math.floor(seconds / large)}${one}${rest === 0 ? '' : `${rest}${other}`}`;
};

/** Seconds as the API server writes ages into tables (apimachinery's duration.HumanDuration). */
export function spellAge(seconds: number): string {
  if (seconds < 2 * MINUTE) return `${Math.floor(seconds)}s`;
  if (seconds < 10 * MINUTE) return units(seconds, MINUTE, 'm', 1, 's');
  if (seconds < 3 * HOUR) return `${Math.floor(seconds / MINUTE)}m`;
  if (seconds < 8 * HOUR) return units(seconds, HOUR, 'h', MINUTE, 'm');
  if (seconds < 2 * DAY) return `${Math.floor(seconds / HOUR)}h`;
  if (seconds < 8 * DAY) return units(seconds, DAY, 'd', HOUR, 'h');
  if (seconds < 2 * YEAR) return `${Math.floor(seconds / DAY)}d`;
  return seconds < 8 * YEAR ? units(seconds, YEAR, 'y', DAY, 'd') : `${Math.floor(seconds / YEAR)}y`;
}

/** Seconds as people say them, for messages: `310 ms`, `2.42 s`, `12 min`, `2 h 12 min`, `3 d`. */
export function spellDuration(seconds: number): string {
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 120) return `${Math.round(seconds * 100) / 100} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return `${Math.floor(hours / 24)} d`;
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
}
