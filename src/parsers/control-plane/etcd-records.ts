/** From etcdctl's fields, in whatever layout they were printed, to records. */
import { defined } from '../../lib/defined.ts';
import { parseDuration } from '../../lib/duration.ts';
import type { Emit } from '../parser.ts';
import { factBase } from '../quote.ts';
import type { Origin } from '../records.ts';

/** Fields of one row by lower-case name without blanks and underscores: `dbsize`, `raftappliedindex`, `isleader`. */
export type Fields = ReadonlyMap<string, string>;

/** Where a row stands. */
export interface Place {
  readonly origin: Origin;
  readonly emit: Emit;
  /** 0-based line inside the text. */
  readonly at: number;
  readonly line: string;
}

/**
 * A member's id in lower-case hex without leading zeros: the table prints hex, JSON and alarms print decimal, and both
 * must meet. Sixteen digits can be either; `decimal` says which layout it came from.
 */
export function memberId(text: string | undefined, decimal: boolean): string | undefined {
  const id = text?.trim().toLowerCase() ?? '';
  if (decimal && /^\d{1,20}$/.test(id)) return BigInt(id).toString(16);
  return /^[0-9a-f]{1,16}$/.test(id) ? id.replace(/^0+(?=.)/, '') : undefined;
}

const SI: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
};

/** `25 kB` (etcdctl rounds to two digits, powers of 1000) or a bare number of bytes. */
export function etcdBytes(text: string | undefined): number | undefined {
  const match = /^(\d{1,18}(?:\.\d{1,6})?)\s?([kKMGT]?i?B)?$/.exec(text?.trim() ?? '');
  if (match === null) return undefined;
  return Math.round(Number(match[1]) * (SI[match[2] ?? 'B'] ?? 1));
}

const flag = (text: string | undefined): boolean | undefined =>
  text === 'true' ? true : text === 'false' ? false : undefined;
const integer = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;

/** Alarms stand in the ERRORS cell of a status too: `memberID:10276657743932975437 alarm:NOSPACE`. */
export function emitAlarms(place: Place, text: string): void {
  for (const match of text.matchAll(/member_?ID:\s*(\d{1,20})\s+alarm:\s*([A-Z_]{1,40})/gi)) {
    if (match[2] === 'NONE') continue;
    place.emit.fact('etcdAlarms', {
      ...factBase(place.origin, place.at, place.line),
      alarm: match[2] ?? '',
      ...defined({ memberId: memberId(match[1], true) }),
    });
  }
}

/** A row of `endpoint status`. */
export function emitStatus(place: Place, fields: Fields, errors: readonly string[], decimal: boolean): void {
  const id = memberId(fields.get('id') ?? fields.get('memberid'), decimal);
  const leaderId = memberId(fields.get('leader'), decimal);
  place.emit.fact('etcdEndpoints', {
    ...factBase(place.origin, place.at, place.line),
    endpoint: fields.get('endpoint') ?? '',
    errors,
    ...defined({
      id,
      version: fields.get('version'),
      dbSizeBytes: etcdBytes(fields.get('dbsize')),
      dbInUseBytes: etcdBytes(fields.get('dbsizeinuse') ?? fields.get('inuse')),
      quotaBytes: etcdBytes(fields.get('quota') ?? fields.get('dbsizequota')),
      isLeader:
        flag(fields.get('isleader')) ?? (id === undefined || leaderId === undefined ? undefined : id === leaderId),
      isLearner: flag(fields.get('islearner')),
      leaderId,
      raftTerm: integer(fields.get('raftterm')),
      raftIndex: fields.get('raftindex'),
      raftAppliedIndex: fields.get('raftappliedindex'),
      revision: fields.get('revision'),
    }),
  });
  emitAlarms(place, errors.join(' '));
}

/** A row of `endpoint health`. */
export function emitHealth(place: Place, endpoint: string, healthy: boolean, took?: string, error?: string): void {
  const seconds = took === undefined ? undefined : parseDuration(took);
  place.emit.fact('etcdHealth', {
    ...factBase(place.origin, place.at, place.line),
    endpoint,
    healthy,
    ...defined({
      // Whole microseconds: seconds as a double have crumbs.
      tookMs: seconds === undefined ? undefined : Math.round(seconds * 1e6) / 1e3,
      error: error || undefined,
    }),
  });
}

const urls = (text: string | undefined): readonly string[] =>
  (text ?? '')
    .split(',')
    .map((url) => url.trim())
    .filter((url) => url !== '');

/** A row of `member list`. */
export function emitMember(place: Place, fields: Fields, decimal: boolean): void {
  const id = memberId(fields.get('id'), decimal);
  if (id === undefined)
    return place.emit.unread(place.origin, 'etcd member without an id', place.origin.firstLine + place.at);
  const clientUrls = urls(fields.get('clientaddrs') ?? fields.get('clienturls'));
  const name = fields.get('name') ?? '';
  place.emit.fact('etcdMembers', {
    ...factBase(place.origin, place.at, place.line),
    id,
    name,
    // A member that has been added and never started has no name yet.
    started: fields.has('status') ? fields.get('status') === 'started' : name !== '',
    peerUrls: urls(fields.get('peeraddrs') ?? fields.get('peerurls')),
    clientUrls,
    ...defined({ learner: flag(fields.get('islearner')) }),
  });
}

/** A row of `endpoint hashkv`: hostValues, topic `etcd-hash`, key the endpoint, value `HASH@REVISION`. */
export function emitHash(place: Place, endpoint: string, hash: string, revision: string | undefined): void {
  place.emit.fact('hostValues', {
    ...factBase(place.origin, place.at, place.line),
    topic: 'etcd-hash',
    key: endpoint,
    value: revision === undefined ? hash : `${hash}@${revision}`,
  });
}
