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
import { append } from '../lib/group-by.ts';
import { share } from '../lib/share.ts';
import { dateStream } from '../parsers/logs/dates.ts';
import type { ObjectPlace } from '../parsers/parser.ts';
import { areaOfKind, OBJECT_AREAS, KINDS, type AnyObject, type ObjectArea } from './kinds/index.ts';
import { placeByFileName } from './file-names.ts';
import { loggedEvents } from './logs/logged-events.ts';
import { createClock } from './clock.ts';
import { eventKey, mergeEvents } from './event-accounts.ts';
import { bySeen, inCoreTerms } from './events.ts';
import { mergeAccounts, resolveAges, revisionOf } from './merge.ts';
import { placeAccounts } from './placing.ts';
import { placeEmptyLists } from './scopes.ts';

interface Account {
  readonly object: unknown;
  readonly source: ObjectSource;
  /** The first line of the output that gave it. */
  readonly output: number;
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
  const clock = createClock();
  let order = 0;

  const account = (area: ObjectArea, key: string, object: unknown, source: ObjectSource, output: number): void => {
    let byKey = accounts.get(area);
    if (byKey === undefined) accounts.set(area, (byKey = new Map<string, Account[]>()));
    append(byKey, key, { object, source, output, order: order++ });
  };

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
      const cut = whole ? KINDS[area].shape(raw) : raw;
      const kept = area === 'events' ? inCoreTerms(cut as Record<string, unknown>) : cut;
      if (whole && typeof kept === 'object') {
        // Only the parts: two objects never become one.
        const before = previous.get(area);
        const parts = kept as Record<string, unknown>;
        for (const part of Object.keys(parts)) parts[part] = share(before?.[part], parts[part]);
        previous.set(area, parts);
      }
      const key =
        area === 'events'
          ? eventKey(kept as Record<string, unknown>)
          : `${KINDS[area].namespaced ? namespace : ''}\u0000${name ?? ''}`;
      account(area, key, kept, source, origin.firstLine);
      clock.note(area, raw, source);
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
    clock: clock.state,
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
      const instant = clock.read(logs);
      const now = instant?.time;
      const dated = logs.map((log) => dateStream(log, now));
      if ((accounts.get('events')?.size ?? 0) === 0)
        for (const { object, source } of loggedEvents(dated)) account('events', eventKey(object), object, source, 1);
      placeAccounts(accounts, eventKey);
      const objects = new Map<ObjectArea, readonly AnyObject[]>();
      const sources = new Map<AnyObject, readonly ObjectSource[]>();
      for (const area of OBJECT_AREAS) {
        const byKey = accounts.get(area);
        if (byKey === undefined) continue;
        const merged: AnyObject[] = [];
        for (const list of byKey.values()) {
          if (list.length > 1) list.sort(byFullness(placeOf));
          const object = mergeAll(area, list, now);
          merged.push(object);
          sources.set(
            object,
            list.map(({ source }) => source),
          );
        }
        accounts.delete(area);
        merged.sort(byNamespaceAndName);
        // Without a clock the names of events from texts tell no order; their ages do.
        if (area === 'events' && now === undefined) merged.sort((a, b) => bySeen(a, b));
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
        clock: instant?.evidence,
        unkept,
      };
    },
  };
}

/** Fuller accounts go first, of equal ones the newer: by the API server's word, else the later file. */
const byFullness =
  (placeOf: ((file: string) => number) | undefined) =>
  (a: Account, b: Account): number =>
    rankOf(a) - rankOf(b) ||
    revisionOf(b.object) - revisionOf(a.object) ||
    (placeOf === undefined ? 0 : placeOf(b.source.file) - placeOf(a.source.file)) ||
    b.order - a.order;

/** One object out of all accounts of it, the fullest first. */
function mergeAll(area: ObjectArea, accounts: readonly Account[], now: number | undefined): AnyObject {
  const { shape, kind } = KINDS[area];
  const objectOf = ({ object, source }: Account): unknown =>
    source.detail === 'full' ? object : shape(resolveAges(object, now));
  const [first, ...more] = accounts as readonly [Account, ...Account[]];
  let value = objectOf(first);
  if (more.length > 0 && area === 'events')
    value = mergeEvents(accounts.map((account) => ({ ...account, object: objectOf(account) })));
  else for (const account of more) value = mergeAccounts(value, objectOf(account));
  // In place: the value is ours, and V8 gives every spread copy a hidden class of its own, which makes each
  // look at 150,000 objects slow.
  const object = value as AnyObject & { kind: string };
  object.kind = kind;
  return object;
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

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
function byNamespaceAndName(a: AnyObject, b: AnyObject): number {
  return (
    compare(a.metadata?.namespace ?? '', b.metadata?.namespace ?? '') ||
    compare(a.metadata?.name ?? '', b.metadata?.name ?? '')
  );
}
