import { expect, test } from 'vitest';
import { tee } from '../../src/lib/tee.ts';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
async function* chunks(): AsyncGenerator<Uint8Array> {
  yield bytes(1, 2);
  yield bytes(3);
  yield bytes(4);
}

test('all is seen once, also what a reader that stops early leaves', async () => {
  const seen: number[] = [];
  const copy = tee(chunks(), (part) => seen.push(...part));
  const read: number[] = [];
  for await (const part of copy.chunks) {
    read.push(...part);
    if (read.length === 3) break;
  }
  expect([read, seen]).toEqual([
    [1, 2, 3],
    [1, 2, 3],
  ]);
  await copy.rest();
  await copy.rest();
  expect(seen).toEqual([1, 2, 3, 4]);
});
