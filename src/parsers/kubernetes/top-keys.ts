/** The first keys of a JSON object, from its beginning alone: enough to tell whose JSON it is. */

/** The keys at the top of an object, with the values that are strings; the text may be cut anywhere. */
export function topKeys(text: string): ReadonlyMap<string, string | undefined> {
  const keys = new Map<string, string | undefined>();
  let depth = 0;
  let last: string | undefined;
  let key: string | undefined;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === '"') {
      const start = i + 1;
      for (i = start; i < text.length && text[i] !== '"'; i++) if (text[i] === '\\') i++;
      // A cut string is neither key nor value.
      last = i < text.length ? text.slice(start, i) : undefined;
    } else if (char === ':' && depth === 1) {
      key = last;
      last = undefined;
      if (key !== undefined) keys.set(key, undefined);
    } else if (char === ',' || char === '}' || char === ']') {
      if (depth === 1 && key !== undefined) {
        keys.set(key, last);
        key = undefined;
      }
      if (char !== ',') depth--;
      last = undefined;
      if (depth === 0) break;
    } else if (char === '{' || char === '[') {
      depth++;
      last = undefined;
    }
  }
  if (depth === 1 && key !== undefined && last !== undefined) keys.set(key, last);
  return keys;
}
