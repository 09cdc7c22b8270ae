import { expect, test } from 'vitest';
import { byteCursor } from '../../src/lib/byte-cursor.ts';

async function* stream(...parts: string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield Buffer.from(part);
}

test('peeks across chunks, skips what was peeked, and says when the stream is over', async () => {
  const cursor = byteCursor(stream('ab', 'cd', 'e'));
  expect((await cursor.peek(3)).toString()).toBe('abc');
  cursor.skip(2);
  expect((await cursor.next(1))?.toString()).toBe('c');
  expect((await cursor.peek(9)).toString()).toBe('de');
  expect((await cursor.next(9))?.toString()).toBe('de');
  expect(await cursor.next(1)).toBeUndefined();
  expect((await cursor.peek(1)).length).toBe(0);
});

test('closes its source', async () => {
  let closed = false;
  const source = (async function* () {
    try {
      yield Buffer.from('a');
      yield Buffer.from('b');
    } finally {
      closed = true;
    }
  })();
  const cursor = byteCursor(source);
  await cursor.peek(1);
  await cursor.close();
  expect(closed).toBe(true);
});
