import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linesOf, peek, toUtf8 } from '../../src/lib/text-stream.ts';

async function* of(...chunks: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}
async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
}
async function all(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const out: Uint8Array[] = [];
  for await (const chunk of chunks) out.push(chunk);
  return Buffer.concat(out);
}
async function lines(chunks: AsyncIterable<Uint8Array>, maxLineBytes = 1000): Promise<string[]> {
  const out: string[] = [];
  for await (const line of linesOf(chunks, { maxLineBytes })) out.push(line);
  return out;
}

describe('peek', () => {
  it('shows the beginning and loses nothing', async () => {
    for (const size of [1, 2, 3, 7, 100]) {
      const { head, chunks } = await peek(inPieces(Buffer.from('abcdefghij'), size), 4);
      expect(head.toString()).toBe('abcd');
      expect((await all(chunks)).toString()).toBe('abcdefghij');
    }
  });

  it('gives what there is when the stream is shorter', async () => {
    const { head, chunks } = await peek(of(), 4);
    expect(head.length).toBe(0);
    expect((await all(chunks)).length).toBe(0);
  });
});

describe('toUtf8', () => {
  const text = 'NAME   READY   ST\u00c4TUS\r\nweb-1   1/1   \u{1F600}\n';
  const le = Buffer.from(text, 'utf16le');
  const be = Buffer.from(le).swap16();

  it.each([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with BOM', Buffer.from('\ufeff' + text)],
    ['UTF-16LE with BOM', Buffer.concat([Buffer.from([0xff, 0xfe]), le])],
    ['UTF-16BE with BOM', Buffer.concat([Buffer.from([0xfe, 0xff]), be])],
  ])('reads %s, cut anywhere', async (_, bytes) => {
    for (const size of [1, 2, 3, 5, 64, 1000]) {
      expect((await all(toUtf8(inPieces(bytes, size)))).toString()).toBe(text);
    }
  });

  it('recognises UTF-16 without a mark by its zero bytes', async () => {
    const ascii = Buffer.from('Name: web-1\nNamespace: shop\n'.repeat(5), 'utf16le');
    const expected = 'Name: web-1\nNamespace: shop\n'.repeat(5);
    expect((await all(toUtf8(of(ascii)))).toString()).toBe(expected);
    expect((await all(toUtf8(of(Buffer.from(ascii).swap16())))).toString()).toBe(expected);
  });

  it('leaves bytes that are not text as they are', async () => {
    const bytes = Buffer.from([0, 0, 1, 2, 0xff, 0, 0, 0, 9, 9]);
    expect(await all(toUtf8(of(bytes)))).toEqual(bytes);
  });
});

describe('linesOf', () => {
  it('splits at LF and CRLF, keeps empty lines, needs no end of the last line', async () => {
    expect(await lines(of(Buffer.from('a\r\n\nb\r\nc')))).toEqual(['a', '', 'b', 'c']);
    expect(await lines(of(Buffer.from('a\n')))).toEqual(['a']);
    expect(await lines(of())).toEqual([]);
  });

  it('gives the same lines wherever the chunks are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'grapheme' }).map((s) => s.replace(/[\r\n]/g, ' '))),
        fc.integer({ min: 1, max: 9 }),
        async (texts, size) => {
          const bytes = Buffer.from(texts.map((text) => text + '\n').join(''));
          expect(await lines(inPieces(bytes, size))).toEqual(texts);
        },
      ),
    );
  });

  it('cuts a line of 100 MB and says how much', async () => {
    const piece = Buffer.alloc(1 << 20, 'x');
    async function* long(): AsyncGenerator<Uint8Array> {
      for (let i = 0; i < 100; i++) yield piece;
      yield Buffer.from('\nnext\n');
    }
    const before = process.memoryUsage().arrayBuffers;
    const [first, second] = await lines(long(), 10);
    expect(first).toBe('xxxxxxxxxx… [104857590 bytes cut]');
    expect(second).toBe('next');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20e6);
  });
});
