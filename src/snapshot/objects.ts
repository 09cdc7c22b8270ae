/** The objects of a bundle by kind and name: what all other look-ups are made of. */
import { refMap } from '../lib/ref-map.ts';
import { areaOfKind, KINDS, type AnyObject, type ObjectArea, type ObjectOf } from './kinds/index.ts';

export interface Objects {
  list<A extends ObjectArea>(area: A): readonly ObjectOf<A>[];
  get<A extends ObjectArea>(area: A, namespace: string | undefined, name: string): ObjectOf<A> | undefined;
  /** The same by kind, of any kind. */
  find(kind: string, namespace: string | undefined, name: string): AnyObject | undefined;
}

export function createObjects(byArea: ReadonlyMap<ObjectArea, readonly AnyObject[]>): Objects {
  const byRef = refMap<AnyObject>();
  for (const [area, objects] of byArea) {
    if (area === 'events') continue;
    for (const object of objects) byRef.set(object.kind, object.metadata.namespace ?? '', object.metadata.name, object);
  }
  const find: Objects['find'] = (kind, namespace, name) => {
    const area = areaOfKind(kind);
    const scope = area !== undefined && !KINDS[area].namespaced ? undefined : namespace;
    return byRef.get(kind, scope ?? '', name);
  };
  // What is kept under an area has the shape of its kind: the one place where that is said and not seen.
  return {
    list: <A extends ObjectArea>(area: A) => (byArea.get(area) ?? []) as readonly ObjectOf<A>[],
    get: <A extends ObjectArea>(area: A, namespace: string | undefined, name: string) =>
      find(KINDS[area].kind, namespace, name) as ObjectOf<A> | undefined,
    find,
  };
}
