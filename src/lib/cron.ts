/** Cron schedules, as far as their period goes. */

const NAMED: Readonly<Record<string, number>> = {
  '@hourly': 3600,
  '@daily': 86_400,
  '@midnight': 86_400,
  '@weekly': 7 * 86_400,
  '@monthly': 31 * 86_400,
  '@yearly': 366 * 86_400,
  '@annually': 366 * 86_400,
};

/** Units per step of each field, and how many of them the field wraps around at. */
const FIELDS = [
  { seconds: 60, wraps: 60 },
  { seconds: 3600, wraps: 24 },
  { seconds: 86_400, wraps: 31 },
] as const;

/** The values that a field allows; undefined for `*`. */
function valuesOf(field: string, wraps: number): readonly number[] | undefined {
  if (field === '*' || field === '?') return undefined;
  const values = new Set<number>();
  for (const part of field.split(',')) {
    const match = /^(\*|\d{1,2})(?:-(\d{1,2}))?(?:\/(\d{1,3}))?$/.exec(part);
    if (match === null) return undefined;
    const step = Math.max(1, Number(match[3] ?? 1));
    const from = match[1] === '*' ? 0 : Number(match[1]);
    const to =
      match[1] === '*' || (match[3] !== undefined && match[2] === undefined) ? wraps - 1 : Number(match[2] ?? from);
    for (let value = from; value <= to; value += step) values.add(value);
  }
  return [...values].sort((a, b) => a - b);
}

/** The longest gap between neighbours on a circle, in steps. */
function longestGap(values: readonly number[], wraps: number): number {
  return Math.max(...values.map((value, i) => (values[i + 1] ?? (values[0] ?? 0) + wraps) - value));
}

/**
 * An upper bound of the seconds between two runs of a five-field schedule: the longest gap of the coarsest restricted
 * field. Undefined for what is no schedule.
 */
export function schedulePeriod(schedule: string): number | undefined {
  const text = schedule.trim();
  if (text.startsWith('@')) return NAMED[text];
  const [minute, hour, day, month, weekday, ...rest] = text.split(/\s+/);
  if (
    minute === undefined ||
    hour === undefined ||
    day === undefined ||
    month === undefined ||
    weekday === undefined ||
    rest.length > 0
  )
    return undefined;
  if (month !== '*' && month !== '?') return 366 * 86_400;
  if (weekday !== '*' && weekday !== '?') return 7 * 86_400;
  for (let i = FIELDS.length - 1; i >= 0; i--) {
    const { seconds, wraps } = FIELDS[i] ?? FIELDS[0];
    const values = valuesOf([minute, hour, day][i] ?? '*', wraps);
    if (values !== undefined && values.length > 0 && values.length < wraps) return longestGap(values, wraps) * seconds;
    // `*` in a coarse field with a fixed finer one repeats once per coarse step.
  }
  return 60;
}
