/**
 * Takes what the parsers emit, in any order, and keeps it until the last file is read. API objects are cut to their
 * shapes on arrival (memory grows by objects, not by bytes); accounts from text wait for the bundle's clock.
 */
import type {
  Evidence,
  FactArea,
  FactTable,
  Listing,
  LogStream,
  ObjectSource,
  Origin,
  Unread,
} from '../parsers/records.ts';
import { share } from '../lib/share.ts';
import { dateStream } from '../parsers/logs/dates.ts';
import type { ObjectPlace } from '../parsers/parser.ts';
import { areaOfKind, KINDS, type AnyObject, type ObjectArea } from './kinds/index.ts';
import { placeByFileName } from './file-names.ts';
import { loggedEvents } from './logs/logged-events.ts';
import { mergeAccounts, resolveAges, revisionOf } from './merge.ts';
import { placeAccounts } from './placing.ts';
import { placeEmptyLists } from './scopes.ts';

interface Account {
  readonly object: unknown;
  readonly source: ObjectSource;
  readonly order: number;
}

/** Everything the snapshot is made of. */
export interface Collected {
  readonly objects: ReadonlyMap<ObjectArea, readonly AnyObject[]>;
  readonly sources: ReadonlyMap<AnyObject, readonly ObjectSource[]>;
  readonly facts: { readonly [A in FactArea]?: readonly FactTable[A][] };
  readonly logs: readonly LogStream[];
  readonly listings: readonly Listing[];
  /** Areas that were asked for and answered with nothing. */
  readonly empty: ReadonlySet<string>;
  readonly unread: readonly Unread[];
  readonly now: number | undefined;
  readonly clock: Evidence | undefined;
  /** Objects of kinds without a shape: kind → count. */
  readonly unkept: ReadonlyMap<string, number>;
}

const RANK = { full: 0, described: 1, row: 2 } as const;
/** A bundle of garbage must not fill the report with its complaints. */
const UNREAD_LIMIT = 1000;

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** One event in two outputs (describe and get events) has one subject, reason and message, but no common name. */
function eventKey(object: Record<string, unknown>): string {
  const about = (object['involvedObject'] ?? object['regarding'] ?? {}) as Record<string, unknown>;
  const message = textOf(object['message']) ?? textOf(object['note']) ?? '';
  return [
    about['kind'],
    about['namespace'] ?? '',
    about['name'],
    object['reason'],
    message.replaceAll(/\s+/g, ' ').trim(),
  ].join('\u0000');
}

export function createStore() {
  const accounts = new Map<ObjectArea, Map<string, Account[]>>();
  const facts: { [A in FactArea]?: FactTable[A][] } = {};
  const logs: LogStream[] = [];
  const listings: Listing[] = [];
  const empty = new Set<string>();
  const unread: Unread[] = [];
  const unrecognised = new Set<string>();
  const unkept = new Map<string, number>();
  /** The last object of each area: the next one is often much like it. */
  const previous = new Map<ObjectArea, Record<string, unknown>>();
  const clocks: { time: number; evidence: Evidence }[] = [];
  let order = 0;
  let latest: { time: number; evidence: Evidence } | undefined;

  /** The newest instant that an object mentions or that follows from one: where no record states the time. */
  function noteTime(text: string | undefined, evidence: () => Evidence): void {
    if (text === undefined) return;
    const time = Date.parse(text);
    if (!Number.isNaN(time) && (latest === undefined || time > latest.time)) latest = { time, evidence: evidence() };
  }

  return {
    object(origin: Origin, value: unknown, place: ObjectPlace): void {
      const raw = value as Record<string, unknown>;
      const kind = textOf(raw?.['kind']);
      const meta = (raw?.['metadata'] ?? (kind === 'Event' ? {} : undefined)) as Record<string, unknown> | undefined;
      if (kind === undefined || typeof meta !== 'object' || meta === null) return;
      const area = areaOfKind(kind);
      if (area === undefined) {
        unkept.set(kind, (unkept.get(kind) ?? 0) + 1);
        return;
      }
      const namespace = textOf(meta['namespace']) ?? '';
      const name = textOf(meta['name']);
      if (name === undefined && area !== 'events') return;
      const source: ObjectSource = { file: origin.file, ...place };
      const whole = place.detail === 'full' && place.shaped !== true;
      const kept = whole ? KINDS[area].shape(raw) : raw;
      if (whole && typeof kept === 'object') {
        // Only the parts: two objects never become one.
        const before = previous.get(area);
        const parts = kept as Record<string, unknown>;
        for (const part of Object.keys(parts)) parts[part] = share(before?.[part], parts[part]);
        previous.set(area, parts);
      }
      const key = area === 'events' ? eventKey(raw) : `${KINDS[area].namespaced ? namespace : ''}\u0000${name ?? ''}`;
      let byKey = accounts.get(area);
      if (byKey === undefined) accounts.set(area, (byKey = new Map<string, Account[]>()));
      const list = byKey.get(key);
      const account: Account = { object: kept, source, order: order++ };
      if (list === undefined) byKey.set(key, [account]);
      else list.push(account);
      // Rows and descriptions give ages, which are no times; what is a time in a description is one.
      if (area === 'events' || area === 'nodes' || area === 'leases') {
        const quote = (text: string) => (): Evidence => ({
          file: source.file,
          ...(source.pointer === undefined ? {} : { pointer: source.pointer }),
          text,
        });
        if (area === 'events') {
          const seen = textOf(raw['lastTimestamp']) ?? textOf(raw['eventTime']);
          noteTime(seen, quote(`lastTimestamp: ${seen ?? ''}`));
        }
        if (area === 'nodes') {
          const status = raw['status'] as { conditions?: unknown } | undefined;
          const conditions = Array.isArray(status?.conditions) ? (status.conditions as Record<string, unknown>[]) : [];
          for (const c of conditions) {
            // A dead node beats no more: that it was given up is later.
            for (const field of ['lastHeartbeatTime', 'lastTransitionTime']) {
              const time = textOf(c?.[field]);
              noteTime(time, quote(`${field}: ${time ?? ''}`));
            }
          }
        }
        if (area === 'leases') {
          const renewed = textOf((raw['spec'] as Record<string, unknown> | undefined)?.['renewTime']);
          noteTime(renewed, quote(`renewTime: ${renewed ?? ''}`));
        }
      }
    },
    listing(listing: Listing): void {
      listings.push(listing);
    },
    fact<A extends FactArea>(area: A, record: FactTable[A]): void {
      const list = facts[area] as FactTable[A][] | undefined;
      if (list === undefined) (facts as Record<string, unknown>)[area] = [record];
      else list.push(record);
    },
    log(stream: LogStream): void {
      logs.push(stream);
    },
    clock(time: number, evidence: Evidence, reckoned = false): void {
      if (!reckoned) clocks.push({ time, evidence });
      else if (latest === undefined || time > latest.time) latest = { time, evidence };
    },
    empty(area: string): void {
      empty.add(area);
    },
    unread(origin: Origin, reason: string, line?: number): void {
      // A page of prose is one gap, into however many pieces it was cut.
      if (reason.startsWith('not recognised')) {
        if (unrecognised.has(origin.file)) return;
        unrecognised.add(origin.file);
      }
      if (unread.length < UNREAD_LIMIT) {
        unread.push(line === undefined ? { file: origin.file, reason } : { file: origin.file, line, reason });
      } else if (unread.length === UNREAD_LIMIT) {
        unread.push({
          file: origin.file,
          reason: `more than ${UNREAD_LIMIT} texts were not understood; the rest is not listed`,
        });
      }
    },

    /**
     * Merges all accounts; call once, after the last file. `placeOf` tells which file comes before which: archives and
     * folders hand them over each in their own order. What it ranks alike stays as it came.
     */
    finish(placeOf?: (file: string) => number): Collected {
      if (placeOf !== undefined) {
        const inPlace =
          <T>(fileOf: (one: T) => string) =>
          (a: T, b: T): number =>
            placeOf(fileOf(a)) - placeOf(fileOf(b));
        logs.sort(inPlace((log) => log.origin.file));
        listings.sort(inPlace((listing) => listing.file));
        unread.sort(inPlace((one) => one.file));
        for (const records of Object.values(facts) as { source: Evidence }[][])
          records.sort(inPlace((record) => record.source.file));
      }
      const stated = clocks.reduce<{ time: number; evidence: Evidence } | undefined>(
        (best, c) => (best === undefined || c.time > best.time ? c : best),
        undefined,
      );
      const lastLog = logs.reduce<{ time: number; evidence: Evidence } | undefined>((best, log) => {
        if (log.lastTime === undefined || (best !== undefined && log.lastTime <= best.time)) return best;
        const line = log.tail.at(-1);
        return {
          time: log.lastTime,
          evidence: { file: log.origin.file, ...(line ? { line: line.line } : {}), text: line?.text ?? '' },
        };
      }, undefined);
      const clock = stated ?? latest ?? lastLog;
      const now = clock?.time;

      const dated = logs.map((log) => dateStream(log, now));
      for (const { object, source } of (accounts.get('events')?.size ?? 0) > 0 ? [] : loggedEvents(dated)) {
        const byKey = accounts.get('events') ?? new Map<string, Account[]>();
        accounts.set('events', byKey);
        const key = eventKey(object);
        byKey.set(key, [...(byKey.get(key) ?? []), { object, source, order: order++ }]);
      }
      placeAccounts(accounts, eventKey);
      const objects = new Map<ObjectArea, readonly AnyObject[]>();
      const sources = new Map<AnyObject, readonly ObjectSource[]>();
      for (const area of Object.keys(KINDS) as ObjectArea[]) {
        const byKey = accounts.get(area);
        if (byKey === undefined) continue;
        const { shape, kind } = KINDS[area];
        const merged: AnyObject[] = [];
        for (const list of byKey.values()) {
          // Fuller accounts go first, of equal ones the newer: by the API server's word, else the later file.
          if (list.length > 1)
            list.sort(
              (a, b) =>
                rankOf(a) - rankOf(b) ||
                revisionOf(b.object) - revisionOf(a.object) ||
                (placeOf === undefined ? 0 : placeOf(b.source.file) - placeOf(a.source.file)) ||
                b.order - a.order,
            );
          let value: unknown;
          for (const account of list) {
            const part = account.source.detail === 'full' ? account.object : shape(resolveAges(account.object, now));
            value =
              value === undefined ? part : area === 'events' ? mergeEvents(value, part) : mergeAccounts(value, part);
          }
          // In place: the value is ours, and V8 gives every spread copy a hidden class of its own, which makes each
          // look at 150,000 objects slow.
          const object = value as AnyObject & { kind: string };
          object.kind = kind;
          merged.push(object);
          sources.set(
            object,
            list.map((account) => account.source),
          );
        }
        accounts.delete(area);
        merged.sort(byNamespaceAndName);
        objects.set(area, merged);
      }
      const placed = placeByFileName(objects, facts, dated);
      return {
        objects,
        sources,
        ...placed,
        listings: placeEmptyLists(listings),
        empty,
        unread,
        now,
        clock: clock?.evidence,
        unkept,
      };
    },
  };
}

/**
 * A manifest is full, but says what somebody wanted: whatever shows the live object, even a row of a table, is truer.
 * The API server sets uid and creationTimestamp on all it stores; people write neither.
 */
function rankOf({ object, source }: Account): number {
  if (source.detail !== 'full') return RANK[source.detail];
  const { metadata, status } = object as {
    metadata?: { uid?: unknown; creationTimestamp?: unknown };
    status?: unknown;
  };
  const live = metadata?.uid !== undefined || metadata?.creationTimestamp !== undefined || status !== undefined;
  return live ? RANK.full : RANK.row + 1;
}

/** Two accounts of one event: the widest span and the highest count are true of both. */
function mergeEvents(a: unknown, b: unknown): unknown {
  const merged = mergeAccounts(a, b) as Record<string, unknown>;
  const x = a as Record<string, unknown>;
  const y = b as Record<string, unknown>;
  const pick = (field: string, better: (p: string, q: string) => boolean) => {
    const p = textOf(x[field]);
    const q = textOf(y[field]);
    if (p !== undefined && q !== undefined) merged[field] = better(p, q) ? p : q;
  };
  pick('firstTimestamp', (p, q) => Date.parse(p) <= Date.parse(q));
  pick('lastTimestamp', (p, q) => Date.parse(p) >= Date.parse(q));
  if (typeof x['count'] === 'number' && typeof y['count'] === 'number')
    merged['count'] = Math.max(x['count'], y['count']);
  return merged;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
function byNamespaceAndName(a: AnyObject, b: AnyObject): number {
  return (
    compare(a.metadata?.namespace ?? '', b.metadata?.namespace ?? '') ||
    compare(a.metadata?.name ?? '', b.metadata?.name ?? '')
  );
}
