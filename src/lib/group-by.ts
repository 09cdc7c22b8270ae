/** The value under a key, made when there is none yet. */
export function entryOf<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}

/** Appends an item to the list under a key. */
export function append<K, T>(lists: Map<K, T[]>, key: K, item: T): void {
  const known = lists.get(key);
  if (known === undefined) lists.set(key, [item]);
  else known.push(item);
}

/** Adds an item to the set under a key. */
export function include<K, T>(sets: Map<K, Set<T>>, key: K, item: T): void {
  const known = sets.get(key);
  if (known === undefined) sets.set(key, new Set([item]));
  else known.add(item);
}

/** Items under what `by` says of them, in the order in which each first appears; items of which it says nothing are left out. */
export function groupBy<T, K>(items: Iterable<T>, by: (item: T) => K | undefined): Map<K, T[]> {
  const out = new Map<K, T[]>();
  for (const item of items) {
    const at = by(item);
    if (at !== undefined) append(out, at, item);
  }
  return out;
}
