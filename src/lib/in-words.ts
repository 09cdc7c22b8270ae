/** Numbers and lists in prose. */

/** `1 finding`, `3 findings`. */
export const plural = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;

/** ` and 3 more` behind the first few; nothing when none is left. */
export const andMore = (left: number): string => (left > 0 ? ` and ${left} more` : '');

/** `a, b, c and 4 more`: as many as a sentence can carry. */
export const firstFew = (items: readonly string[], most = 3): string =>
  `${items.slice(0, most).join(', ')}${andMore(items.length - most)}`;

/** `a`, `a and b`, `a, b and c`. */
export function inWords(items: readonly (string | number)[]): string {
  const [last] = items.slice(-1);
  return items.length < 2 ? String(last ?? '') : `${items.slice(0, -1).join(', ')} and ${last}`;
}
