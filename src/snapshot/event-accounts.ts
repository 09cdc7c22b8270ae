/** One event out of several accounts of it. */
import { entryOf } from '../lib/group-by.ts';
import type { ObjectSource } from '../parsers/records.ts';
import { mergeAccounts } from './merge.ts';

type Fields = Readonly<Record<string, unknown>>;

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** One event in two outputs (describe and get events) has one subject, reason and message, but no common name. */
export function eventKey(object: Fields): string {
  const about = (object['involvedObject'] ?? {}) as Fields;
  const message = textOf(object['message']) ?? '';
  return [
    about['kind'],
    about['namespace'] ?? '',
    about['name'],
    object['reason'],
    message.replaceAll(/\s+/g, ' ').trim(),
  ].join('\u0000');
}

export interface EventAccount {
  readonly object: unknown;
  readonly source: ObjectSource;
  /** The first line of the output that gave it: one output tells of each time once. */
  readonly output: number;
}

const countOf = ({ count }: Fields): number => (typeof count === 'number' ? count : 1);

/**
 * How often it came. An output that has it several times (a kubelet starts, and starts again) tells of as many; several
 * outputs tell of the same. An event that the API server stored has a name: the same in one output is one.
 */
function timesOf(accounts: readonly EventAccount[]): number {
  const outputs = new Map<string, Map<string, number>>();
  accounts.forEach(({ object, source, output }, i) => {
    const { metadata } = object as { metadata?: { name?: unknown } };
    const name = textOf(metadata?.name) ?? String(i);
    const at = `${source.file}\u0000${output}`;
    const times = entryOf(outputs, at, () => new Map<string, number>());
    times.set(name, Math.max(times.get(name) ?? 0, countOf(object as Fields)));
  });
  return Math.max(...[...outputs.values()].map((times) => [...times.values()].reduce((sum, n) => sum + n, 0)));
}

/** All accounts of one event, the fullest first: the widest span is true of them all. */
export function mergeEvents(accounts: readonly EventAccount[]): unknown {
  const [only, ...more] = accounts;
  if (more.length === 0) return only?.object;
  const merged = accounts.map(({ object }) => object).reduce(mergeAccounts) as Record<string, unknown>;
  const extreme = (field: string, better: (a: number, b: number) => boolean): void => {
    for (const { object } of accounts) {
      const text = textOf((object as Fields)[field]);
      const known = textOf(merged[field]);
      if (text !== undefined && known !== undefined && better(Date.parse(text), Date.parse(known)))
        merged[field] = text;
    }
  };
  extreme('firstTimestamp', (a, b) => a < b);
  extreme('lastTimestamp', (a, b) => a > b);
  const times = timesOf(accounts);
  if (times > 1) merged['count'] = times;
  return merged;
}
