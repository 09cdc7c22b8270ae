/** etcdctl's line layouts: `simple` (the default), `fields`, and the v2 API's `cluster-health` and `member list`. */
import { fieldsOf, parseJson, textOf } from '../../lib/untyped.ts';
import { effectiveCommand } from '../effective-command.ts';
import type { ParserContext } from '../parser.ts';
import { factBase } from '../quote.ts';
import type { Origin } from '../records.ts';
import { emitAlarms, emitHash, emitHealth, emitMember, emitStatus, memberId, type Place } from './etcd-records.ts';

const HEALTH = /^(?:member )?(\S{1,300}) is (healthy|unhealthy|unreachable): (.*)$/;
const UNREACHED = /^failed to check the health of member (\S{1,40}) on (\S{1,300}): (.*)$/i;
const NO_STATUS = /^Failed to get the (?:status|hash) of endpoint (\S{1,300}) \((.*)\)$/;
const CLUSTER = /^cluster is (?:healthy|degraded|unhealthy|unavailable)/;
const V2_MEMBER = /^([0-9a-f]{1,16})(?:\[unstarted\])?: (?:name=(\S*) )?peerURLs=(\S*)(?: clientURLs=(\S*))?/;
const FIELD = /^"(\w{1,40})"\s*:\s*(.*)$/;
const ERROR = /^Error:\s+(.*)$/;
const HEX = /^[0-9a-f]{8,16}$/;
const ENDPOINT = /^(?:https?:\/\/|unix:\/\/)?\S{1,300}:\d{1,5}$/;

/** The layout of a `simple` status row by its number of cells (3.3, 3.4/3.5, 3.6). */
const COLUMNS: Readonly<Record<number, readonly string[]>> = {
  7: ['endpoint', 'id', 'version', 'dbsize', 'isleader', 'raftterm', 'raftindex'],
  8: ['endpoint', 'id', 'version', 'dbsize', 'isleader', 'islearner', 'raftterm', 'raftindex'],
  10: [
    'endpoint',
    'id',
    'version',
    'dbsize',
    'isleader',
    'islearner',
    'raftterm',
    'raftindex',
    'raftappliedindex',
    'errors',
  ],
  16: [
    'endpoint',
    'id',
    'version',
    'storageversion',
    'dbsize',
    'dbsizeinuse',
    'percentagenotinuse',
    'quota',
    'isleader',
    'islearner',
    'raftterm',
    'raftindex',
    'raftappliedindex',
    'errors',
    'downgradetargetversion',
    'downgradeenabled',
  ],
};

function simpleRow(place: Place): boolean {
  const cells = place.line.split(', ').map((cell) => cell.trim());
  const [first = '', second = ''] = cells;
  if (ENDPOINT.test(first) && HEX.test(second) && cells.length >= 7) {
    const count = [16, 10, 8, 7].find((n) => cells.length >= n) ?? 7;
    const names = COLUMNS[count] ?? [];
    const fields = new Map(names.map((name, n) => [name, cells[n] ?? '']));
    // Several errors are joined with the same comma as the cells.
    const errors = (count === 10 ? cells.slice(9) : [fields.get('errors') ?? '']).filter((error) => error !== '');
    emitStatus(place, fields, errors, false);
    return true;
  }
  if (HEX.test(first) && /^(?:started|unstarted)$/.test(second)) {
    const [, , name = '', peer = '', client = '', learner = ''] = cells;
    const fields = new Map([
      ['id', first],
      ['status', second],
      ['name', name],
      ['peeraddrs', peer],
      ['clientaddrs', client],
      ['islearner', learner],
    ]);
    emitMember(place, fields, false);
    return true;
  }
  if (ENDPOINT.test(first) && /^\d{1,10}$/.test(second) && cells.length <= 3) {
    emitHash(place, first, second, cells[2]);
    return true;
  }
  return false;
}

/** True when a line can only be etcdctl's. */
export function isEtcdLine(line: string): boolean {
  return (
    (HEALTH.test(line) &&
      /committed proposal|failed to commit proposal|healthy result|unreachable|Active Alarm/.test(line)) ||
    NO_STATUS.test(line) ||
    /^memberID:\d{1,20} alarm:[A-Z]/.test(line) ||
    /^[0-9a-f]{8,16}, (?:started|unstarted), /.test(line) ||
    /^\S{1,300}:\d{1,5}, [0-9a-f]{8,16}, \d+\.\d+\.\d+\S*, /.test(line) ||
    V2_MEMBER.test(line) ||
    /^"ClusterID" : \d+$/.test(line)
  );
}

/** `-w fields`: blocks of `"Key" : value`, apart by blank lines. */
function parseFields(lines: readonly string[], context: ParserContext): number {
  let count = 0;
  let fields = new Map<string, string>();
  let first = 0;
  const flush = (): void => {
    const place: Place = { ...context, at: first, line: lines[first] ?? '' };
    const errors = (fields.get('errors') ?? '').replace(/^\[|\]$/g, '');
    if (fields.has('endpoint') && fields.has('health')) {
      count++;
      emitHealth(
        place,
        fields.get('endpoint') ?? '',
        fields.get('health') === 'true',
        fields.get('took'),
        fields.get('error'),
      );
    } else if (fields.has('endpoint') && fields.has('dbsize')) {
      count++;
      emitStatus(place, fields, errors === '' ? [] : [errors], true);
    } else if (fields.has('id') && fields.has('peerurl')) {
      count++;
      fields.set('peerurls', fields.get('peerurl') ?? '').set('clienturls', fields.get('clienturl') ?? '');
      emitMember(place, fields, true);
    } else if (fields.has('alarm') && fields.has('memberid')) {
      count++;
      emitAlarms(place, `memberID:${fields.get('memberid')} alarm:${fields.get('alarm')}`);
    }
    fields = new Map();
  };
  lines.forEach((line, at) => {
    const field = FIELD.exec(line.trim());
    if (field === null) return flush();
    const key = (field[1] ?? '').toLowerCase();
    if (fields.size === 0) first = at;
    // Members follow the header of the answer without a blank line in some versions.
    if (key === 'id' && fields.has('id')) flush();
    // The line that names the endpoint, else the first one, is the evidence.
    if (key === 'endpoint' || key === 'id') first = at;
    fields.set(key, (field[2] ?? '').trim().replace(/^"|"$/g, ''));
  });
  flush();
  return count;
}

/** What etcdctl's client logged before it gave up: `{"level":"warn",…,"error":"rpc error: … connection refused"}`. */
function clientError(lines: readonly string[]): readonly string[] {
  const line = lines.findLast((one) => one.startsWith('{"level":"') && one.includes('"error":"'));
  const error = line === undefined ? undefined : textOf(fieldsOf(parseJson(line))['error']);
  return error === undefined ? [] : [error.replace(/^rpc error: code = \w{1,40} desc = /, '')];
}

/** Emits what the lines say; the number of lines that were understood. `whole`: with what the client logged between them. */
export function parseEtcdLines(lines: readonly string[], context: ParserContext, whole = lines): number {
  let count = parseFields(lines, context);
  lines.forEach((line, at) => {
    const place: Place = { ...context, at, line: line.trim() };
    const before = count;
    count++;
    const health = HEALTH.exec(place.line);
    if (health !== null) {
      const url = /got (?:un)?healthy result from (\S+)/.exec(health[3] ?? '')?.[1];
      const took = /took = (\S+)/.exec(health[3] ?? '')?.[1];
      const healthy = health[2] === 'healthy';
      return emitHealth(place, url ?? health[1] ?? '', healthy, took, healthy ? undefined : health[3]);
    }
    const failed = UNREACHED.exec(place.line);
    if (failed !== null) return emitHealth(place, failed[2] ?? '', false, undefined, failed[3]);
    const silent = NO_STATUS.exec(place.line);
    if (silent !== null) return emitHealth(place, silent[1] ?? '', false, undefined, silent[2]);
    if (/^memberID:\d/.test(place.line)) return emitAlarms(place, place.line);
    const old = V2_MEMBER.exec(place.line);
    if (old !== null && memberId(old[1], false) !== undefined) {
      const fields = new Map([
        ['id', old[1] ?? ''],
        ['name', old[2] ?? ''],
        ['peerurls', old[3] ?? ''],
        ['clienturls', old[4] ?? ''],
      ]);
      return emitMember(place, fields, false);
    }
    if (CLUSTER.test(place.line) || simpleRow(place)) return;
    const error = ERROR.exec(place.line);
    if (error !== null) {
      // `Error: unhealthy cluster` only repeats what the lines above say.
      if (error[1] === 'unhealthy cluster') return;
      return context.emit.fact('toolFailures', {
        ...factBase(context.origin, at, line),
        tool: 'etcdctl',
        // Which members were asked stands in the command, what the client met in what it logged.
        message: `${[error[1] ?? '', ...clientError(whole.slice(0, at))].join(': ')}${asked(context.origin)}`,
      });
    }
    count = before;
  });
  return count;
}

/** ` (--endpoints=https://192.0.2.1:2379)` */
function asked({ command }: Origin): string {
  const endpoints = command === undefined ? undefined : effectiveCommand(command).flags['endpoints'];
  return typeof endpoints === 'string' ? ` (--endpoints=${endpoints.slice(0, 200)})` : '';
}
