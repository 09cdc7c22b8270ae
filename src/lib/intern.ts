/**
 * One shared copy of a string that repeats over many objects (namespaces, nodes, images, label values), whether it
 * comes as a string or still as bytes.
 */

/** Direct-mapped: a slot holds the last string that fell on it, so that strings which never repeat cost no memory. */
const SLOTS = 1 << 15;
const slots = Array.from<string>({ length: SLOTS }).fill('');
/** Longer strings hardly repeat. */
const INTERN_LIMIT = 256;

/** A hash looks at 16 to 32 characters all over the text: names of nodes differ in a few in the middle. */
const stride = (length: number): number => (length < 32 ? 1 : length >> 4);
const mix = (hash: number, char: number): number => (Math.imul(hash, 31) + char) | 0;
const slotOf = (hash: number): number => (hash ^ (hash >>> 15)) & (SLOTS - 1);

/** The copy that is already there, or the text itself, which is then the copy. */
export function intern(text: string): string {
  const n = text.length;
  if (n === 0 || n > INTERN_LIMIT) return text;
  let hash = n;
  for (let i = 0, step = stride(n); i < n; i += step) hash = mix(hash, text.charCodeAt(i));
  const at = slotOf(hash);
  const known = slots[at] as string;
  if (known === text) return known;
  slots[at] = text;
  return text;
}

/** The string of the ASCII bytes in [from, to): the copy that is already there costs no new one. */
export function internAscii(bytes: Buffer, from: number, to: number): string {
  const n = to - from;
  if (n === 0) return '';
  if (n > INTERN_LIMIT) return bytes.toString('latin1', from, to);
  let hash = n;
  for (let i = from, step = stride(n); i < to; i += step) hash = mix(hash, bytes[i] as number);
  const at = slotOf(hash);
  const known = slots[at] as string;
  if (known.length === n) {
    let i = 0;
    while (i < n && known.charCodeAt(i) === bytes[from + i]) i++;
    if (i === n) return known;
  }
  return (slots[at] = bytes.toString('latin1', from, to));
}
