/**
 * The YAML that programs write, read in much less time than by js-yaml (docs/architecture.md): block style
 * without comments, anchors, tags, flow collections (but empty ones) and folded scalars. Where anything else comes up,
 * this reader gives up and js-yaml reads the text: only js-yaml says what is broken. Where this one gives a value,
 * js-yaml gives the same, which is a property test.
 */

/** What the text holds, undefined when it is not that plain. `resolve` says what a plain scalar of one word stands for. */
export function readBlockYaml(
  text: string,
  resolve: (word: string) => unknown,
): { readonly value: unknown } | undefined {
  if (UNUSUAL_CHARACTER.test(text)) return undefined;
  const reader = createReader(text, resolve);
  try {
    return { value: reader() };
  } catch (error) {
    if (error !== UNUSUAL) throw error;
    return undefined;
  }
}

/** Thrown where js-yaml must look; never leaves this file. */
const UNUSUAL = new Error('unusual YAML');

/** All but printable ones and the line feed: tabs stand for nothing, others are breaks or forbidden. */
// eslint-disable-next-line no-control-regex
const UNUSUAL_CHARACTER = /[^\n\x20-\x7e\u00a1-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]/;

const SPACE = 0x20;
const QUOTE = 0x22;
const APOSTROPHE = 0x27;
const DASH = 0x2d;
const COLON = 0x3a;
const BAR = 0x7c;
const BACKSLASH = 0x5c;

/** Bytes that a plain key begins with. */
const KEY_START = /[A-Za-z0-9_$/]|\.(?!\.)/y;
/** Bytes that begin something else than a plain scalar. */
const INDICATORS = new Set([...'[]{}#&*!|>%@`,"\''].map((char) => char.charCodeAt(0)));
/** Plain words that may stand for something else than themselves: numbers, truth values, nothing. */
const MAY_RESOLVE =
  /^(?:[-+]?[0-9_]*(?:\.[0-9_]*)?(?:e[-+]?[0-9_]*)?|[-+]?0[xob][0-9a-f_]+|[-+]?\.(?:inf|nan)|[a-z]{1,5}|~|<<)$/i;
const DECIMAL = /^(?:0|[1-9][0-9]{0,14})$/;
const LITERAL = /^\|([-+]?)$/;
/** A longer key must say so with a question mark (YAML 1.2.2, 7.4.2). */
const MAX_KEY = 1024;
const MAX_DEPTH = 100;

function createReader(text: string, resolve: (word: string) => unknown): () => unknown {
  const length = text.length;
  /** The current line: where it begins, how far it is indented, where its last character that is no space ends. */
  let start = 0;
  let indent = 0;
  let end = 0;
  /** Where the next line begins; past the length when there is none. */
  let next = 0;
  /** Empty lines that were stepped over to get here. */
  let blanks = 0;
  let over = false;
  let depth = 0;

  /** Goes to the next line that is not empty. */
  const advance = (): void => {
    blanks = 0;
    for (;;) {
      if (next > length) {
        over = true;
        return;
      }
      start = next;
      let i = start;
      while (i < length && text.charCodeAt(i) === SPACE) i++;
      const found = text.indexOf('\n', i);
      end = found === -1 ? length : found;
      next = end + 1;
      if (i < end) {
        indent = i - start;
        while (text.charCodeAt(end - 1) === SPACE) end--;
        return;
      }
      blanks++;
    }
  };

  /** The line stands in the column, or further in. */
  const isLevel = (column: number): boolean => !over && indent === column;
  const isInside = (column: number): boolean => !over && indent > column;

  const isDash = (at: number): boolean =>
    text.charCodeAt(at) === DASH && (at + 1 >= end || text.charCodeAt(at + 1) === SPACE);

  const scalar = (word: string): unknown => {
    if (!MAY_RESOLVE.test(word)) return word;
    return DECIMAL.test(word) ? Number(word) : resolve(word);
  };

  /** The line's text from `from` as part of a plain scalar. */
  const plainText = (from: number): string => {
    const piece = text.slice(from, end);
    if (piece.includes(': ') || piece.includes(' #') || piece.endsWith(':') || piece.startsWith('#')) throw UNUSUAL;
    return piece;
  };

  /** What parts two lines of a scalar that goes over several. */
  const fold = (): string => (blanks === 0 ? ' ' : '\n'.repeat(blanks));

  /** A plain scalar, which goes on over all lines that are further in than its parent. */
  const readPlain = (from: number, parent: number): unknown => {
    let value = plainText(from);
    advance();
    if (!isInside(parent)) return scalar(value);
    do {
      value += fold() + plainText(start + indent);
      advance();
    } while (isInside(parent));
    return value;
  };

  /** The closing quote of the quoted scalar that opens at `open`; the same place when it is not on this line. */
  const closing = (open: number, from: number): number => {
    const quote = text.charCodeAt(open);
    for (let i = from; i < end; i++) {
      const char = text.charCodeAt(i);
      if (quote === QUOTE && char === BACKSLASH) i++;
      else if (char === quote) {
        if (quote === QUOTE || text.charCodeAt(i + 1) !== APOSTROPHE || i + 1 >= end) return i;
        i++;
      }
    }
    return open;
  };

  /** What stands between the quotes. */
  const unquoted = (inner: string, quote: number): string => {
    if (quote === APOSTROPHE) return inner.replaceAll("''", "'");
    if (!inner.includes('\\')) return inner;
    try {
      // The escapes of JSON are YAML's, and a few more.
      return JSON.parse(`"${inner.replace(/\\([^])/g, (escape, char) => (char === ' ' ? ' ' : escape))}"`);
    } catch {
      throw UNUSUAL;
    }
  };

  const readQuoted = (open: number, parent: number): string => {
    const quote = text.charCodeAt(open);
    let from = open + 1;
    let inner = '';
    for (;;) {
      const close = closing(open, from);
      if (close !== open) {
        if (close + 1 !== end) throw UNUSUAL;
        inner += text.slice(from, close);
        advance();
        return unquoted(inner, quote);
      }
      let piece = text.slice(from, end);
      const joined = quote === QUOTE && /(?:^|[^\\])(?:\\\\)*\\$/.test(piece);
      // With spaces behind it the backslash escapes the first of them.
      if (joined && text.charCodeAt(end) === SPACE) throw UNUSUAL;
      if (joined) piece = piece.slice(0, -1);
      inner += piece;
      advance();
      if (!isInside(parent)) throw UNUSUAL;
      if (joined && blanks > 0) throw UNUSUAL;
      if (!joined) inner += quote === QUOTE && blanks > 0 ? '\\n'.repeat(blanks) : fold();
      from = start + indent;
    }
  };

  /** The lines after `|`, as they are. */
  const readLiteral = (from: number, parent: number): string => {
    const chomp = LITERAL.exec(text.slice(from, end))?.[1];
    if (chomp === undefined) throw UNUSUAL;
    const lines: string[] = [];
    let column = -1;
    let widest = 0;
    while (next <= length) {
      const lineStart = next;
      let i = lineStart;
      while (i < length && text.charCodeAt(i) === SPACE) i++;
      const found = text.indexOf('\n', i);
      const lineEnd = found === -1 ? length : found;
      if (i < lineEnd) {
        if (column === -1 && i - lineStart > parent) column = i - lineStart;
        if (column === -1 || i - lineStart < column) break;
      } else if (column === -1) widest = Math.max(widest, i - lineStart);
      const empty = i >= lineEnd && (column === -1 || lineEnd - lineStart <= column);
      lines.push(empty ? '' : text.slice(lineStart + column, lineEnd));
      next = lineEnd + 1;
    }
    if (column === -1 || widest > column || chomp === '+') throw UNUSUAL;
    // Lines of spaces only at the end are content when they are wider than the rest.
    while (lines.at(-1) === '') lines.pop();
    advance();
    return lines.join('\n') + (chomp === '-' ? '' : '\n');
  };

  /** The scalar, or the empty list or map, that begins on this line. */
  const readInline = (from: number, parent: number): unknown => {
    const char = text.charCodeAt(from);
    if (char === QUOTE || char === APOSTROPHE) return readQuoted(from, parent);
    if (char === BAR) return readLiteral(from, parent);
    if (INDICATORS.has(char)) {
      const word = text.slice(from, end);
      if (word !== '{}' && word !== '[]') throw UNUSUAL;
      advance();
      if (isInside(parent)) throw UNUSUAL;
      return word === '{}' ? {} : [];
    }
    if (char === DASH || char === COLON || char === 0x3f)
      if (from + 1 >= end || text.charCodeAt(from + 1) === SPACE) throw UNUSUAL;
    return readPlain(from, parent);
  };

  /** Where the colon after the key that begins at `from` stands; -1 when no key begins there. */
  const colonAfter = (from: number): number => {
    const char = text.charCodeAt(from);
    const isQuoted = char === QUOTE || char === APOSTROPHE;
    let at = from;
    if (isQuoted) {
      at = closing(from, from + 1) + 1;
      if (at === from + 1 || text.charCodeAt(at) !== COLON) return -1;
    }
    for (; at < end; at++)
      if (text.charCodeAt(at) === COLON) {
        if (at + 1 === end || text.charCodeAt(at + 1) === SPACE) return at;
        if (isQuoted) return -1;
      }
    return -1;
  };

  const readKey = (from: number, colon: number): string => {
    const char = text.charCodeAt(from);
    if (colon - from > MAX_KEY) throw UNUSUAL;
    if (char === QUOTE || char === APOSTROPHE) return unquoted(text.slice(from + 1, colon - 1), char);
    KEY_START.lastIndex = from;
    const key = text.slice(from, colon);
    if (!KEY_START.test(text) || key.endsWith(' ') || key.includes(' #')) throw UNUSUAL;
    if (MAY_RESOLVE.test(key) && !DECIMAL.test(key) && resolve(key) !== key) throw UNUSUAL;
    return key;
  };

  /** The value that stands on the lines after its key or dash; a list may stand in its key's column. */
  const readBelow = (parent: number, listMayBeLevel: boolean): unknown => {
    advance();
    if (over || indent < parent) return null;
    if (indent > parent) return readBlock();
    return listMayBeLevel && isDash(start + indent) ? readList(indent) : null;
  };

  const readMap = (column: number): Record<string, unknown> => {
    const map: Record<string, unknown> = {};
    do {
      const from = start + column;
      const colon = colonAfter(from);
      if (colon === -1) throw UNUSUAL;
      const key = readKey(from, colon);
      if (key === '__proto__') throw UNUSUAL;
      let at = colon + 1;
      while (at < end && text.charCodeAt(at) === SPACE) at++;
      map[key] = at >= end ? readBelow(column, true) : readInline(at, column);
      if (isInside(column)) throw UNUSUAL;
    } while (isLevel(column));
    return map;
  };

  const readList = (column: number): unknown[] => {
    const list: unknown[] = [];
    do {
      if (!isDash(start + column)) break;
      let at = start + column + 1;
      while (at < end && text.charCodeAt(at) === SPACE) at++;
      if (at >= end) list.push(readBelow(column, false));
      else if (isDash(at) || colonAfter(at) !== -1) {
        // What stands after the dash is indented as far as it stands in.
        indent = at - start;
        list.push(readBlock());
      } else list.push(readInline(at, column));
      if (isInside(column)) throw UNUSUAL;
    } while (isLevel(column));
    return list;
  };

  /** The list or map that begins on this line. */
  const readBlock = (): unknown => {
    if (++depth > MAX_DEPTH) throw UNUSUAL;
    const value = isDash(start + indent) ? readList(indent) : readMap(indent);
    depth--;
    return value;
  };

  return () => {
    advance();
    if (over) throw UNUSUAL;
    const value = readBlock();
    if (!over) throw UNUSUAL;
    return value;
  };
}
