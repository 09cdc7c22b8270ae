/** What the systemctl parsers share. */
import type { ParserContext } from '../parser.ts';
import { factBase } from '../quote.ts';

export const UNIT_SUFFIXES = 'service|socket|timer|mount|automount|target|scope|slice|path|swap|device';

const AGE_UNIT: Readonly<Record<string, number>> = {
  us: 1e-6,
  ms: 1e-3,
  s: 1,
  min: 60,
  h: 3600,
  day: 86_400,
  days: 86_400,
  week: 604_800,
  weeks: 604_800,
  // systemd counts a year as 365.25 days and a month as a twelfth of it (systemd.time(7)).
  month: 2_629_800,
  months: 2_629_800,
  year: 31_557_600,
  years: 31_557_600,
};

/** `1h 39min`, `2 weeks 3 days`, `1min 50s` in seconds; undefined for anything else. */
export function spelledAge(text: string): number | undefined {
  let total: number | undefined;
  for (const match of text.matchAll(/(\d{1,9}(?:\.\d{1,9})?)\s?([a-z]{1,6})/g)) {
    const unit = AGE_UNIT[match[2] ?? ''];
    if (unit === undefined) return undefined;
    total = (total ?? 0) + Number(match[1]) * unit;
  }
  return total;
}

/** systemctl without a systemd to ask, and ssh that did not get to the machine. */
const FAILURES =
  /Failed to (?:connect to|get D-Bus connection|get properties|list units)|not been booted with systemd|^ssh: |kex_exchange_identification|^Connection (?:closed|reset|timed out)/;

/** systemctl that could not ask systemd leaves a failure of the tool (quoted whole); other words are unread. */
export function emitSystemdFailure(lines: readonly string[], { origin, emit }: ParserContext): void {
  const at = lines.findIndex((line) => FAILURES.test(line));
  const line = lines[at];
  if (line === undefined) return emit.unread(origin, 'systemctl output without units', origin.firstLine);
  emit.fact('toolFailures', { ...factBase(origin, at, line), tool: 'systemctl', message: line.trim() });
}
