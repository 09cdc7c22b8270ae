/** From parsed JSON or YAML to records: one object, or a list of them item by item. */
import { objectOf, textOf, type Fields } from '../../lib/untyped.ts';
import { areaOfKind, areaOfResource, KINDS, type ObjectArea } from '../../snapshot/kinds/index.ts';
import { jsonText } from '../../lib/json-stream.ts';
import { obj } from '../../lib/shape.ts';
import { readShaped, topTexts } from '../../lib/shaped-json.ts';
import { objectMeta } from '../../snapshot/kinds/meta.ts';
import { kubectlRequest } from '../kubectl/request.ts';
import type { ObjectPlace, ParserContext } from '../parser.ts';
import { customStatusOf, maySaySomething } from './custom-status.ts';
import { likelyKind, qualifiedKind, resourceKind, statedKind } from './kind-of.ts';
import { readStatus } from './status.ts';

/** Where an object stands: its pointer in the document, and its 1-based line in the text. */
export interface Place {
  readonly pointer: string;
  readonly line: number;
}

/** A longer object is skipped: etcd takes 1.5 MiB at most, so it is none that a cluster ever held. */
export const MAX_OBJECT_BYTES = 8 * 1024 * 1024;

/** Items of a list that names their kind only at its end wait for it, up to this many characters. */
const MAX_HELD = 32 * 1024 * 1024;

/** `kubectl get all` asks for these. */
const ALL: readonly ObjectArea[] = [
  'pods',
  'services',
  'daemonSets',
  'deployments',
  'replicaSets',
  'statefulSets',
  'horizontalPodAutoscalers',
  'jobs',
  'cronJobs',
];

/** Groups with a domain of their own, not those of Kubernetes. */
const CUSTOM_GROUP = /^(?![\w.-]{0,200}\.k8s\.io\/)[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}\/v/;

/** What support-bundle-kit writes for null, see withoutNullTexts. */
const NULL_TEXT = 'null';

const anyKind = obj({ metadata: objectMeta });

/** Gives one object (a list in it is unfolded); the kind it is kept under, or undefined when nothing tells it. */
export function emitObject(
  context: ParserContext,
  object: Fields,
  place: Place,
  inherited: { readonly kind?: string | undefined; readonly apiVersion?: string | undefined } = {},
): string | undefined {
  const { origin, emit } = context;
  const line = lineIn(origin, place.line);
  const stated = statedKind(object) ?? inherited.kind ?? likelyKind(object, origin);
  if (stated === undefined) return undefined;
  if (stated === 'Status') {
    readStatus(object, context, place.pointer, line);
    return stated;
  }
  // Go writes an empty list as null.
  if (stated.endsWith('List') && (Array.isArray(object['items']) || object['items'] === null)) {
    emitItems(context, object, object['items'] ?? [], place);
    return stated;
  }
  const kind = qualifiedKind(stated, object['apiVersion'] ?? inherited.apiVersion);
  const named = kind === 'Event' || textOf(objectOf(object['metadata'])?.['name']) !== undefined;
  if (named || areaOfKind(kind) === undefined) {
    const whole = object['kind'] === kind ? object : { ...object, kind };
    emit.object(origin, whole, placeOf(origin, place));
  } else emit.unread(origin, `an object of kind ${kind} without a name`, line);
  return kind;
}

function placeOf(origin: ParserContext['origin'], { pointer, line: inText }: Place): ObjectPlace {
  const line = lineIn(origin, inText);
  return line === undefined ? { detail: 'full', pointer } : { detail: 'full', pointer, line };
}

/** An object of a known kind, cut to the kind's shape. */
export interface ShapedObject {
  kind: string;
  readonly metadata?: { readonly namespace?: string; readonly name?: string };
}

/**
 * The object that opens at `start`, when it says its kind, cut to the kind's shape while it is read (of a kind without
 * a shape only the metadata), and where the byte after it stands. Undefined when it must be looked at more closely, or
 * is not whole in these bytes.
 */
export function readKept(
  bytes: Buffer,
  start: number,
): { readonly value: ShapedObject; readonly end: number } | undefined {
  const [kind, apiVersion] = topTexts(bytes, start, ['kind', 'apiVersion']) ?? [];
  if (kind === undefined || kind === '' || kind === NULL_TEXT || kind === 'Status' || kind.endsWith('List'))
    return undefined;
  if (qualifiedKind(kind, apiVersion) !== kind) return undefined;
  const area = areaOfKind(kind);
  // What a custom resource says of its own state has no shape: custom-status.ts.
  if (area === undefined && CUSTOM_GROUP.test(apiVersion ?? '')) return undefined;
  const read = readShaped(bytes, start, area === undefined ? anyKind : KINDS[area].shape, NULL_TEXT) as
    { readonly value: ShapedObject; readonly end: number } | undefined;
  if (read === undefined) return undefined;
  const { value } = read;
  if (area !== undefined && area !== 'events' && (value.metadata?.name ?? '') === '') return undefined;
  value.kind = kind;
  return read;
}

/** The line of the file; undefined where the list was too long to count lines (json-stream's LINE_LIMIT). */
export function lineIn(origin: ParserContext['origin'], line: number): number | undefined {
  return line === 0 ? undefined : origin.firstLine + line - 1;
}

function emitItems(context: ParserContext, list: Fields, items: readonly unknown[], place: Place): void {
  const reader = readList(context, (text) => text);
  reader.learn(list);
  items.forEach((item, i) => reader.value(item, { pointer: `${place.pointer}/items/${i}`, line: place.line }));
  reader.end(list);
}

/** Takes the items of one list as they come. */
export interface ListReader {
  /** The keys of the list that are known so far. */
  learn(list: Fields): void;
  /** An item that is still text. */
  item(text: string, place: Place): void;
  /** An item that is still the bytes of JSON. */
  json(bytes: Buffer, place: Place): void;
  /** What readKept made of an item. */
  kept(object: ShapedObject, place: Place): void;
  value(value: unknown, place: Place, text?: string): void;
  /** An item was lost: the list is not complete. */
  lost(): void;
  /** The list is over; without its keys when it broke off. */
  end(list?: Fields): void;
}

/** `parse` may throw: such an item is listed as unread and costs only itself. */
export function readList(context: ParserContext, parse: (text: string, place: Place) => unknown): ListReader {
  const { origin, emit } = context;
  const seen = new Map<string, Set<string>>();
  let held: { text: string; place: Place }[] = [];
  let heldSize = 0;
  let kind: string | undefined;
  let apiVersion: string | undefined;
  let kindKnown = false;
  // A refused `kubectl get -o json` prints an empty List and exits 1: that is no answer.
  let whole = (origin.exitCode ?? 0) === 0;
  // The API server's own Service is in the list: nobody asked for other labels or names.
  let unselected = false;
  let nameless = 0;
  let firstNameless = 0;

  const learn = (list: Fields): void => {
    const stated = textOf(list['kind']);
    if (stated !== undefined) kindKnown = true;
    if (stated !== undefined && stated !== 'List') kind = stated.replace(/List$/, '');
    apiVersion = textOf(list['apiVersion']) ?? apiVersion;
  };
  const give = (object: Fields, place: Place, text: string): void => {
    const kept = emitObject(context, object, place, kind === undefined ? {} : { kind, apiVersion });
    if (kept === undefined) {
      if (nameless++ === 0) firstNameless = place.line;
      whole = false;
      return;
    }
    const said =
      areaOfKind(kept) === undefined && maySaySomething(kept, text)
        ? customStatusOf(object, kept, { text, line: place.line }, context)
        : undefined;
    if (said !== undefined) emit.fact('customResources', said);
    const metadata = objectOf(object['metadata']);
    note(kept, textOf(metadata?.['namespace']), textOf(metadata?.['name']));
  };
  const note = (kept: string, namespace: string | undefined, name: string | undefined): void => {
    if (kept === 'Service' && name === 'kubernetes' && namespace === 'default') unselected = true;
    let namespaces = seen.get(kept);
    if (namespaces === undefined) seen.set(kept, (namespaces = new Set()));
    // Two are enough to know that it is more than one.
    if (namespaces.size < 2) namespaces.add(namespace ?? '');
  };
  const parsed = (text: string, place: Place): unknown => {
    try {
      const value = parse(text, place);
      return text.includes('"null"') ? withoutNullTexts(value) : value;
    } catch (error) {
      whole = false;
      emit.unread(origin, `item ${place.pointer}: ${messageOf(error)}`, lineIn(origin, place.line));
      return undefined;
    }
  };
  const value = (parsedValue: unknown, place: Place, text = ''): void => {
    const object = objectOf(parsedValue);
    if (object !== undefined) give(object, place, text);
    else if (parsedValue !== null && parsedValue !== undefined) {
      whole = false;
      emit.unread(origin, `item ${place.pointer} is not an object`, lineIn(origin, place.line));
    }
  };
  const item = (text: string, place: Place): void => {
    const read = parsed(text, place);
    const object = objectOf(read);
    // kubectl's key order is alphabetic: `items` come before the list's `kind`.
    const mustWait = object !== undefined && !kindKnown && statedKind(object) === undefined;
    if (!mustWait || heldSize > MAX_HELD) return value(read, place, text);
    held.push({ text, place });
    heldSize += text.length;
  };
  const kept = (object: ShapedObject, place: Place): void => {
    emit.object(origin, object, { ...placeOf(origin, place), shaped: true });
    note(object.kind, object.metadata?.namespace, object.metadata?.name);
  };
  return {
    learn,
    value,
    item,
    kept,
    json(bytes, place) {
      const read = context.whole === true ? undefined : readKept(bytes, 0);
      if (read === undefined) item(jsonText(bytes), place);
      else kept(read.value, place);
    },
    lost: () => {
      whole = false;
    },
    end(list) {
      if (list !== undefined) learn(list);
      for (const { text, place } of held) value(parsed(text, place), place, text);
      held = [];
      if (nameless > 0) {
        emit.unread(
          origin,
          `${nameless} object${nameless === 1 ? '' : 's'} of a kind that nothing tells`,
          origin.firstLine + firstNameless - 1,
        );
      }
      const typed = kind === undefined ? undefined : qualifiedKind(kind, apiVersion);
      emitListings(context, typed, seen, whole && list !== undefined && !isPage(list), unselected);
    },
  };
}

/**
 * support-bundle-kit writes the text "null" for every null and every empty text; no field that is read here ever holds
 * that word. (In a list of texts it was an empty one: the core API group.)
 */
export function withoutNullTexts(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => (item === 'null' ? '' : withoutNullTexts(item)));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, field]) => (field === 'null' ? [] : [[name, withoutNullTexts(field)]])),
  );
}

/** The API server said that there is more: the file is one page of several. */
function isPage(list: Fields): boolean {
  const meta = objectOf(list['metadata']);
  return textOf(meta?.['continue']) !== undefined || Number(meta?.['remainingItemCount'] ?? 0) > 0;
}

function emitListings(
  context: ParserContext,
  typed: string | undefined,
  seen: ReadonlyMap<string, ReadonlySet<string>>,
  whole: boolean,
  unselected: boolean,
): void {
  const { origin, emit } = context;
  const request = kubectlRequest(origin.command);
  const raw = rawPath(context);
  const asked = request?.resources.flatMap((name) => (name === 'all' ? ALL : (areaOfResource(name) ?? []))) ?? [];
  const expected = resourceKind(origin);
  // A `kind: List` that nobody asked for by name may be a manifest somebody wrote.
  const trusted = asked.length > 0 || typed !== undefined || raw !== undefined;
  // What `kubectl get all` prints, saved under any name: several kinds, and the Service that every cluster has.
  const got =
    unselected && asked.length === 0 && typed === undefined && seen.has('Pod') && seen.size > 2 ? seen : undefined;
  const gotAnywhere = [...(got?.values() ?? [])].some(({ size }) => size > 1);
  const kinds = new Set([...asked.map((area): string => KINDS[area].kind), ...seen.keys()]);
  if (typed !== undefined) kinds.add(typed);
  if (kinds.size === 0 && expected !== undefined) kinds.add(expected);
  for (const kind of kinds) {
    const area = areaOfKind(kind);
    if (area === undefined) continue;
    const namespaces = seen.get(kind);
    if (namespaces === undefined && whole) emit.empty(area);
    const [only] = namespaces?.size === 1 ? namespaces : [];
    const stated = request?.namespace ?? raw?.namespace ?? origin.namespace;
    const everywhere =
      !KINDS[area].namespaced || request?.allNamespaces === true || raw?.everywhere === true || gotAnywhere;
    const namespace = everywhere ? undefined : (stated ?? textOf(only));
    // Nothing found, and nobody said where: that is no fact about any namespace.
    const scoped = everywhere || namespace !== undefined || (namespaces?.size ?? 0) > 1;
    const complete =
      whole &&
      origin.partial !== true &&
      request?.narrowed !== true &&
      raw?.narrowed !== true &&
      (trusted || kind === expected || (got?.has(kind) === true && ALL.includes(area)));
    emit.listing({
      kind,
      file: origin.file,
      complete: complete && scoped,
      ...(complete && !scoped ? { unplaced: true as const } : {}),
      ...(namespace === undefined ? {} : { namespace }),
    });
  }
}

/** The scope in `kubectl get --raw /api/v1/namespaces/shop/pods?limit=500`. */
function rawPath({ origin }: ParserContext) {
  const path = origin.command?.flags['raw'];
  if (typeof path !== 'string') return undefined;
  const namespace = /\/namespaces\/([^/?]{1,63})\/[^/]/.exec(path)?.[1];
  return { namespace, everywhere: namespace === undefined, narrowed: /[?&](?:field|label)Selector=/.test(path) };
}

/** The first line of what a parser complained about, short, without the piece of text that V8 quotes: it may be a secret. */
export function messageOf(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  const quoted = line.search(/, (?:\.\.\.)?"/);
  const first = quoted > 0 && line.startsWith('Unexpected token') ? line.slice(0, quoted) : line;
  return first.length > 200 ? `${first.slice(0, 200)}…` : first;
}
