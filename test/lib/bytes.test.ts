import { expect, test } from 'vitest';
import { formatBytes } from '../../src/lib/bytes.ts';

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1536, '1.5 KiB'],
  [96 * 2 ** 20, '96 MiB'],
  [805_306_368, '768 MiB'],
  [150.6 * 2 ** 30, '151 GiB'],
  [-2048, '-2 KiB'],
])('%d bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});
