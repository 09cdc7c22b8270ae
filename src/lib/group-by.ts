/** Items under what `by` says of them, in the order in which each first appears; items of which it says nothing are left out. */
export function groupBy<T, K>(items: Iterable<T>, by: (item: T) => K | undefined): Map<K, T[]> {
  const out = new Map<K, T[]>();
  for (const item of items) {
    const at = by(item);
    if (at === undefined) continue;
    const known = out.get(at);
    if (known === undefined) out.set(at, [item]);
    else known.push(item);
  }
  return out;
}
