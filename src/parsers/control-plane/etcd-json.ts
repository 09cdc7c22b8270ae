/** etcdctl's JSON (`-w json`) for status, health, hashkv, member list and alarm list. */
import { fieldsOf, objectsOf, parseJson, type Fields } from '../../lib/untyped.ts';
import { effectiveCommand } from '../effective-command.ts';
import type { ParserContext } from '../parser.ts';
import { factBase } from '../quote.ts';
import { emitAlarms, emitHash, emitHealth, emitMember, emitStatus, type Place } from './etcd-records.ts';

/** uint64 fields, quoted before parsing because a double would round them. */
const UINT64 =
  /("(?:cluster_id|member_id|memberID|ID|leader|raftIndex|raftAppliedIndex|revision|hash|hash_revision)"\s*:\s*)(\d{1,20})/g;
/** etcdserverpb.AlarmType. */
const ALARMS: Readonly<Record<string, string>> = { '1': 'NOSPACE', '2': 'CORRUPT' };

const text = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';

/** `k0s etcd member-list`: names and the URLs of the peers, without ids. */
const K0S_MEMBERS = /"members"\s*:\s*\{\s*"[^"]{1,253}"\s*:\s*"https?:\/\//;

export const isEtcdJson = (head: string): boolean =>
  /^\s*[[{]/.test(head) &&
  (/"Endpoint"\s*:[\s\S]{0,200}"(?:Status|HashKV)"\s*:/.test(head) ||
    /"endpoint"\s*:\s*"[^"]{0,300}"\s*,\s*"health"\s*:/.test(head) ||
    /"(?:members|alarms)"\s*:\s*\[[\s\S]{0,300}"(?:peerURLs|memberID)"/.test(head) ||
    K0S_MEMBERS.test(head) ||
    (/"cluster_id"/.test(head) && /"raft_term"/.test(head)));

/** An answer to `alarm list` that has nothing but its header; answers to `put` and the like look the same. */
function isEmptyAnswer(object: Fields, { origin: { command } }: ParserContext): boolean {
  const asked = command === undefined || effectiveCommand(command).words.includes('alarm');
  return asked && 'header' in object && Object.keys(object).length === 1;
}

/** Emits what one JSON text holds; false when it is none of etcdctl's. */
export function parseEtcdJson(lines: readonly string[], context: ParserContext): boolean {
  const start = lines.findIndex((line) => /^\s*[[{]/.test(line) && !line.includes('"level":'));
  if (start < 0) return false;
  const root = parseJson(lines.slice(start).join('\n').replace(UINT64, '$1"$2"'));
  if (root === undefined) return false;
  const placeOf = (words: string): Place => {
    const at = Math.max(
      lines.findIndex((line, n) => n >= start && words !== '' && line.includes(words)),
      start,
    );
    return { ...context, at, line: lines[at] ?? '' };
  };
  for (const item of objectsOf(root)) {
    const endpoint = text(item['Endpoint']) || text(item['endpoint']);
    const place = placeOf(endpoint);
    if ('health' in item) emitHealth(place, endpoint, item['health'] === true, text(item['took']), text(item['error']));
    else if ('HashKV' in item) {
      const hash = fieldsOf(item['HashKV']);
      emitHash(place, endpoint, text(hash['hash']), text(hash['hash_revision']) || undefined);
    } else if ('Status' in item) {
      const status = fieldsOf(item['Status']);
      const fields = new Map<string, string>([['endpoint', endpoint]]);
      for (const [key, value] of Object.entries({ ...fieldsOf(status['header']), ...status })) {
        const words = text(value);
        if (words !== '') fields.set(key.toLowerCase().replaceAll('_', ''), words);
      }
      const errors = Array.isArray(status['errors']) ? status['errors'].map(text) : [];
      // protobuf's JSON leaves false out.
      if (!fields.has('islearner')) fields.set('islearner', 'false');
      emitStatus(place, fields, errors, true);
    }
  }
  const object = fieldsOf(root);
  for (const member of objectsOf(object['members'])) {
    const join = (value: unknown): string => (Array.isArray(value) ? value.map(text).join(',') : '');
    const fields = new Map([
      ['id', text(member['ID'])],
      ['name', text(member['name'])],
      ['peerurls', join(member['peerURLs'])],
      ['clienturls', join(member['clientURLs'])],
      ['islearner', String(member['isLearner'] === true)],
    ]);
    emitMember(placeOf(text(member['ID'])), fields, true);
  }
  for (const [name, peer] of Object.entries(fieldsOf(object['members']))) {
    if (typeof peer !== 'string') continue;
    const { at, line } = placeOf(peer);
    context.emit.fact('etcdMembers', {
      ...factBase(context.origin, at, line),
      id: name,
      name,
      started: true,
      peerUrls: [peer],
      clientUrls: [],
    });
  }
  const alarms = objectsOf(object['alarms']);
  for (const alarm of alarms) {
    const name = ALARMS[text(alarm['alarm'])] ?? text(alarm['alarm']);
    emitAlarms(placeOf(text(alarm['memberID'])), `memberID:${text(alarm['memberID'])} alarm:${name}`);
  }
  if (alarms.length === 0 && ('alarms' in object || isEmptyAnswer(object, context))) context.emit.empty('etcdAlarms');
  return true;
}
