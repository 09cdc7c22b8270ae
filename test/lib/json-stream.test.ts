import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutJson, type CutOptions, type JsonPart } from '../../src/lib/json-stream.ts';

const OPTIONS: CutOptions = {
  listKeys: ['items'],
  maxBytes: 1000,
  block: { start: '== START', end: '== END' },
};
async function cut(text: string, size = 1 << 20, options: Partial<CutOptions> = {}): Promise<JsonPart[]> {
  const bytes = Buffer.from(text);
  const chunks = (async function* () {
    for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
  })();
  const parts: JsonPart[] = [];
  for await (const part of cutJson(chunks, { ...OPTIONS, ...options })) parts.push(part);
  return parts;
}
const parsed = (parts: JsonPart[]) =>
  parts.map((part) =>
    'json' in part
      ? JSON.parse(part.json)
      : 'bytes' in part
        ? JSON.parse(part.bytes.toString())
        : 'head' in part
          ? { head: JSON.parse(part.head) }
          : part,
  );

describe('cutJson', () => {
  it('cuts a list into items with their lines, and gives the rest as the document', async () => {
    const text = JSON.stringify({ v: 1, items: [{ a: 1 }, { b: [2, { c: '}' }] }], kind: 'List', meta: {} }, null, 4);
    expect(parsed(await cut(text))).toEqual([
      { head: { v: 1, items: [] } },
      { a: 1 },
      { b: [2, { c: '}' }] },
      { v: 1, items: [], kind: 'List', meta: {} },
    ]);
    expect((await cut(text)).filter((p) => p.type === 'item').map((p) => [p.pointer, p.line])).toEqual([
      ['/items/0', 4],
      ['/items/1', 7],
    ]);
  });

  it('a list whose key stands twice is one list', async () => {
    expect(parsed(await cut('{"items":[1,{"a":1}],"items":[{"a":2}]}'))).toEqual([
      { head: { items: [] } },
      { a: 1 },
      { a: 2 },
      { items: [] },
    ]);
    const many = await cut(`{${'"items":[],'.repeat(20_000)}"items":[]}`, 1 << 20, { maxBytes: 1 << 20 });
    expect(many.map((part) => part.type)).toEqual(['list', 'document']);
  });

  it('an item may be read where it stands; what is not whole in a chunk, or declined, is cut', async () => {
    const items = [{ n: 1, s: '}]' }, { n: 2, decline: true }, [3], { n: 4 }, { n: 5, long: 'l'.repeat(1100) }];
    const text = JSON.stringify({ items, kind: 'List' }, null, 2);
    /** Reads flat objects that hold no list, from bytes that have their end. */
    const readItem = (bytes: Buffer, start: number) => {
      const end = bytes.indexOf('\n    }', start) + 6;
      const item = end < 6 ? undefined : bytes.toString('utf8', start, end);
      return item === undefined || item.includes('decline') ? undefined : { value: JSON.parse(item).n as number, end };
    };
    for (const size of [1 << 20, 7]) {
      const parts: JsonPart<number>[] = [];
      const bytes = Buffer.from(text);
      const chunks = (async function* () {
        for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
      })();
      for await (const part of cutJson(chunks, { ...OPTIONS, readItem })) parts.push(part);
      const of = (type: string) => parts.filter((part) => part.type === type);
      expect(
        parts.flatMap((p) => ('pointer' in p ? [[p.pointer, p.line]] : [])),
        `chunks of ${size}`,
      ).toEqual([
        ['/items/0', 3],
        ['/items/1', 7],
        ['/items/2', 11],
        ['/items/3', 14],
        ['/items/4', 17],
      ]);
      expect(of('oversized')).toHaveLength(1);
      expect(of('value').map((p) => ('value' in p ? p.value : undefined))).toEqual(size === 1 << 20 ? [1, 4] : []);
      expect(of('document')).toMatchObject([{ json: '{\n  "items": [],\n  "kind": "List"\n}', list: true }]);
    }
  });

  it('the last item of a list ends before the next list begins', async () => {
    const list = JSON.stringify({ items: [{ a: 1 }, { a: 2 }] }, null, 4);
    const parts = await cut(`${list}\n${list}\n`);
    expect(parts.flatMap((p) => (p.type === 'item' ? [JSON.parse(p.bytes.toString())] : []))).toEqual(
      [1, 2, 1, 2].map((a) => ({ a })),
    );
    expect(parts.filter((p) => p.type === 'document')).toHaveLength(2);
  });

  it('every key that is named may hold the list', async () => {
    const parts = await cut('{"Items": [{"a": 1}]}', undefined, { listKeys: ['items', 'Items'] });
    expect(parts.map((p) => ('pointer' in p ? p.pointer : p.type))).toEqual(['list', '/Items/0', 'document']);
  });

  it('cuts an array document', async () => {
    const parts = await cut('[\n{"a":1},\n{"a":2}\n]\n');
    expect(parts.map((p) => ('pointer' in p ? [p.pointer, p.line] : p.type))).toEqual([
      'list',
      ['/0', 2],
      ['/1', 3],
      'document',
    ]);
  });

  it('cuts only the list of the top object', async () => {
    const value = { spec: { items: [{ a: 1 }] }, more: 'items', items: { not: 'a list' } };
    expect(parsed(await cut(JSON.stringify(value)))).toEqual([value]);
  });

  it('gives documents one after the other, and the text between them', async () => {
    const text = 'Warning: old\n{"a":1}{"a":2}\n\n[INFO] x\n{\n"a":3}\n== START\n{"no":"json"\n\n== END\n{"a":4}';
    expect(parsed(await cut(text))).toEqual([
      { type: 'text', text: 'Warning: old', line: 1 },
      { a: 1 },
      { a: 2 },
      { type: 'text', text: '[INFO] x', line: 4 },
      { a: 3 },
      { type: 'text', text: '== START', line: 7 },
      { type: 'text', text: '{"no":"json"', line: 8 },
      { type: 'text', text: '', line: 9 },
      { type: 'text', text: '== END', line: 10 },
      { a: 4 },
    ]);
  });

  it('keeps the items before a break', async () => {
    const whole = JSON.stringify({ items: [{ a: 'x' }, { a: 'y' }] }, null, 1);
    const parts = await cut(whole.slice(0, whole.indexOf('"y"') + 2));
    expect(parts.filter((p) => p.type === 'item').length).toBe(1);
    expect(parts.at(-1)).toEqual({ type: 'broken', reason: 'the JSON ends in the middle', line: 7 });
  });

  it('finds the next document after a break inside a text', async () => {
    const parts = await cut('{"items":[{"a":1},{"a":"cut\n  garbage }\n{"b":2}\n');
    expect(parts.map((p) => p.type)).toEqual(['list', 'item', 'broken', 'document']);
    expect(parts[2]).toMatchObject({ line: 1 });
    expect(parts[3]).toMatchObject({ json: '{"b":2}', line: 3 });
  });

  it('skips items that are too long and bounds nesting', async () => {
    const parts = await cut(JSON.stringify({ items: [{ a: 'x'.repeat(5000) }, { b: 1 }] }), 100);
    expect(parts.map((p) => p.type)).toEqual(['list', 'oversized', 'item', 'document']);
    const deep = await cut('{"a":'.repeat(100_000) + '\n  {"b":2}\n{"b":3}');
    expect(deep).toEqual([
      { type: 'broken', reason: 'more than 512 levels deep', line: 1 },
      { type: 'document', json: '{"b":3}', list: false, line: 3 },
    ]);
  });

  it('cuts a line of text that never ends', async () => {
    const parts = await cut('x'.repeat(300_000) + '\n{"a":1}', 10_000);
    expect(parts.length).toBe(2);
    expect(parts[0]).toMatchObject({ type: 'text' });
    expect(parts[1]).toMatchObject({ json: '{"a":1}', line: 2 });
  });

  it('reads a text longer than is read again', async () => {
    const long = '\\ä"\n'.repeat(50_000);
    const parts = await cut(JSON.stringify({ items: [{ long }, { more: long }] }), 7_777, { maxBytes: 1e7 });
    expect(parsed(parts).slice(1, 3)).toEqual([{ long }, { more: long }]);
  });

  it('gives the same parts wherever the chunks are cut', async () => {
    const json = fc.object({
      key: fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('items', 'noise', 'a"{[', '\\', 'ключ')),
      values: [fc.string({ unit: 'grapheme' }), fc.integer(), fc.boolean(), fc.constant(null), fc.constant(']},"\\')],
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(json, { maxLength: 5 }),
        fc.constantFrom(0, 1, 4),
        fc.integer({ min: 1, max: 40 }),
        async (items, indent, size) => {
          const text =
            'text\n' + JSON.stringify({ kind: 'List', items, after: 1 }, null, indent) + '\n== START\n{\n== END\n';
          const parts = await cut(text, size, { maxBytes: 1e6 });
          expect(parts).toEqual(await cut(text, 1 << 20, { maxBytes: 1e6 }));
          expect(parts.filter((p) => p.type === 'item').map((p) => JSON.parse(p.bytes.toString()))).toEqual(
            JSON.parse(JSON.stringify(items)),
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  it('never throws', async () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      '\\',
      ':',
      ',',
      '\n',
      ' ',
      'a',
      '"items"',
      '"noise"',
      '== START',
      '== END',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(pieces, { maxLength: 60 }), fc.integer({ min: 1, max: 9 }), async (words, size) => {
        const text = words.join('');
        expect((await cut(text, size)).length).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 500 },
    );
  });
});

it('steps over indented items as it would read them byte by byte', async () => {
  const items = Array.from({ length: 40 }, (_, i) => ({
    name: `p${i}`,
    text: 'a "quoted"\n        },\n        { brace',
    list: [{ x: {} }, []],
    managedFields: i === 7 ? [{ a: 1 }] : undefined,
  }));
  const options = { listKeys: ['items'], maxBytes: 1 << 20 };
  const cut = async (text: string) => {
    const out: unknown[] = [];
    for await (const part of cutJson(
      (async function* () {
        for (let i = 0; i < text.length; i += 700) yield Buffer.from(text.slice(i, i + 700));
      })(),
      options,
    ))
      if (part.type === 'item') out.push(JSON.parse(part.bytes.toString()));
    return out;
  };
  const whole = { kind: 'List', items };
  const expected = await cut(JSON.stringify(whole));
  for (const indent of [0, 1, 2, 4, '\t']) expect(await cut(JSON.stringify(whole, null, indent))).toEqual(expected);
  expect(expected).toHaveLength(40);
});

it('counts the lines of items that are read in place up to a limit, and says when it no longer does', async () => {
  const text = JSON.stringify(
    { items: Array.from({ length: 120_000 }, (_, i) => ({ name: `pod-${i}`, labels: { app: 'web' } })) },
    null,
    4,
  );
  const lines: number[] = [];
  for await (const part of cutJson(
    (async function* () {
      for (let i = 0; i < text.length; i += 1 << 20) yield Buffer.from(text.slice(i, i + (1 << 20)));
    })(),
    {
      listKeys: ['items'],
      maxBytes: 1 << 20,
      readItem: (bytes, start) => {
        const end = bytes.indexOf('\n        }', start) + 10;
        return end < 10 ? undefined : { value: true, end };
      },
    },
  ))
    if (part.type === 'item' || part.type === 'value') lines.push(part.line);
  expect(lines[1]).toBe(9);
  expect(text.split('\n')[(lines[5000] ?? 0) - 1]).toBe('        {');
  expect(lines.at(-1)).toBe(0);
});
