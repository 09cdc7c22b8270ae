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

/** From this length on V8 makes a part of a text a view, which keeps the whole of it alive. */
const VIEW = 13;

/** The same text in memory of its own: what is kept of a text must not keep the text. */
export const ownText = (text: string): string =>
  text.length < VIEW ? text : (JSON.parse(JSON.stringify(text)) as string);

/** The copy that is already there, or one in memory of its own. */
export function intern(text: string): string {
  const n = text.length;
  if (n === 0) return text;
  if (n > INTERN_LIMIT) return ownText(text);
  let hash = 0;
  for (let i = 0; i < n; i++) hash = mix(hash, text.charCodeAt(i));
  const at = slotOf(hash);
  const known = slots[at] as string;
  if (known === text) return known;
  return (slots[at] = ownText(text));
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
