/** Makes a value when it is first asked for, and keeps it. */
export function once<V>(make: () => V): () => V {
  let kept: { readonly value: V } | undefined;
  return () => (kept ??= { value: make() }).value;
}

/** Computes a value once for each object and keeps it as long as the object lives. */
export function oncePer<K extends object, V>(make: (key: K) => V): (key: K) => V {
  const known = new WeakMap<K, V>();
  return (key) => {
    const value = known.get(key);
    if (value !== undefined || known.has(key)) return value as V;
    const made = make(key);
    known.set(key, made);
    return made;
  };
}

/**
 * The same for a memory that goes when whoever holds it goes: of one snapshot, say. Entries are kept as long, and a Map
 * costs less than a WeakMap, which every collection of garbage walks through.
 */
export function memo<K, V>(make: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    const value = known.get(key);
    if (value !== undefined || known.has(key)) return value as V;
    const made = make(key);
    known.set(key, made);
    return made;
  };
}
