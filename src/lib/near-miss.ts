/** Words that were probably meant: equal but for case and separators, or at most two edits away. */

const LIMIT = 64;

/** Levenshtein distance, for words up to 64 characters; longer ones count as far apart. */
export function editDistance(a: string, b: string): number {
  if (a === b) return 0;
  if (a.length > LIMIT || b.length > LIMIT) return Number.POSITIVE_INFINITY;
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++)
      row.push(
        Math.min(
          (previous[j] ?? 0) + 1,
          (row[j - 1] ?? 0) + 1,
          (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1),
        ),
      );
    previous = row;
  }
  return previous[b.length] ?? 0;
}

const bare = (text: string): string => text.toLowerCase().replaceAll(/[-_.\s/]/g, '');

/** The candidate that was probably meant, the nearest first; undefined when none is near. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  let best: { candidate: string; distance: number } | undefined;
  for (const candidate of candidates) {
    if (candidate === word) continue;
    const distance = bare(candidate) === bare(word) ? 0 : editDistance(candidate, word);
    // Short words are near to everything: a third of the word may differ at most.
    if (distance > 2 || distance * 3 > Math.max(word.length, 3)) continue;
    if (best === undefined || distance < best.distance) best = { candidate, distance };
  }
  return best?.candidate;
}
