/** Words that were probably meant: equal but for case and separators, or at most two edits away. */

const LIMIT = 64;

/** Edits between two words, a swap of neighbours counting as one; words beyond 64 characters count as far apart. */
export function editDistance(a: string, b: string): number {
  if (a === b) return 0;
  if (a.length > LIMIT || b.length > LIMIT) return Number.POSITIVE_INFINITY;
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min(at(rows, i - 1, j) + 1, (row[j - 1] ?? 0) + 1, at(rows, i - 1, j - 1) + change);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, at(rows, i - 2, j - 2) + 1);
      row.push(least);
    }
    rows.push(row);
  }
  return at(rows, a.length, b.length);
}

const at = (rows: readonly (readonly number[])[], i: number, j: number): number => rows[i]?.[j] ?? 0;

const bare = (text: string): string => text.toLowerCase().replaceAll(/[-_.\s/]/g, '');

/** The candidate that was probably meant, the nearest first; undefined when none is near. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  let best: { candidate: string; distance: number } | undefined;
  for (const candidate of candidates) {
    if (candidate === word) continue;
    const distance = bare(candidate) === bare(word) ? 0 : editDistance(candidate, word);
    // Short words are near to everything: a third of the word may differ at most.
    if (distance > 2 || distance * 3 > word.length) continue;
    if (best === undefined || distance < best.distance) best = { candidate, distance };
  }
  return best?.candidate;
}
