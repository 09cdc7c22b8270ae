/** The objects of a bundle by kind and name: what all other look-ups are made of. */
import { refMap } from '../lib/ref-map.ts';
import { areaOfKind, KINDS, type AnyObject, type ObjectArea, type ObjectOf } from './kinds/index.ts';

export interface Objects {
  list<A extends ObjectArea>(area: A): readonly ObjectOf<A>[];
  get(kind: string, namespace: string | undefined, name: string): AnyObject | undefined;
}

export function createObjects(byArea: ReadonlyMap<ObjectArea, readonly AnyObject[]>): Objects {
  const byRef = refMap<AnyObject>();
  for (const [area, objects] of byArea) {
    if (area === 'events') continue;
    for (const object of objects) byRef.set(object.kind, object.metadata.namespace ?? '', object.metadata.name, object);
  }
  return {
    list: <A extends ObjectArea>(area: A) => (byArea.get(area) ?? []) as unknown as readonly ObjectOf<A>[],
    get(kind, namespace, name) {
      const area = areaOfKind(kind);
      const scope = area !== undefined && !KINDS[area].namespaced ? undefined : namespace;
      return byRef.get(kind, scope ?? '', name);
    },
  };
}
