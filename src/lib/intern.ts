/**
 * One shared copy of a string that repeats over many objects (namespaces, nodes, images, label values), whether it
 * comes as a string or still as bytes.
 */

/** Direct-mapped: a slot holds the last string that fell on it, so that strings which never repeat cost no memory. */
const SLOTS = 1 << 15;
const slots = Array.from<string>({ length: SLOTS }).fill('');
/** Longer strings hardly repeat. */
const INTERN_LIMIT = 256;

/** Mixes one more character into a hash, which begins with 0. */
export const mix = (hash: number, char: number): number => (Math.imul(hash, 31) + char) | 0;
const slotOf = (hash: number): number => (hash ^ (hash >>> 15)) & (SLOTS - 1);

/** The copy that is already there, or the text itself, which is then the copy. */
export function intern(text: string): string {
  const n = text.length;
  if (n === 0 || n > INTERN_LIMIT) return text;
  let hash = 0;
  for (let i = 0; i < n; i++) hash = mix(hash, text.charCodeAt(i));
  const at = slotOf(hash);
  const known = slots[at] as string;
  if (known === text) return known;
  slots[at] = text;
  return text;
}

/** The string of the ASCII bytes in [from, to), whose hash is known: the copy that is already there costs no new one. */
export function internAscii(bytes: Buffer, from: number, to: number, hash: number): string {
  const n = to - from;
  if (n === 0) return '';
  if (n > INTERN_LIMIT) return bytes.toString('latin1', from, to);
  const at = slotOf(hash);
  const known = slots[at] as string;
  if (known.length === n) {
    let i = 0;
    while (i < n && known.charCodeAt(i) === bytes[from + i]) i++;
    if (i === n) return known;
  }
  return (slots[at] = bytes.toString('latin1', from, to));
}
