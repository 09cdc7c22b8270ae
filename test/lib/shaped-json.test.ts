import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readShaped as readAt, topTexts } from '../../src/lib/shaped-json.ts';
import {
  bool,
  intOrString,
  list,
  map,
  num,
  obj,
  present,
  quantity,
  shortText,
  str,
  tag,
  time,
  type Shape,
} from '../../src/lib/shape.ts';

const bytes = (value: unknown, indent?: number): Buffer => Buffer.from(JSON.stringify(value, null, indent));
/** The value of a text that is one object and nothing else. */
function readShaped<T>(text: Buffer, of: Shape<T>, refuse?: string): T | undefined {
  const start = text.findIndex((byte) => byte > 0x20);
  const read = readAt(text, start, of, refuse);
  return read !== undefined && text.subarray(read.end).every((byte) => byte <= 0x20) ? read.value : undefined;
}
/** What comes out, also of objects that inherit nothing. */
const plainly = (value: unknown): unknown => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)));

const inner = obj({ name: tag, on: bool, port: intOrString, labels: map(tag) });
const shape = obj({
  name: tag,
  text: str,
  short: shortText(5),
  size: quantity,
  at: time,
  count: num,
  on: bool,
  port: intOrString,
  empty: present,
  list: list(tag),
  inner,
  inners: list(inner),
  labels: map(shortText(4), 'omitted'),
  flags: map(present),
  nested: list(list(num)),
  // A shape without a plan gets the parsed value.
  own: ((value) => (Array.isArray(value) ? value.length : undefined)) as Shape<number>,
});

describe('readShaped', () => {
  it('gives what the shape gives for the parsed text', () => {
    const value = {
      drop: { a: [1, { b: '}"]' }] },
      name: 'web',
      text: 'täxt "quoted" \\ \u2028',
      short: 'longer than five',
      size: 5,
      count: -0.5e3,
      on: true,
      port: 'http',
      empty: {},
      list: ['a', 1, null, 'b'],
      inner: { on: false, name: 'x', port: 80 },
      inners: [{ name: 'y' }, 5, {}],
      labels: { a: 'long label', omitted: 'x', 8080: 'n', b: null },
      flags: { f: null, g: '', h: [1] },
      nested: [[1, 2], [], [3]],
      own: [1, 2, 3],
    };
    for (const indent of [0, 1, 4]) {
      const read = readShaped(bytes(value, indent), shape);
      expect(plainly(read)).toEqual(plainly(shape(value)));
      // In declared order, whatever the text's.
      expect(Object.keys(read ?? {})).toEqual(Object.keys(shape(value) ?? {}));
    }
  });

  it('gives the same for any JSON and any indentation', () => {
    const keys = ['name', 'inner', 'inners', 'labels', 'list', 'other', 'flags', 'count', 'nested', 'own', 'size', ''];
    const key = fc.oneof(
      fc.constantFrom(...keys),
      fc.constantFrom('on', 'port', 'short', 'at', '__proto__', 'ключ', 'a"'),
    );
    const word = fc.oneof(
      fc.constantFrom<unknown>(
        true,
        false,
        null,
        0,
        -0,
        80,
        1.5,
        123456789012,
        1e21,
        '',
        'web',
        'a\\b',
        'ä',
        '"',
        '\n',
      ),
      fc.string({ unit: 'grapheme' }),
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 5 },
        word,
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(key, tie('value')),
      ),
    }));
    fc.assert(
      fc.property(fc.dictionary(key, value), fc.constantFrom(0, 1, 4), (object, indent) => {
        const text = bytes(object, indent);
        const read = readShaped(text, shape);
        // An odd key may be left to JSON.parse; nothing else may.
        if (read === undefined) expect(text.toString()).toMatch(/"(?:a\\"|ключ)"/);
        else expect(plainly(read)).toEqual(plainly(shape(JSON.parse(text.toString()))));
      }),
      { numRuns: 1000 },
    );
  });

  it('of a key that stands twice keeps the last one, as JSON.parse does', () => {
    const text = '{"name":"a","name":"b","count":1,"count":null,"labels":{"k":"1","k":"2"}}';
    expect(plainly(readShaped(Buffer.from(text), shape))).toEqual(plainly(shape(JSON.parse(text))));
    expect(readShaped(Buffer.from('{"labels":{"k":"1","k":null}}'), shape)).toBeUndefined();
  });

  it('gives parts that repeat byte for byte once, and never the object itself', () => {
    const read = (name: string) => readShaped(bytes({ name, inner: { name: 'i', labels: { a: 'b' } } }, 2), shape);
    // Where nothing repeated for a while only every 64th is compared.
    for (let i = 0; i < 130; i++) read('a');
    const [a, b] = [read('a'), read('b')];
    expect(a).toEqual({ name: 'a', inner: { name: 'i', labels: { a: 'b' } } });
    expect(b).toEqual({ ...a, name: 'b' });
    expect(a?.inner).toBe(b?.inner);
    expect(a).not.toBe(read('a'));
    for (const other of ['{"name":"j","labels":{"a":"b"}}', '{"name":"i","labels":{"a":"b"},"on":true}'])
      expect(plainly(readShaped(Buffer.from(`{"inner":${other}}`), shape))).toEqual({ inner: JSON.parse(other) });
  });

  it('gives up on what is no JSON object, and reads the next one all the same', () => {
    for (const text of [
      '',
      '[]',
      '5',
      '{',
      '{"name"',
      '{"name":',
      '{"name":"a"',
      '{"name":"a",}',
      '{"name":"a"}}',
      '{"name":"a" "text":"b"}',
      '{"name":tru}',
      '{"count":01}',
      '{"count":1.}',
      '{"name":"a\nb"}',
      '{"name":"\\x"}',
      '{"list":["a" "b"]}',
      '{"inner":{"name":"a"]}',
      '{"nam\\u0065":"a"}',
      '{"drop":[1,{}',
      '{"drop":"open',
    ])
      expect(readShaped(Buffer.from(text), shape), text).toBeUndefined();
    expect(plainly(readShaped(Buffer.from('{"name":"a"}'), shape))).toEqual({ name: 'a' });
  });

  it('reads an object amid others, and says where it ends', () => {
    const text = Buffer.from('[{"name":"a"}, {"name":"b", "drop": {}} , 1]');
    expect(readAt(text, 15, shape)).toEqual({ value: { name: 'b' }, end: 39 });
    expect(readAt(text, 1, shape)?.end).toBe(13);
    expect(readAt(text, 0, shape)).toBeUndefined();
    // Not whole: the rest is still to come.
    expect(readAt(text.subarray(0, 38), 15, shape)).toBeUndefined();
  });

  it('gives up where a refused text stands in a kept field', () => {
    expect(readShaped(bytes({ inners: [{ name: 'null' }] }), shape, 'null')).toBeUndefined();
    expect(readShaped(bytes({ flags: { a: 'null' } }), shape, 'null')).toBeUndefined();
    expect(readShaped(bytes({ own: ['null'] }), shape, 'null')).toBeUndefined();
    expect(readShaped(bytes({ other: 'null', name: 'nul' }), shape, 'null')).toEqual({ name: 'nul' });
    // Also when it was read before, and not refused then.
    for (let i = 0; i < 130; i++) expect(readShaped(bytes({ inners: [{ name: 'x' }] }), shape)).toBeDefined();
    expect(readShaped(bytes({ inners: [{ name: 'x' }] }), shape, 'x')).toBeUndefined();
  });

  it('never throws', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"name"',
      '"inner"',
      '"',
      ':',
      ',',
      '\\',
      '1',
      'true',
      ' ',
      '\n',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 30 }), (parts) => {
        const text = `{${parts.join('')}`;
        const read = readShaped(Buffer.from(text), shape);
        let value: unknown;
        try {
          value = JSON.parse(text);
        } catch {
          // What stands inside of dropped values is not judged.
          return;
        }
        expect(plainly(read)).toEqual(plainly(shape(value)));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('topTexts', () => {
  it('finds texts at the top only, and stops when it has them', () => {
    const value = { meta: { kind: 'x' }, kind: 'Pod', v: 1 };
    expect(topTexts(bytes(value, 2), 0, ['kind', 'v'])).toEqual(['Pod', undefined]);
    expect(topTexts(Buffer.from('{"kind":"Pod", garbage'), 0, ['kind'])).toEqual(['Pod']);
    expect(topTexts(Buffer.from('{}'), 0, ['kind'])).toEqual([undefined]);
    expect(topTexts(Buffer.from('[]'), 0, ['kind'])).toBeUndefined();
    expect(topTexts(Buffer.from('{"a" 1}'), 0, ['kind'])).toBeUndefined();
  });
});
