/** Lines without the empty ones at both ends, and how many were left out above. */
export function withoutBlankEnds(lines: readonly string[]): {
  readonly first: number;
  readonly lines: readonly string[];
} {
  let from = 0;
  let to = lines.length;
  while (from < to && (lines[from] ?? '').trim() === '') from++;
  while (to > from && (lines[to - 1] ?? '').trim() === '') to--;
  return { first: from, lines: lines.slice(from, to) };
}
