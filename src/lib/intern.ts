/**
 * One shared copy of a string that repeats over many objects (namespaces, nodes, images, label values), whether it
 * comes as a string or still as bytes.
 */

/** Direct-mapped: a slot holds the last string that fell on it. Twice as fast as a Map, whose hash reads every byte. */
const SLOTS = 1 << 14;
const slots = Array.from<string>({ length: SLOTS }).fill('');
/** Longer strings hardly repeat. */
const INTERN_LIMIT = 256;

/** The copy that is already there, or the text itself, which is then the copy. */
export function intern(text: string): string {
  const n = text.length;
  if (n === 0 || n > INTERN_LIMIT) return text;
  const at =
    (n +
      31 * text.charCodeAt(n - 1) +
      961 * text.charCodeAt(n >> 1) +
      29791 * text.charCodeAt(n >> 2) +
      923521 * text.charCodeAt(n - (n >> 2) - 1)) &
    (SLOTS - 1);
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
  const at =
    (n +
      31 * (bytes[to - 1] as number) +
      961 * (bytes[from + (n >> 1)] as number) +
      29791 * (bytes[from + (n >> 2)] as number) +
      923521 * (bytes[to - (n >> 2) - 1] as number)) &
    (SLOTS - 1);
  const known = slots[at] as string;
  if (known.length === n) {
    let i = 0;
    while (i < n && known.charCodeAt(i) === bytes[from + i]) i++;
    if (i === n) return known;
  }
  return (slots[at] = bytes.toString('latin1', from, to));
}
