/** A row of `kubectl get events` or `kubectl events`, in all its layouts. */
import { areaOfResource, KINDS } from '../../../snapshot/kinds/index.ts';
import { CUSTOM_KINDS } from '../custom-kinds.ts';
import { UNNAMED } from '../nameless.ts';
import { ago, int, secondsOf } from '../values.ts';
import type { Row, RowMapper } from './row.ts';

/** `3m (x5 over 10m)` is last 3m ago, 5 times, first 10m ago. */
interface Recurrence {
  readonly last?: string;
  readonly first?: string;
  readonly count?: number;
}

/** The age cell of events taken apart. `<unknown>` and `<invalid>` give nothing. */
export function recurrence(text: string | undefined): Recurrence {
  const match = /^(\S{1,30})(?: \(x(\d{1,9}) over (\S{1,30})\))?$/.exec(text ?? '');
  if (match === null) return {};
  const last = ago(match[1]);
  const count = int(match[2]);
  const first = count === undefined ? last : ago(match[3]);
  return {
    ...(last === undefined ? {} : { last }),
    ...(first === undefined ? {} : { first }),
    ...(count === undefined ? {} : { count }),
  };
}

/** The API kind for a resource name in lower case (`persistentvolumeclaim`, `Pod`); unknown ones stay as they are. */
function kindOf(resource: string): string {
  const area = areaOfResource(resource);
  if (area !== undefined) return KINDS[area].kind;
  return CUSTOM_KINDS.find(([, kind]) => kind.toLowerCase() === resource)?.[1] ?? resource;
}

/** What an event of a Kubernetes before 1.2 must say to be a warning: events had no type. */
const TROUBLE = /fail|error|unhealthy|back-?off|cannot|unable/i;

/**
 * LAST SEEN TYPE REASON OBJECT MESSAGE (1.15+; 1.13 and 1.14 KIND instead of OBJECT), wide with SUBOBJECT SOURCE MESSAGE FIRST SEEN COUNT NAME; before
 * LASTSEEN FIRSTSEEN COUNT NAME KIND SUBOBJECT TYPE REASON SOURCE MESSAGE, before 1.2 without TYPE and with the source
 * in braces.
 */
export const eventRow: RowMapper = (row) => {
  const seen = recurrence(row.cell('LASTSEEN'));
  const first = row.cell('FIRSTSEEN');
  row.set(['lastTimestamp'], seen.last);
  row.set(['seenAgo'], secondsOf(seen.last));
  row.set(
    ['firstTimestamp'],
    first === undefined ? (seen.count === undefined ? undefined : seen.first) : recurrence(first).last,
  );
  row.set(['count'], int(row.cell('COUNT')) ?? seen.count);
  const reason = row.value('REASON');
  const type = row.value('TYPE');
  row.set(['type'], type ?? (TROUBLE.test(`${reason} ${row.cell('MESSAGE')}`) ? 'Warning' : undefined));
  // Before there were types the reasons of Kubernetes' own began with a small letter; today those of some others do.
  row.set(['reason'], type === undefined ? reason?.replace(/^[a-z]/, (letter) => letter.toUpperCase()) : reason);
  // Names that were replaced by shorter ones pull the message into the column of the object.
  const [object = '', ...pulled] = (row.value('OBJECT') ?? '').split(/\s+/);
  row.set(['message'], [...pulled, row.cell('MESSAGE')].filter((part) => part !== undefined).join(' '));
  setObject(row, object);
  row.set(['involvedObject', 'fieldPath'], row.value('SUBOBJECT'));
  const source =
    row
      .value('SOURCE')
      ?.replace(/^\{(\S+) (\S+)\}$/, '$1, $2')
      .split(/,\s*/) ?? [];
  row.set(['source', 'component'], source[0]);
  row.set(['source', 'host'], source[1]);
};

function setObject(row: Row, object: string): void {
  const slash = object.indexOf('/');
  if (slash > 0) {
    row.set(['involvedObject', 'kind'], kindOf(object.slice(0, slash)));
    row.set(['involvedObject', 'name'], object.slice(slash + 1));
  } else if (row.value('KIND') !== undefined) {
    const kind = kindOf(row.value('KIND') ?? '');
    row.set(['involvedObject', 'kind'], kind);
    // NAME of the old layout is the event's own: `web-1.14f0a1b2c3d4e5f6`. 1.13 and 1.14 named the kind only.
    const name = row.value('NAME')?.replace(/\.[0-9a-f]{8,20}$/, '');
    row.set(['involvedObject', 'name'], name ?? UNNAMED);
  }
}
