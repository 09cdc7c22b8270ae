/** Long messages cut to a length. */

/** Of what is kept, this share is the beginning: a wrapped error names what was tried first and its reason last. */
const HEAD = 0.4;

/**
 * A text of at most `limit` characters: whole, or its beginning and its end around ` … `. Programs wrap an error in what
 * they tried, so the reason stands at the end.
 */
export function headAndTail(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const room = limit - 3;
  const head = Math.floor(room * HEAD);
  return `${text.slice(0, head).trimEnd()} … ${text.slice(text.length - (room - head)).trimStart()}`;
}
