/**
 * Gives an object the parts of another where they are equal, so that many alike cost the memory of one: pods of one
 * workload follow each other in every listing and have the same containers, volumes and tolerations. Changes `next`,
 * which must be plain data of the caller's own making; from then on both may hold the same parts, so nobody may change
 * them. Gives `before` itself when all of it is equal.
 */
export function share(before: unknown, next: unknown): unknown {
  if (before === next) return before;
  if (typeof before !== 'object' || typeof next !== 'object' || before === null || next === null) return next;
  if (Array.isArray(next)) return Array.isArray(before) ? shareList(before, next) : next;
  return Array.isArray(before) ? next : shareFields(before as Fields, next as Fields);
}

type Fields = Record<string, unknown>;

function shareList(before: readonly unknown[], next: unknown[]): readonly unknown[] {
  let equal = before.length === next.length;
  for (let i = 0; i < next.length && i < before.length; i++) {
    const value = next[i];
    const kept = share(before[i], value);
    if (kept !== value) next[i] = kept;
    if (kept !== before[i]) equal = false;
  }
  return equal ? before : next;
}

/** The fields of two objects; equal only in the same order, because it shows when they are printed. */
function shareFields(before: Fields, next: Fields): Fields {
  const keys = Object.keys(next);
  const keysBefore = Object.keys(before);
  let equal = keys.length === keysBefore.length;
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as string;
    if (key !== keysBefore[i]) equal = false;
    if (!Object.hasOwn(before, key)) continue;
    const value = next[key];
    const kept = share(before[key], value);
    if (kept !== value) next[key] = kept;
    if (kept !== before[key]) equal = false;
  }
  return equal ? before : next;
}
