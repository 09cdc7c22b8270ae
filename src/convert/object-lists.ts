/**
 * Gathers the API objects of a bundle and writes them as kubectl's own JSON lists: one list of each kind, or several when
 * the bundle does not say that it has all objects of the kind.
 */
import { defined } from '../lib/defined.ts';
import { append } from '../lib/group-by.ts';
import { textOf } from '../lib/untyped.ts';
import type { Listing, Origin } from '../parsers/records.ts';
import type { ManifestEntry } from '../layouts/manifest.ts';
import { ownKind } from '../parsers/kubernetes/kind-of.ts';
import { withoutNullTexts } from '../parsers/kubernetes/objects.ts';
import { apiVersionOf } from '../snapshot/kinds/api-versions.ts';
import { areaOfKind, KINDS, type ObjectArea } from '../snapshot/kinds/index.ts';
import { mergeAccounts, revisionOf } from '../snapshot/merge.ts';
import { segment } from './names.ts';
import { withoutSecretValues } from './secrets.ts';
import type { Spool, Stretch } from './spool.ts';

/** A text whose objects, texts and logs are written down in place of it. */
export interface Divided {
  readonly origin: Origin;
  /** The file in a bundle of our own layout, and what its manifest says. */
  readonly own: { readonly file: string; readonly entry?: ManifestEntry } | undefined;
  readonly sources: readonly string[];
  seconds: number | undefined;
  bytes: number;
  readonly listings: Listing[];
  /** Kinds that it says there is nothing of. */
  readonly empty: Set<string>;
  /** It gave texts or logs as well. */
  mixed: boolean;
  /** The lists its objects went to. */
  readonly lists: Set<ObjectList>;
}

/**
 * - `all`: all objects of the kind; `namespace`: all of one namespace, nothing being known of the others;
 * - `some`: single objects; `declared`: what somebody wanted and the API server never wrote about.
 */
type Scope = 'all' | 'namespace' | 'some' | 'declared';

export interface ObjectList {
  readonly kind: string;
  readonly scope: Scope;
  readonly namespace: string | undefined;
  readonly texts: Set<Divided>;
  /** By namespace and name: what the texts say of one object, oldest first. */
  readonly objects: Map<string, readonly Account[]>;
}

interface Account {
  readonly text: Divided;
  readonly at: Stretch;
  /** The API server has written about it. */
  readonly live: boolean;
  readonly revision: number;
}

type Fields = Record<string, unknown>;
const NAME = '\u0000';

export function createObjectLists(spool: Spool, mask: (object: unknown) => unknown) {
  const kinds = new Map<string, Map<string, Account[]>>();
  let nameless = 0;

  return {
    add(text: Divided, value: unknown): void {
      const object = value as { readonly kind: string; readonly apiVersion?: unknown; readonly metadata?: Fields };
      const { kind, metadata = {} } = object;
      const area = areaOfKind(kind);
      // Readers of lists take the text "null" for nothing: in a list it must not stand.
      const plain = withoutNullTexts(withoutSecretValues(object)) as Fields;
      if (area !== undefined) plain['apiVersion'] ??= apiVersionOf(area);
      plain['kind'] = ownKind(kind, plain['apiVersion']);
      const bytes = Buffer.from(JSON.stringify(mask(plain)));
      const at = { offset: spool.size(), length: bytes.length };
      spool.append(bytes);
      const live =
        (metadata['uid'] ?? metadata['creationTimestamp'] ?? (object as { status?: unknown }).status ?? null) !== null;
      const namespace = area !== undefined && !KINDS[area].namespaced ? '' : (textOf(metadata['namespace']) ?? '');
      const name = textOf(metadata['name']) ?? `${NAME}${nameless++}`;
      const key = `${namespace}${NAME}${name}`;
      let byKey = kinds.get(kind);
      if (byKey === undefined) kinds.set(kind, (byKey = new Map()));
      append(byKey, key, { text, at, live, revision: revisionOf(object) });
    },

    /** The lists, once all texts were read. */
    lists(texts: readonly Divided[]): readonly ObjectList[] {
      const lists = new Map<string, ObjectList>();
      const listOf = (kind: string, scope: Scope, namespace?: string): ObjectList => {
        const id = [kind, scope, namespace ?? ''].join(NAME);
        let list = lists.get(id);
        if (list === undefined)
          lists.set(id, (list = { kind, scope, namespace, texts: new Set(), objects: new Map() }));
        return list;
      };
      const join = (list: ObjectList, text: Divided): void => {
        list.texts.add(text);
        text.lists.add(list);
      };
      const everywhere = new Set<string>();
      for (const text of texts)
        for (const { kind, complete, namespace } of text.listings)
          if (complete && namespace === undefined) everywhere.add(kind);

      for (const [kind, byKey] of kinds)
        for (const [key, accounts] of byKey) {
          const namespace = key.slice(0, key.indexOf(NAME));
          const scopes = new Map(accounts.map((account) => [account, scopeOf(account, kind, namespace, everywhere)]));
          const declared = accounts.filter((account) => scopes.get(account) === 'declared');
          const rest = accounts.filter((account) => scopes.get(account) !== 'declared');
          const found = new Set(rest.map((account) => scopes.get(account)));
          const scope = found.has('all') ? 'all' : found.has('namespace') ? 'namespace' : 'some';
          const put = (list: ObjectList, own: readonly Account[]): void => {
            list.objects.set(key, own);
            for (const { text } of own) join(list, text);
          };
          if (rest.length > 0) put(listOf(kind, scope, scope === 'namespace' ? namespace : undefined), rest);
          if (declared.length > 0) put(listOf(kind, 'declared'), declared);
        }
      // Listings without objects: that there is nothing is an answer too.
      for (const text of texts)
        for (const { kind, complete, namespace } of text.listings) {
          if (complete && namespace === undefined) join(listOf(kind, 'all'), text);
          else if (complete && !everywhere.has(kind)) join(listOf(kind, 'namespace', namespace), text);
          else if (![...text.lists].some((list) => list.kind === kind)) join(listOf(kind, 'some'), text);
        }
      return [...lists.values()].sort((a, b) => (fileOf(a) < fileOf(b) ? -1 : 1));
    },

    /** Writes one list into the spool as kubectl prints it. */
    async write(list: ObjectList, out: Spool): Promise<Stretch> {
      const offset = out.size();
      const keys = [...list.objects.keys()].sort();
      const put = (text: string): void => out.append(Buffer.from(text));
      put(`{\n    "apiVersion": "v1",\n    "items": [`);
      for (const [i, key] of keys.entries()) {
        const object = await merged(list.objects.get(key) ?? []);
        const text = JSON.stringify(sorted(object), null, 4).replaceAll('\n', '\n        ');
        put(`${i === 0 ? '' : ','}\n        ${text}`);
      }
      put(
        `${keys.length === 0 ? '' : '\n    '}],\n    "kind": "List",\n    "metadata": {\n        "resourceVersion": ""\n    }\n}\n`,
      );
      return { offset, length: out.size() - offset };
    },
  };

  /** As the snapshot merges: what is live before what was wanted, the newest first. */
  async function merged(accounts: readonly Account[]): Promise<unknown> {
    const [first, ...rest] = [...accounts]
      .reverse()
      .sort((a, b) => Number(b.live) - Number(a.live) || b.revision - a.revision);
    let value: unknown = first === undefined ? undefined : JSON.parse(await spool.text(first.at));
    for (const { at } of rest) value = mergeAccounts(value, JSON.parse(await spool.text(at)));
    return value;
  }
}

function scopeOf({ text, live }: Account, kind: string, namespace: string, everywhere: ReadonlySet<string>): Scope {
  const own = text.listings.filter((listing) => listing.kind === kind && listing.complete);
  if (own.some((listing) => listing.namespace === undefined)) return 'all';
  if (!everywhere.has(kind) && own.some((listing) => listing.namespace === namespace)) return 'namespace';
  return live ? 'some' : 'declared';
}

/** Keys in order, as kubectl prints them. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, field]) => [key, sorted(field)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

const pluralOf = (kind: string): string => {
  const area = areaOfKind(kind);
  return area === undefined ? kind.toLowerCase() : KINDS[area].names[0];
};

/** Where a list lies when no bundle of ours had it before. */
export function fileOf({ kind, scope, namespace }: ObjectList): string {
  const name = `${segment(pluralOf(kind))}.json`;
  if (scope === 'namespace') return `cluster/kubectl/${segment(namespace ?? '')}/${name}`;
  return `cluster/${scope === 'all' ? 'kubectl' : scope === 'some' ? 'objects' : 'declared'}/${name}`;
}

/** The command that prints such a list. */
export function argvOfList({ kind, scope, namespace }: ObjectList): string[] {
  const area: ObjectArea | undefined = areaOfKind(kind);
  const everywhere = area !== undefined && !KINDS[area].namespaced ? [] : ['-A'];
  const where = scope === 'namespace' && namespace !== undefined ? ['-n', namespace] : everywhere;
  return ['kubectl', 'get', pluralOf(kind), ...where, '-o', 'json'];
}

/** The one text that a list was, when it was nothing else and nothing was added: its own command can stand. */
export function onlyText(list: ObjectList): Divided | undefined {
  const [text, another] = list.texts;
  if (text === undefined || another !== undefined || text.mixed || text.lists.size !== 1) return undefined;
  return text;
}

/** Whether an empty list says anything: that nothing was found, or how its command ended. */
export const saysSomething = (list: ObjectList): boolean =>
  list.objects.size > 0 ||
  list.scope !== 'some' ||
  onlyText(list)?.origin.command !== undefined ||
  [...list.texts].some((text) => text.empty.has(list.kind));

/** What holds of every list that is not the whole of its scope. */
export const completeness = (list: ObjectList) =>
  defined({ complete: list.scope === 'some' || list.scope === 'declared' ? false : undefined });
