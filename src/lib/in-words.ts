/** Lists in prose: `a`, `a and b`, `a, b and c`. */
export function inWords(items: readonly (string | number)[]): string {
  const [last] = items.slice(-1);
  return items.length < 2 ? String(last ?? '') : `${items.slice(0, -1).join(', ')} and ${last}`;
}
