/** Which object of the bundle a person means: `po/web-1`, `deployment.apps/web.shop`, `node/worker-3`. */
import { editDistance, isTypo, nearest } from '../lib/near-miss.ts';
import { UserError } from '../lib/user-error.ts';
import type { Result, Subject } from '../result.ts';
import { areaOfKind, areaOfResource, KINDS, OBJECT_AREAS, type AnyObject } from '../snapshot/kinds/index.ts';
import { refOf, refTo, type Ref } from '../snapshot/ref.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

/** An object that was asked for. Without `object` the bundle speaks of it and does not hold it. */
export interface Target {
  readonly ref: Ref;
  readonly object: AnyObject | undefined;
}

/** How an object is named. */
const FORMS = 'write for example pod/web-1 or deploy/web.shop';
/** Names given as a hint. */
const EXAMPLES = 4;

const keyOf = (ref: Ref): string => `${ref.kind}\u0000${ref.namespace ?? ''}\u0000${ref.name}`;

/** A reference without the namespace that a cluster-wide kind does not have: the owner of a static pod is its Node. */
export function scoped(ref: Ref): Ref {
  const area = areaOfKind(ref.kind);
  return area === undefined || KINDS[area].namespaced ? ref : { kind: ref.kind, name: ref.name };
}

const refOfSubject = ({ kind, namespace, name }: Subject): Ref => refTo(kind, namespace, name);

/** Everything the bundle speaks of, objects first: also what only events, owner references or findings name. */
function mentioned(result: Result, snapshot: Snapshot): readonly Ref[] {
  const out = new Map<string, Ref>();
  const add = (named: Ref): void => {
    const ref = scoped(named);
    if (!out.has(keyOf(ref))) out.set(keyOf(ref), ref);
  };
  for (const area of OBJECT_AREAS) if (area !== 'events') for (const object of snapshot.list(area)) add(refOf(object));
  for (const pod of snapshot.list('pods')) {
    const owner = snapshot.workloadOf(pod);
    if (owner !== undefined) add(owner);
    if (pod.spec?.nodeName !== undefined && pod.spec.nodeName !== '') add({ kind: 'Node', name: pod.spec.nodeName });
  }
  for (const event of snapshot.list('events')) {
    const about = event.involvedObject;
    if (about?.kind === undefined || about.name === undefined) continue;
    const namespace = about.namespace ?? event.metadata.namespace;
    add(refTo(about.kind, namespace, about.name));
  }
  for (const { subject, also } of result.findings)
    for (const one of [subject, ...also]) {
      add(refOfSubject(one));
      if (one.node !== undefined) add({ kind: 'Node', name: one.node });
    }
  return [...out.values()];
}

/** The API kind of a word before the slash, as kubectl takes it, or as findings call what is no object (`Component`). */
function kindOf(word: string, refs: readonly Ref[]): string {
  const area = areaOfResource(word);
  if (area !== undefined) return KINDS[area].kind;
  const lower = word.toLowerCase();
  const kinds = [...new Set(refs.map((ref) => ref.kind))].sort();
  const known = kinds.find((kind) => kind.toLowerCase() === lower);
  if (known !== undefined) return known;
  const names = Object.values(KINDS).flatMap((info) => info.names as readonly string[]);
  // Among equals the first: the kinds are listed by how common they are.
  const [near] = [...names, ...kinds.map((kind) => kind.toLowerCase())]
    .filter((known) => isTypo(lower, known))
    .sort((a, b) => editDistance(lower, a) - editDistance(lower, b));
  throw new UserError(`unknown kind '${word}'; ${near === undefined ? FORMS : `did you mean '${near}'?`}`);
}

/** A few names that are like the one that was not found: near by spelling (a pod's by its workload's too), or containing it. */
function alike(name: string, refs: readonly Ref[], snapshot: Snapshot): readonly string[] {
  const stem = (ref: Ref): string => {
    const object = ref.kind === 'Pod' ? snapshot.find(ref) : undefined;
    return (object === undefined ? undefined : snapshot.workloadOf(object)?.name) ?? ref.name;
  };
  const near = nearest(
    name,
    refs.flatMap((ref) => [ref.name, stem(ref)]),
    isTypo,
  );
  const lower = name.toLowerCase();
  const similar = refs.filter(
    (ref) => ref.name === near || stem(ref) === near || (lower.length >= 3 && ref.name.toLowerCase().includes(lower)),
  );
  return similar
    .slice(0, EXAMPLES)
    .map((ref) => (ref.namespace === undefined ? ref.name : `${ref.name} (namespace ${ref.namespace})`));
}

/**
 * The object behind `KIND/NAME`, `KIND/NAME.NAMESPACE` (names may have dots themselves: the whole is tried first), in
 * the given namespace or the only one that has the name. Throws a UserError with near names when there is none.
 */
export function findTarget(
  text: string,
  namespace: string | undefined,
  { result, snapshot }: { readonly result: Result; readonly snapshot: Snapshot },
): Target {
  const slash = text.indexOf('/');
  const name = text.slice(slash + 1);
  const refs = mentioned(result, snapshot);
  if (slash < 1 || name === '') {
    const meant = refs
      .filter((ref) => ref.name === text.replace('/', ''))
      .map((ref) => `${ref.kind.toLowerCase()}/${ref.name}${ref.namespace === undefined ? '' : `.${ref.namespace}`}`)
      .sort()
      .slice(0, EXAMPLES);
    const hint = meant.length > 0 ? `did you mean ${meant.join(', ')}?` : FORMS;
    throw new UserError(`'${text}' is no KIND/NAME: ${hint}`);
  }
  const kind = kindOf(text.slice(0, slash), refs);
  const mine = refs.filter((ref) => ref.kind === kind);
  const here = (ref: Ref): boolean =>
    namespace === undefined || ref.namespace === undefined || ref.namespace === namespace;

  const whole = mine.filter((ref) => ref.name === name && here(ref));
  const split = mine.filter(
    (ref) => ref.namespace !== undefined && `${ref.name}.${ref.namespace}` === name && here(ref),
  );
  const found = whole.length > 0 ? whole : split;
  const [first, second] = found;
  if (first === undefined) {
    const close = alike(name, mine.filter(here), snapshot);
    const near = close.length > 0 ? close : alike(name, mine, snapshot);
    const where = namespace === undefined ? '' : ` in namespace ${namespace}`;
    const some = mine.slice(0, EXAMPLES).map((ref) => ref.name);
    const hint =
      near.length > 0
        ? `; near: ${near.join(', ')}`
        : mine.length === 0
          ? `; it has no ${pluralOf(kind)}`
          : `; it has ${mine.length}: ${some.join(', ')}${mine.length > some.length ? ' …' : ''}`;
    throw new UserError(`the bundle has no ${kind} '${name}'${where}${hint}`);
  }
  if (second !== undefined) {
    const spaces = found.map((ref) => ref.namespace ?? '(none)').sort();
    throw new UserError(`${kind} '${name}' is in ${found.length} namespaces (${spaces.join(', ')}): add -n NAMESPACE`);
  }
  return { ref: first, object: snapshot.find(first) };
}

const pluralOf = (kind: string): string => {
  const area = areaOfKind(kind);
  return area === undefined ? kind : KINDS[area].names[0];
};
