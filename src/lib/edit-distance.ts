/** How alike two names are: for "did you mean". */
import { remember } from './remember.ts';

/** Names are compared up to this length: the table grows with the product. */
const LENGTH_LIMIT = 128;

/** Levenshtein distance: insertions, deletions and substitutions of single characters. */
export function editDistance(a: string, b: string): number {
  const left = a.slice(0, LENGTH_LIMIT);
  const right = b.slice(0, LENGTH_LIMIT);
  let row = Array.from({ length: right.length + 1 }, (_, i) => i);
  for (let i = 1; i <= left.length; i++) {
    const next = [i];
    for (let j = 1; j <= right.length; j++) {
      const same = left[i - 1] === right[j - 1] ? 0 : 1;
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + same));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}

const plain = remember((name) => name.toLowerCase().replaceAll(/[-_.]/g, ''));

/** True for a likely slip: other separators or case, a few wrong letters (one in five), or one word more or less at an end. */
export function looksLike(a: string, b: string): boolean {
  if (a === b) return true;
  if (plain(a) === plain(b)) return true;
  for (const [short, long] of [
    [a, b],
    [b, a],
  ] as const)
    if (short.length >= 4 && (long.startsWith(`${short}-`) || long.endsWith(`-${short}`))) return true;
  const allowed = Math.floor(Math.min(a.length, b.length) / 5);
  return allowed > 0 && Math.abs(a.length - b.length) <= allowed && editDistance(plain(a), plain(b)) <= allowed;
}

/** The candidate that is most like the name, if any is; among equals the first in code-point order. */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Infinity;
  for (const candidate of candidates) {
    if (!looksLike(name, candidate)) continue;
    const distance = editDistance(name, candidate);
    if (best !== undefined && (distance > least || (distance === least && candidate >= best))) continue;
    best = candidate;
    least = distance;
  }
  return best;
}
