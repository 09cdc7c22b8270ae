/** Texts that are kept; when there are more, all are forgotten. */
const LIMIT = 4096;

/**
 * The same function with a memory for the texts it was asked last: a cluster writes few different quantities, keys and
 * values, and each of them thousands of times. For pure functions whose results nobody changes.
 */
export function remember<V>(make: (text: string) => V): (text: string) => V {
  const known = new Map<string, V>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined || known.has(text)) return before as V;
    if (known.size >= LIMIT) known.clear();
    const value = make(text);
    known.set(text, value);
    return value;
  };
}
