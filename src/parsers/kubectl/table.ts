import { isAligned, readHeader, readRow, type Header } from '../../lib/table.ts';
import { NARROWEST } from '../../lib/wrapped.ts';
import { areaOfResource, KINDS, type ObjectArea } from '../../snapshot/kinds/index.ts';
import { defineParser, type ParserContext } from '../parser.ts';
import type { Origin } from '../records.ts';
import { createDraft, placeOf, type SourceLine } from './draft.ts';
import { failureMessage, failureReader, isNoise } from './failure.ts';
import { kubectlRequest, listingScope, namespaceOf, type KubectlRequest } from './request.ts';
import { areaOfColumns, defaultColumns, isUnmistakable, rowMapper } from './rows/index.ts';
import { columnKey, createRow } from './rows/row.ts';
import { ago, setPairs, secondsOf } from './values.ts';

/** Column names of several words, for tables that lost their spaces in a chat or a ticket. */
const PHRASES = [
  'LAST SEEN',
  'FIRST SEEN',
  'NOMINATED NODE',
  'READINESS GATES',
  'ACCESS MODES',
  'RECLAIM POLICY',
  'NODE SELECTOR',
  'MIN AVAILABLE',
  'MAX UNAVAILABLE',
  'ALLOWED DISRUPTIONS',
  'LAST SCHEDULE',
  'AUTO ASSIGN',
  'AVOID BUGGY IPS',
  'IPADDRESSPOOL SELECTORS',
];
const HEADER = /^(?:NAMESPACE|NAME|LAST SEEN|LASTSEEN|FIRST SEEN|FIRSTSEEN|COUNT)\s+[A-Z0-9][A-Z0-9()_./\s-]*$/;
const NOTHING_FOUND = /^No (?:resources|events) found(?: in (\S{1,63}) namespace)?\.?$/;
/** Outputs that are no tables. */
const OTHER_OUTPUT = /^(?:json|yaml|name|jsonpath|go-template|template|custom-columns|kyaml)/;

interface Table {
  readonly header: Header;
  readonly keys: readonly string[];
  readonly area: ObjectArea | undefined;
  readonly hasNamespace: boolean;
  /** Its header was not there: nobody knows which rows were left out with it. */
  readonly cut?: boolean;
}

function isHeader(line: string): boolean {
  return line.length < 2000 && HEADER.test(line.trim());
}

/** Whether a table of a kind that we know begins at this line; for texts that hold several outputs. */
export function startsTable(line: string): boolean {
  if (EVENT_ROW.test(line) || POD_ROW.test(line)) return true;
  if (!isHeader(line)) return false;
  return (
    areaOfColumns(new Set(readHeader(line.trim(), PHRASES).columns.map(({ name }) => columnKey(name)))) !== undefined
  );
}

function openTable(line: string, request: KubectlRequest | undefined): Table {
  const header = readHeader(line.trimEnd(), PHRASES);
  const keys = header.columns.map((column) => columnKey(column.name));
  const known = new Set(keys);
  // A resource that the snapshot does not know is not to be taken for one that has the same columns.
  const asked = request !== undefined && request.resources.length === 1 && request.resources[0] !== 'all';
  const told = areaOfColumns(known);
  // Below an output somebody may have pasted another one, whose columns say so.
  const certain = told !== undefined && isUnmistakable(told) ? told : undefined;
  const area = asked ? (certain ?? request.area) : told;
  return { header, keys, area, hasNamespace: known.has('NAMESPACE') };
}

/**
 * A table without its header, when the command tells that it was cut off (`--no-headers`, `| grep web`) and of which
 * kind it was. Cells are then what stands between runs of spaces.
 */
function headless(request: KubectlRequest | undefined, origin: Origin): Table | undefined {
  const flags = origin.command?.flags ?? {};
  if (request?.area === undefined || (request.verb !== 'get' && request.verb !== 'events')) return undefined;
  if (flags['|'] === undefined && flags['no-headers'] !== true) return undefined;
  const keys = defaultColumns(request.area, request.output === 'wide', request.allNamespaces);
  if (keys === undefined) return undefined;
  const columns = keys.map((name, start) => ({ name, start }));
  return { header: { columns, separator: 'runs' }, keys, area: request.area, hasNamespace: request.allNamespaces };
}

/** A row of `kubectl get events` that was pasted without its header: it tells its kind by itself. */
const EVENT_ROW =
  /^\s{0,12}(?:[a-z0-9-]{1,63}\s{1,40})?(?:\d{1,6}[smhdy][0-9smhdy]{0,12}|<unknown>|<invalid>)(?: \(x\d{1,9} over \S{1,20}\))?\s{1,40}(?:Normal|Warning)\s{1,40}[A-Z]\w{2,60}\s{1,80}[a-z]{3,40}\/[a-z0-9][a-z0-9.-]{0,252}\s{1,80}\S/i;

function eventRows(line: string): Table | undefined {
  if (!EVENT_ROW.test(line)) return undefined;
  const hasNamespace = !/^\s*(?:\d|<)/.test(line);
  const keys = [...(hasNamespace ? ['NAMESPACE'] : []), 'LASTSEEN', 'TYPE', 'REASON', 'OBJECT', 'MESSAGE'];
  const columns = keys.map((name, start) => ({ name, start }));
  return { header: { columns, separator: 'runs' }, keys, area: 'events', hasNamespace };
}

/** A row of `kubectl get pods` without its header: READY, a status in one word and RESTARTS stand together nowhere else. */
const POD_ROW =
  /^(?:([a-z0-9-]{1,63})\s{1,60})?[a-z0-9][a-z0-9.-]{1,252}\s{1,80}\d{1,3}\/\d{1,3}\s{1,40}(?:Init:\S{1,40}|[A-Z][A-Za-z]{3,40})\s{1,40}\d{1,6}(?: \(\S{1,12} ago\))?\s{1,40}\d{1,6}[smhdy][0-9smhdy]{0,12}(?=\s|$)/;

function podRows(line: string): Table | undefined {
  const match = POD_ROW.exec(line);
  if (match === null) return undefined;
  const wide = / {2,}\S/.test(line.slice(match[0].length));
  const keys = defaultColumns('pods', wide, match[1] !== undefined);
  if (keys === undefined) return undefined;
  const columns = keys.map((name, start) => ({ name, start }));
  return {
    header: { columns, separator: 'runs' },
    keys,
    area: 'pods',
    hasNamespace: match[1] !== undefined,
    cut: true,
  };
}

/** `NotReady,SchedulingDisabled`. */
const NODE_STATUS = /^(?:(?:Not)?Ready|Unknown|<none>)?(?:,\w{3,40}){0,4}$/;

/** `deployment.apps/web` is [deployments, 'web']; `fast (default)` is the storage class fast. */
function nameOf(cell: string, area: ObjectArea | undefined): readonly [ObjectArea | undefined, string] {
  const name = cell.replace(/ \(default\)$/, '');
  const slash = name.indexOf('/');
  if (slash < 0) return [area, name];
  return [areaOfResource(name.slice(0, slash)), name.slice(slash + 1)];
}

/** `kubectl get -L app,tier`: column name to label key. */
function labelColumns(origin: Origin): ReadonlyMap<string, string> {
  const flag = origin.command?.flags['label-columns'];
  const keys = typeof flag === 'string' ? flag.split(',') : [];
  return new Map(keys.map((key) => [columnKey(key.slice(key.lastIndexOf('/') + 1)), key]));
}

/** `-o custom-columns=NAME:.metadata.name,RANGE:.spec.podCIDR`: column name to field; undefined without the names. */
function customColumns(output: string | undefined): ReadonlyMap<string, readonly string[]> | undefined {
  const spec = /^custom-columns=(.{1,2000})$/.exec(output ?? '')?.[1];
  const columns = (spec?.split(',') ?? []).flatMap((one): readonly (readonly [string, readonly string[]])[] => {
    const [, name, path] = /^\s*([^:]{1,60}):\{?\.?([a-zA-Z]{1,60}(?:\.[a-zA-Z]{1,60}){1,5})\}?\s*$/.exec(one) ?? [];
    return name === undefined || path === undefined ? [] : [[columnKey(name), path.split('.')]];
  });
  const own = columns.find(([, path]) => path.join('.') === 'metadata.name');
  return own?.[0] === 'NAME' ? new Map(columns) : undefined;
}

/** Reads the tables of one text and remembers which listings they were. */
function tableReader({ origin, emit }: ParserContext) {
  const request = kubectlRequest(origin.command);
  const labels = labelColumns(origin);
  const custom = customColumns(request?.output);
  const listed = new Map<ObjectArea, { allNamespaces: boolean; broken: boolean }>();
  let table: Table | undefined;
  /** The table that an empty line closed: rows may go on below it. */
  let above: Table | undefined;

  const row = (line: string, index: number): boolean => {
    if (table === undefined && above !== undefined && isAligned(above.header, line)) table = above;
    table ??= headless(request, origin) ?? podRows(line);
    if (table?.area !== 'events') table = eventRows(line) ?? table;
    if (table === undefined) return false;
    const cells = readRow(table.header, line);
    const at: SourceLine = { line: origin.firstLine + index, text: line.trim() };
    const byKey = new Map(table.keys.map((key, i) => [key, cells?.[i] ?? '']));
    const [area, name] = nameOf(byKey.get('NAME') ?? '', table.area);
    const state =
      area === undefined ? undefined : (listed.get(area) ?? { allNamespaces: table.hasNamespace, broken: false });
    if (area !== undefined && state !== undefined) listed.set(area, state);
    if (cells === undefined) {
      if (state !== undefined) state.broken = true;
      return false;
    }
    if (state !== undefined && table.cut === true) state.broken = true;
    if (area === undefined) return false;
    // A sentence below the table has words where a node has its state.
    if (area === 'nodes' && byKey.has('STATUS') && !NODE_STATUS.test(byKey.get('STATUS') ?? '')) return false;
    const draft = createDraft(KINDS[area].kind);
    const isEvent = area === 'events';
    // Events of the newer layouts print no name; the snapshot needs one, and the line is the one thing that differs.
    const ownName = isEvent && (name === '' || !/\.[0-9a-f]{8,20}$/.test(name)) ? `${origin.file}:${at.line}` : name;
    if (ownName === '') return false;
    draft.set(['metadata', 'name'], ownName, at);
    const namespace = byKey.get('NAMESPACE') ?? namespaceOf(origin);
    if (KINDS[area].namespaced && namespace !== undefined && namespace !== '') {
      draft.set(['metadata', 'namespace'], namespace, at);
      if (isEvent) draft.set(['involvedObject', 'namespace'], namespace, at);
    }
    const age = ago(byKey.get('AGE'));
    draft.set(['metadata', 'creationTimestamp'], age, at);
    draft.set(['metadata', 'createdAgo'], secondsOf(age), at);
    setPairs(draft, ['metadata', 'labels'], byKey.get('LABELS'), at);
    for (const [column, key] of labels) {
      const text = byKey.get(column);
      if (text !== undefined && text !== '') draft.set(['metadata', 'labels', key], text, at);
    }
    if (custom === undefined) rowMapper(area)(createRow(byKey, draft, at));
    for (const [column, path] of custom ?? []) {
      const text = byKey.get(column) ?? '';
      if (path[0] !== 'metadata' && text !== '' && text !== '<none>')
        draft.set(path, /^\d{1,15}$/.test(text) ? Number(text) : text, at);
    }
    emit.object(origin, draft.object, placeOf(draft, 'row', at.line));
    return true;
  };

  return {
    request,
    row,
    header(line: string): void {
      table = openTable(line, request);
    },
    close(): void {
      above = table ?? above;
      table = undefined;
    },
    /** Told at the end: only then it is known that no error cut the listing short. */
    finish(failed: boolean): void {
      for (const [area, { allNamespaces, broken }] of listed) {
        const scope = allNamespaces ? {} : listingScope(area, origin);
        const asked = request?.area === undefined || request.area === area;
        const complete =
          scope !== undefined && asked && request?.narrowed !== true && origin.partial !== true && !failed && !broken;
        emit.listing({ kind: KINDS[area].kind, complete, file: origin.file, ...scope });
      }
    },
  };
}

/**
 * `LAST SEEN  TYPE  REASON  OBJECT  MESSAGE`, or before 1.13 `LASTSEEN  FIRSTSEEN  COUNT  NAME  … SOURCE  MESSAGE`, with
 * or without the namespace; what is free text stands last.
 */
const EVENT_HEADER =
  /^(?:NAMESPACE\s+)?LAST ?SEEN\s+(?:TYPE\s+REASON\s+(?:OBJECT|KIND)|FIRST ?SEEN\s+COUNT\s+NAME\s+KIND\s+SUBOBJECT\s+(?:TYPE\s+)?REASON\s+SOURCE)\s+MESSAGE\s*$/;
/** Where a row of events begins, complete or not: by its type, or by when it was seen first and how often. */
const ROW_START =
  /^(?:[a-z0-9-]{1,63}\s{1,60})?(?:\d{1,6}[smhdy][0-9smhdy]{0,12}|<unknown>|<invalid>)(?: \(x\d{1,9} over \S{1,20}\))?\s{1,40}(?:(?:Normal|Warning)\s|(?:\d{1,6}[smhdy][0-9smhdy]{0,12}|<unknown>|<invalid>)\s{1,40}\d{1,9}\s)/;

/**
 * Rows of events whose message went on in the next lines (a terminal wrapped it, or it holds line breaks) in one line;
 * the lines that went on are undefined.
 */
function unwrapped(lines: readonly string[], origin: Origin): readonly (string | undefined)[] {
  if (!lines.some((line) => EVENT_HEADER.test(line.trim()) || EVENT_ROW.test(line))) return lines;
  const out: (string | undefined)[] = [];
  let events = false;
  let row = -1;
  lines.forEach((line, i) => {
    const text = line.trim();
    if (text === '' || isHeader(line)) {
      events = EVENT_HEADER.test(text);
      row = -1;
    } else if (EVENT_ROW.test(line) || (events && ROW_START.test(line))) row = i;
    else if (
      row >= 0 &&
      !isNoise(text) &&
      !NOTHING_FOUND.test(text) &&
      !POD_ROW.test(line) &&
      failureMessage(text, origin) === undefined
    ) {
      const before = out[row] ?? '';
      const wrapped = (lines[i - 1] ?? '').length >= NARROWEST;
      out[row] = wrapped ? `${before}${line}` : `${before.trimEnd()} ${text}`;
      out.push(undefined);
      return;
    }
    out.push(line);
  });
  return out;
}

/**
 * Tables of objects with all columns of any kind, `-o wide`, `-o custom-columns` with the names, `-A`, `--show-labels`, `-L`, `kubectl get all`. Each row
 * becomes a partial API object.
 *
 * Command: `kubectl get pods`, `kubectl get all -A`, `kubectl events`.
 * Versions: kubectl 1.5 to 1.36 (`kubectl events` since 1.23).
 * Sample:
 *
 *     NAME       READY   STATUS             RESTARTS       AGE
 *     web-7f6c   0/1     CrashLoopBackOff   5 (63s ago)    4m
 *
 * Empty: nothing printed at all says nothing; `No resources found in shop namespace.` says that there is none.
 */
export const kubectlTable = defineParser({
  kind: 'kubectl-table',
  reads: '`kubectl get` tables (1.5 to 1.36), `kubectl events`',
  sniff(head, origin) {
    const request = kubectlRequest(origin.command);
    if (
      request?.output !== undefined &&
      OTHER_OUTPUT.test(request.output) &&
      customColumns(request.output) === undefined
    )
      return false;
    const asked = request !== undefined && (request.verb === 'get' || request.verb === 'events');
    const bare = headless(request, origin);
    let looked = 0;
    for (const line of head) {
      const text = line.trim();
      if (bare !== undefined && readRow(bare.header, line) !== undefined) return true;
      if (text === '' || isNoise(text) || failureMessage(text, origin) !== undefined) continue;
      if (NOTHING_FOUND.test(text) || EVENT_ROW.test(line) || POD_ROW.test(line)) return true;
      if (isHeader(line)) {
        const keys = new Set(readHeader(text, PHRASES).columns.map((column) => columnKey(column.name)));
        if (areaOfColumns(keys) !== undefined || asked) return true;
      }
      // A sentence or two may stand above a pasted table.
      if (++looked >= 5) break;
    }
    return false;
  },
  parse(lines, context) {
    const { origin, emit } = context;
    const reader = tableReader(context);
    const failures = failureReader(origin, emit);
    let strange = 0;
    let firstStrange = 0;
    unwrapped(lines, origin).forEach((marked, index) => {
      if (marked === undefined) return;
      // People mark the row that they mean in Markdown.
      const line = marked.replaceAll('**', '');
      const text = line.trim();
      if (text === '') return reader.close();
      const nothing = NOTHING_FOUND.exec(text);
      if (nothing !== null) return emptyListing(nothing[1], context, reader.request);
      if (isHeader(line)) return reader.header(line);
      if (failures.take(line, index) || isNoise(text)) return;
      if (reader.row(line, index)) return;
      if (strange++ === 0) firstStrange = origin.firstLine + index;
    });
    reader.finish(failures.count() > 0);
    if (strange > 0) {
      const what = reader.request?.resources.join(',') ?? '';
      emit.unread(
        origin,
        `${strange} ${strange === 1 ? 'line is' : 'lines are'} no row of a known table${what === '' ? '' : ` (${what})`}`,
        firstStrange,
      );
    }
  },
});

function emptyListing(
  namespace: string | undefined,
  { origin, emit }: ParserContext,
  request: KubectlRequest | undefined,
): void {
  // `kubectl get all`, or a kind that the snapshot does not know: nothing to say about.
  if (request === undefined) emit.unread(origin, 'an empty listing of an unknown kind', origin.firstLine);
  const areas = new Set([request?.area, ...(request?.resources ?? []).map(areaOfResource)]);
  for (const area of areas) {
    if (area === undefined || request === undefined) continue;
    if (!request.narrowed) emit.empty(area);
    const scope = namespace === undefined ? listingScope(area, origin) : { namespace };
    emit.listing({
      kind: KINDS[area].kind,
      complete: scope !== undefined && !request.narrowed && origin.partial !== true,
      file: origin.file,
      ...scope,
    });
  }
}
