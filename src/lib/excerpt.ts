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

/** Characters in front of a place that show what it belongs to. */
const NEAR = 24;

/**
 * A text of at most `limit` characters (and its marks): whole, its beginning, or, where what tells stands at `at`, behind
 * the first half of them, its beginning and that place around ` … `.
 */
export function headAndPlace(text: string, at: number, limit: number): string {
  if (text.length <= limit) return text;
  const half = Math.floor(limit / 2);
  return at > half ? `${text.slice(0, half)} … ${text.slice(at - NEAR, at + half)}` : `${text.slice(0, limit)} …`;
}
