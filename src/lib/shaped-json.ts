/**
 * Reads a JSON text from its bytes right into a shape: what the shape drops is stepped over and never built, strings
 * that repeat are found by their bytes, and equal parts of objects that follow each other become one. Faster than
 * JSON.parse and the shape after it, and next to no garbage.
 *
 * It reads the JSON that programs write and gives up (undefined) on anything else, such as an escape in a key or a
 * syntax error: then the caller asks JSON.parse, which also has the words for what is wrong.
 */
import { bareObject } from './bare-object.ts';
import { internAscii, mix } from './intern.ts';
import { objectMaker } from './object-maker.ts';
import type { Shape } from './shape.ts';

const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/** Bytes that end a plain run inside a string: the quote, the backslash, control bytes, and all beyond ASCII. */
const SPECIAL = new Uint8Array(256);
for (let byte = 0; byte < 256; byte++) if (byte < 0x20 || byte >= 0x7f || byte === QUOTE) SPECIAL[byte] = 1;
SPECIAL[BACKSLASH] = 1;

/** Bytes that matter in a value that is stepped over: the quote and the brackets. */
const STRUCTURE = new Uint8Array(256);
for (const byte of [QUOTE, OPEN, CLOSE, OPEN_LIST, CLOSE_LIST]) STRUCTURE[byte] = 1;

/** How many of the values last read at one place of a shape the next one is compared with, and how long they may be. */
const COPIES = 4;
const LONGEST_COPY = 16 * 1024;
/** How many values at one place are read without a comparison, at most, where none repeats. */
const LONGEST_PAUSE = 64;
/** Keys that the shape drops and that are remembered all the same, so that they are expected. */
const LEARNED = 64;
/** No limit, as a small integer. */
const ANY_LENGTH = 1e9;

const TEXT = 0;
const SCALAR = 1;
const ANY = 2;
const LIST = 3;
const MAP = 4;
const OBJECT = 5;
const TYPES = { text: TEXT, scalar: SCALAR, list: LIST, map: MAP, object: OBJECT } as const;

/** A shape made ready for reading. All nodes have all fields: V8 is fastest with objects of one class. */
interface Node {
  readonly type: number;
  readonly shape: Shape<unknown>;
  /** Of a text: the longest that needs not go through the shape, and the longest that is looked up. */
  readonly limit: number;
  readonly intern: number;
  /** Of a list or map: what its values are, and the key that is left out. */
  readonly value: Node | undefined;
  readonly omit: string | undefined;
  /** Of an object: its fields, then keys that were learned; and the one that followed each the last time, from 1 on. */
  readonly keys: string[];
  readonly keyBytes: Uint8Array[];
  readonly fields: readonly Node[];
  readonly Made: new () => Record<string, unknown>;
  readonly after: number[];
  /** The values of the object that is being read, empty between two (no shape holds itself). */
  readonly values: unknown[];
  /** What was read here last: the same bytes are stepped over and give the same value. */
  readonly copies: Copy[];
  oldest: number;
  /** How many values are read before the next one is compared, and how many after another one that was new. */
  pause: number;
  nextPause: number;
}

/** The bytes of a value, the first ones of a buffer, and what they gave. */
interface Copy {
  readonly buffer: Buffer;
  readonly length: number;
  readonly value: unknown;
}

const nodes = new WeakMap<Shape<unknown>, Node>();
const allNodes: Node[] = [];

function nodeOf(shape: Shape<unknown>): Node {
  let node = nodes.get(shape);
  if (node === undefined) nodes.set(shape, (node = compile(shape)));
  return node;
}

function compile(shape: Shape<unknown>): Node {
  const { plan } = shape;
  const fields = plan?.type === 'object' ? plan.fields : [];
  const keys = fields.map(([key]) => key);
  const node: Node = {
    type: plan === undefined ? ANY : TYPES[plan.type],
    shape,
    limit: plan?.type === 'text' && plan.limit !== undefined ? plan.limit : ANY_LENGTH,
    intern: plan?.type === 'text' && plan.repeats ? ANY_LENGTH : 32,
    value: plan?.type === 'list' ? nodeOf(plan.item) : plan?.type === 'map' ? nodeOf(plan.value) : undefined,
    omit: plan?.type === 'map' ? plan.omit : undefined,
    keys,
    keyBytes: keys.map((key) => Uint8Array.from(Buffer.from(key))),
    fields: fields.map(([, field]) => nodeOf(field)),
    Made: objectMaker(),
    after: Array.from({ length: keys.length + LEARNED + 1 }, () => 0),
    values: keys.map(() => undefined),
    copies: [],
    oldest: 0,
    pause: 0,
    nextPause: 1,
  };
  allNodes.push(node);
  return node;
}

/** Thrown where the text is not what is read here; never leaves this file. */
const UNUSUAL = new Error('unusual JSON');

// The text that is being read, and where. (Nothing here waits: two readings never overlap.)
const NOTHING: Buffer = Buffer.alloc(0);
let bytes: Buffer = NOTHING;
let pos = 0;
/** Whether the string that was just stepped over is plain ASCII without escapes. */
let plain = true;
/** Values of lists and maps that are still open, up to `top`. */
const stack: unknown[] = [];
let top = 0;
/** See readShaped. */
let refused: string | undefined;

/**
 * The value that `shape` gives for the JSON object that opens at `start`, and where the byte after it stands. The value
 * is the caller's own, its parts may be shared with others and must not be changed. Undefined when the text is unusual
 * or not whole, when no object opens there, or when it has the text `refuse` in a kept field.
 */
export function readShaped<T>(
  text: Buffer,
  start: number,
  shape: Shape<T>,
  refuse?: string,
): { readonly value: T; readonly end: number } | undefined {
  const node = nodeOf(shape);
  if (node.type !== OBJECT || text[start] !== OPEN) return undefined;
  bytes = text;
  pos = start;
  top = 0;
  if (refuse !== refused) forget();
  refused = refuse;
  try {
    readFields(node);
    return { value: build(node) as T, end: pos };
  } catch (error) {
    if (error !== UNUSUAL) throw error;
    for (const { values } of allNodes) values.fill(undefined);
    return undefined;
  } finally {
    bytes = NOTHING;
  }
}

/** What was read may hold what is refused now. */
function forget(): void {
  for (const node of allNodes) {
    node.copies.length = 0;
    node.oldest = 0;
  }
}

/**
 * The texts at the top of the JSON object that opens at `start` under these keys; an absent key gives undefined.
 * Undefined when the text is unusual or no object. The search ends when all are found.
 */
export function topTexts(text: Buffer, start: number, keys: readonly string[]): (string | undefined)[] | undefined {
  if (text[start] !== OPEN) return undefined;
  bytes = text;
  pos = start;
  const found = keys.map((): string | undefined => undefined);
  let missing = keys.length;
  try {
    if (isEmpty(CLOSE)) return found;
    do {
      if (nextByte() !== QUOTE) return undefined;
      const at = keys.indexOf(readString(ANY_LENGTH));
      if (nextByte() !== COLON) return undefined;
      pos++;
      if (at === -1 || nextByte() !== QUOTE) skipValue();
      else {
        found[at] = readString(ANY_LENGTH);
        if (--missing === 0) break;
      }
    } while (more(CLOSE));
    return found;
  } catch (error) {
    if (error !== UNUSUAL) throw error;
    return undefined;
  } finally {
    bytes = NOTHING;
  }
}

/** Steps over space (control bytes, too); the byte that is next, -1 at the end. */
function nextByte(): number {
  const from = bytes;
  const end = from.length;
  let i = pos;
  while (i < end && (from[i] as number) <= SPACE) i++;
  pos = i;
  return i < end ? (from[i] as number) : -1;
}

/** Steps over a string from its opening quote; gives where its closing one stands. */
function endOfString(): number {
  const from = bytes;
  const end = from.length;
  let i = pos + 1;
  plain = true;
  for (;;) {
    while (i < end && SPECIAL[from[i] as number] === 0) i++;
    if (i >= end) throw UNUSUAL;
    const byte = from[i] as number;
    if (byte === QUOTE) break;
    if (byte < SPACE) throw UNUSUAL;
    plain = false;
    i += byte === BACKSLASH ? 2 : 1;
  }
  pos = i + 1;
  return i;
}

/** The string that begins here; one of up to `internUpTo` bytes is looked up, hashed while its end is searched. */
function readString(internUpTo: number): string {
  const from = bytes;
  const end = from.length;
  const start = pos + 1;
  let i = start;
  let hash = 0;
  while (i < end && SPECIAL[from[i] as number] === 0) {
    hash = mix(hash, from[i] as number);
    i++;
  }
  if (i < end && from[i] === QUOTE) {
    pos = i + 1;
    return i - start <= internUpTo ? internAscii(from, start, i, hash) : from.toString('latin1', start, i);
  }
  const last = endOfString();
  return parsed(start - 1, last + 1) as string;
}

/** Steps over a string whose words do not matter, unless it is the refused one. */
function stepOverText(): void {
  const start = pos + 1;
  const end = endOfString();
  if (end - start === refused?.length && bytes.toString('latin1', start, end) === refused) throw UNUSUAL;
}

/** What JSON.parse makes of some bytes. */
function parsed(from: number, to: number): unknown {
  try {
    return JSON.parse(bytes.toString('utf8', from, to));
  } catch {
    throw UNUSUAL;
  }
}

/** Steps over a value of any type. Inside lists and objects only strings and brackets are looked at. */
function skipValue(): void {
  const byte = nextByte();
  if (byte === QUOTE) {
    endOfString();
    return;
  }
  if (byte !== OPEN && byte !== OPEN_LIST) {
    readWord();
    return;
  }
  const from = bytes;
  const end = from.length;
  let depth = 0;
  let i = pos;
  for (;;) {
    while (i < end && STRUCTURE[from[i] as number] === 0) i++;
    if (i >= end) throw UNUSUAL;
    const next = from[i] as number;
    if (next === QUOTE) {
      pos = i;
      i = endOfString() + 1;
      continue;
    }
    i++;
    if (next === OPEN || next === OPEN_LIST) depth++;
    else if (--depth === 0) break;
  }
  pos = i;
}

const endsWord = (byte: number): boolean => byte === COMMA || byte === CLOSE || byte === CLOSE_LIST || byte <= SPACE;

/** A number, true, false or null. */
function readWord(): unknown {
  const from = bytes;
  const end = from.length;
  const start = pos;
  let i = start;
  let value = 0;
  // Whole numbers of up to nine digits without a leading zero; whatever else is JSON.parse's.
  while (i < end && i - start < 9 && (from[i] as number) >= 0x30 && (from[i] as number) <= 0x39) {
    value = value * 10 + (from[i] as number) - 0x30;
    i++;
  }
  if (i > start && i < end && endsWord(from[i] as number) && (from[start] !== 0x30 || i === start + 1)) {
    pos = i;
    return value;
  }
  while (i < end && !endsWord(from[i] as number)) i++;
  pos = i;
  const n = i - start;
  if (
    n === 4 &&
    from[start] === 0x74 &&
    from[start + 1] === 0x72 &&
    from[start + 2] === 0x75 &&
    from[start + 3] === 0x65
  )
    return true;
  return parsed(start, i);
}

const NO_FIELDS = Object.freeze({});

function read(node: Node): unknown {
  const byte = nextByte();
  const { type } = node;
  if (type === TEXT) return byte === QUOTE ? readText(node) : readOther(byte, node.shape);
  if (type === OBJECT || type === LIST || type === MAP) {
    if (byte === (type === LIST ? OPEN_LIST : OPEN)) return readNested(node);
  } else if (type === SCALAR) {
    if (byte !== QUOTE) return readOther(byte, node.shape);
    stepOverText();
    return node.shape('');
  } else {
    const start = pos;
    skipValue();
    if (refused !== undefined && bytes.subarray(start, pos).includes(`"${refused}"`)) throw UNUSUAL;
    const value = parsed(start, pos);
    return value === null ? undefined : node.shape(value);
  }
  skipValue();
  return undefined;
}

/**
 * A list or object. Objects that are made from one template repeat whole lists and objects, byte for byte: a value of
 * the same bytes as one that was read here not long ago is that one. Where nothing repeats, ever fewer are compared.
 */
function readNested(node: Node): unknown {
  const start = pos;
  const compared = --node.pause < 0;
  if (compared) {
    for (const { buffer, length, value } of node.copies) {
      const end = start + length;
      if (end > bytes.length || bytes[end - 1] !== buffer[length - 1]) continue;
      if (buffer.compare(bytes, start, end, 0, length) !== 0) continue;
      node.pause = 0;
      node.nextPause = 1;
      pos = end;
      return value;
    }
  }
  let value: unknown;
  if (node.type === LIST) value = readList(node);
  else if (node.type === MAP) value = readMap(node);
  else {
    readFields(node);
    value = build(node);
  }
  if (compared) {
    node.pause = node.nextPause;
    if (node.nextPause < LONGEST_PAUSE) node.nextPause *= 2;
    keepCopy(node, start, value);
  }
  return value;
}

/** Keeps the bytes from `start` to here in place of the oldest ones. */
function keepCopy(node: Node, start: number, value: unknown): void {
  const length = pos - start;
  if (length > LONGEST_COPY) return;
  const before = node.copies[node.oldest];
  const buffer = before !== undefined && before.buffer.length >= length ? before.buffer : Buffer.allocUnsafe(length);
  bytes.copy(buffer, 0, start, pos);
  node.copies[node.oldest] = { buffer, length, value };
  node.oldest = (node.oldest + 1) % COPIES;
}

function readText(node: Node): unknown {
  const start = pos;
  const text = readString(node.intern);
  if (text === refused) throw UNUSUAL;
  return pos - start - 2 > node.limit ? node.shape(text) : text;
}

/** A value that is no text, for a shape that wants one word. */
function readOther(byte: number, shape: Shape<unknown>): unknown {
  if (byte !== OPEN && byte !== OPEN_LIST) {
    const word = readWord();
    return word === null ? undefined : shape(word);
  }
  skipValue();
  return shape(NO_FIELDS);
}

/** True when another value follows in the list or object whose end is `close`. */
function more(close: number): boolean {
  const byte = nextByte();
  pos++;
  if (byte === COMMA) return true;
  if (byte === close) return false;
  throw UNUSUAL;
}

/** True when the list or object that opens here has nothing in it. */
function isEmpty(close: number): boolean {
  pos++;
  if (nextByte() !== close) return false;
  pos++;
  return true;
}

function readList(node: Node): unknown {
  const base = top;
  if (!isEmpty(CLOSE_LIST))
    do {
      const value = read(node.value as Node);
      if (value !== undefined) stack[top++] = value;
    } while (more(CLOSE_LIST));
  const out = stack.slice(base, top);
  top = base;
  return out;
}

function readMap(node: Node): unknown {
  const base = top;
  if (!isEmpty(CLOSE))
    do {
      if (nextByte() !== QUOTE) throw UNUSUAL;
      const key = readString(ANY_LENGTH);
      if (nextByte() !== COLON) throw UNUSUAL;
      pos++;
      if (key === node.omit) skipValue();
      else {
        const value = read(node.value as Node);
        stack[top++] = key;
        stack[top++] = value;
      }
    } while (more(CLOSE));
  const count = top - base;
  top = base;
  const object = bareObject();
  for (let i = base; i < base + count; i += 2) {
    const key = stack[i] as string;
    if (stack[i + 1] !== undefined) object[key] = stack[i + 1];
    // Of a key that stands twice the last one counts, and it was none.
    else if (key in object) throw UNUSUAL;
  }
  return object;
}

/** Reads an object into the node's values; of a key that stands twice the last one counts. */
function readFields(node: Node): void {
  if (isEmpty(CLOSE)) return;
  const from = bytes;
  const end = from.length;
  const { keyBytes, fields, after, values } = node;
  const known = fields.length;
  let at = 0;
  for (;;) {
    let i = pos;
    while (i < end && (from[i] as number) <= SPACE) i++;
    if (i >= end || from[i] !== QUOTE) throw UNUSUAL;
    const start = i + 1;
    // Programs write the keys of all objects in one order.
    const guess = after[at] as number;
    let found = 0;
    if (guess > 0) {
      const key = keyBytes[guess - 1] as Uint8Array;
      const n = key.length;
      if (start + n < end && from[start + n] === QUOTE) {
        let k = 0;
        while (k < n && key[k] === from[start + k]) k++;
        if (k === n) {
          found = guess;
          i = start + n + 1;
        }
      }
    }
    if (found === 0) {
      pos = i;
      found = lookUp(node, start, endOfString());
      after[at] = found;
      i = pos;
    }
    at = found;
    while (i < end && (from[i] as number) <= SPACE) i++;
    if (i >= end || from[i] !== COLON) throw UNUSUAL;
    pos = i + 1;
    if (found === 0 || found > known) skipValue();
    else values[found - 1] = read(fields[found - 1] as Node);
    i = pos;
    while (i < end && (from[i] as number) <= SPACE) i++;
    pos = i + 1;
    if (i < end && from[i] === COMMA) continue;
    if (i < end && from[i] === CLOSE) return;
    throw UNUSUAL;
  }
}

/** Which of the node's keys is in [start, end), from 1 on; 0: none, and no more can be learned. */
function lookUp(node: Node, start: number, end: number): number {
  if (!plain) throw UNUSUAL;
  const key = bytes.toString('latin1', start, end);
  const found = node.keys.indexOf(key);
  if (found !== -1 || node.keys.length >= node.fields.length + LEARNED) return found + 1;
  node.keyBytes.push(Uint8Array.from(bytes.subarray(start, end)));
  return node.keys.push(key);
}

/** A new object of the node's values, in declared order, which are empty after it. */
function build({ keys, values, Made }: Node): Record<string, unknown> {
  const object = new Made();
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value === undefined) continue;
    object[keys[i] as string] = value;
    values[i] = undefined;
  }
  return object;
}
