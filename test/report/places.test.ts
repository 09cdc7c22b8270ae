import { expect, test } from 'vitest';
import { placesIn } from '../../src/report/places.ts';
import type { Result } from '../../src/result.ts';
import { cascade } from './results.ts';

const quoting = (...files: string[]): Result => ({
  ...cascade(),
  path: [],
  findings: cascade().findings.map((finding, i) => ({
    ...finding,
    evidence: [{ file: files[i % files.length] as string, line: 3, text: 'x' }],
  })),
});

test('what all files have in common is left out where it is long', () => {
  const long = 'must-gather.tar.xz/registry-example-release-sha256-0123456789abcdef';
  const places = placesIn(quoting(`${long}/namespaces/a.log`, `${long}/namespaces/b.log`, `${long}/nodes/c.log`));
  expect(places.common).toBe(`${long}/`);
  expect(places.of({ file: `${long}/nodes/c.log`, line: 3, text: 'x' })).toBe('nodes/c.log:3');
  expect(places.of({ file: 'elsewhere.log', text: 'x' })).toBe('elsewhere.log');
});

test('whole folders only, and not where it is short or nothing', () => {
  expect(
    placesIn(quoting('a-long-folder-of-its-own/pods/web-1.log', 'a-long-folder-of-its-own/pods/web-2.log')).common,
  ).toBe('a-long-folder-of-its-own/pods/');
  expect(placesIn(quoting('logs/a.log', 'logs/b.log')).common).toBeUndefined();
  expect(placesIn(quoting('logs/a.log', 'other/b.log')).common).toBeUndefined();
  expect(placesIn(quoting('one-file-with-a-very-long-name-and-no-folder.log')).common).toBeUndefined();
  expect(placesIn({ ...cascade(), findings: [], path: [] }).common).toBeUndefined();
});
