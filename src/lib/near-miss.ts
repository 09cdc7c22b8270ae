/** Names that were probably meant: how alike two words are, for "did you mean" and for slips in manifests. */
import { remember } from './remember.ts';

/** Words are compared up to this length: the work grows with the product. */
const LENGTH_LIMIT = 128;

/** Insertions, deletions, substitutions and swaps of neighbours between two words. */
export function editDistance(a: string, b: string): number {
  const left = a.slice(0, LENGTH_LIMIT);
  const right = b.slice(0, LENGTH_LIMIT);
  let before: number[] = [];
  let row = Array.from({ length: right.length + 1 }, (_, i) => i);
  for (let i = 1; i <= left.length; i++) {
    const next = [i];
    for (let j = 1; j <= right.length; j++) {
      const same = left[i - 1] === right[j - 1] ? 0 : 1;
      const swap = i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1];
      next.push(
        Math.min(
          (row[j] ?? 0) + 1,
          (next[j - 1] ?? 0) + 1,
          (row[j - 1] ?? 0) + same,
          swap ? (before[j - 2] ?? 0) + 1 : Infinity,
        ),
      );
    }
    before = row;
    row = next;
  }
  return row[right.length] ?? 0;
}

const plain = remember((name) => name.toLowerCase().replaceAll(/[-_./\s]/g, ''));

/** 0 for what differs in case and separators only. */
const apart = (a: string, b: string): number => (plain(a) === plain(b) ? 0 : editDistance(a, b));

/**
 * True for a likely slip in a name, strict enough to judge by: other separators or case, a few wrong letters (one in
 * five), or one word more or less at an end.
 */
export function looksLike(a: string, b: string): boolean {
  if (plain(a) === plain(b)) return true;
  for (const [short, long] of [
    [a, b],
    [b, a],
  ] as const)
    if (short.length >= 4 && (long.startsWith(`${short}-`) || long.endsWith(`-${short}`))) return true;
  const allowed = Math.floor(Math.min(a.length, b.length) / 5);
  return allowed > 0 && Math.abs(a.length - b.length) <= allowed && editDistance(plain(a), plain(b)) <= allowed;
}

/** True for a typing error, for hints only: at most two edits, and a third of the word (short words are near to everything). */
export function isTypo(word: string, meant: string): boolean {
  const distance = apart(word, meant);
  return word !== meant && distance <= 2 && distance * 3 <= word.length;
}

/** The candidate that is most like the word, of those that are near; among equals the first in code-point order. */
export function nearest(
  word: string,
  candidates: Iterable<string>,
  isNear: (word: string, candidate: string) => boolean = looksLike,
): string | undefined {
  let best: string | undefined;
  let least = Infinity;
  for (const candidate of candidates) {
    if (!isNear(word, candidate)) continue;
    const distance = apart(word, candidate);
    if (best !== undefined && (distance > least || (distance === least && candidate >= best))) continue;
    best = candidate;
    least = distance;
  }
  return best;
}
