/** One object out of several accounts of it: field by field, the fuller account wins. */
import { bareObject } from '../lib/bare-object.ts';

const isRecord = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null && !Array.isArray(v);

/** The field by which entries of a list are the same thing in two accounts. */
const KEYS = ['name', 'type', 'uid'] as const;
function keyOf(entry: unknown): string | undefined {
  if (!isRecord(entry)) return undefined;
  for (const key of KEYS) {
    const value = entry[key];
    if (typeof value === 'string' && value !== '') return `${key}:${value}`;
  }
  return undefined;
}

/**
 * Merges two accounts of one value. A list is taken whole from the fuller account; its entries are completed from the
 * poorer one when both name them alike. (A table row knows that a container waits but not its name: such nameless
 * entries vanish once a fuller account has the list.)
 */
export function mergeAccounts(fuller: unknown, poorer: unknown): unknown {
  if (fuller === undefined || fuller === null) return poorer;
  if (isRecord(fuller) && isRecord(poorer)) {
    const out: Record<string, unknown> = Object.getPrototypeOf(fuller) === Object.prototype ? {} : bareObject();
    for (const key of Object.keys(fuller)) out[key] = fuller[key];
    for (const key of Object.keys(poorer)) out[key] = key in out ? mergeAccounts(out[key], poorer[key]) : poorer[key];
    return out;
  }
  if (Array.isArray(fuller) && Array.isArray(poorer)) {
    if (fuller.length === 0) return poorer;
    const byKey = new Map<string, unknown>();
    for (const entry of poorer) {
      const key = keyOf(entry);
      if (key !== undefined) byKey.set(key, entry);
    }
    return fuller.map((entry) => {
      const key = keyOf(entry);
      return key !== undefined && byKey.has(key) ? mergeAccounts(entry, byKey.get(key)) : entry;
    });
  }
  return fuller;
}

const AGO = /^ago:(\d+(?:\.\d+)?)s$/;

/**
 * Replaces relative times (`ago:93s`) by instants. Without a clock they are dropped: a time that cannot be dated is
 * not a time.
 */
export function resolveAges(value: unknown, now: number | undefined): unknown {
  if (typeof value === 'string') {
    const match = AGO.exec(value);
    if (!match) return value;
    return now === undefined ? undefined : new Date(Math.round(now - Number(match[1]) * 1000)).toISOString();
  }
  if (Array.isArray(value)) return value.map((entry) => resolveAges(entry, now));
  if (isRecord(value)) {
    const out: Record<string, unknown> = Object.create(null);
    for (const [key, entry] of Object.entries(value)) out[key] = resolveAges(entry, now);
    return out;
  }
  return value;
}

/**
 * The revision in which the API server stored an object, 0 where an account does not say. Clients are told to take it for
 * an opaque word; that it grows is etcd's nature.
 */
export function revisionOf(object: unknown): number {
  const { resourceVersion } = (object as { metadata?: { resourceVersion?: unknown } }).metadata ?? {};
  return typeof resourceVersion === 'string' ? Number(resourceVersion) || 0 : 0;
}
