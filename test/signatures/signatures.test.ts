import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createScanner } from '../../src/parsers/logs/scan.ts';
import { compileSignatures, parseSignatureExamples } from '../../src/signatures/signature.ts';

const folder = new URL('../../src/signatures/', import.meta.url);
const entries = readdirSync(folder)
  .filter((file) => file.endsWith('.yaml'))
  .sort()
  .flatMap((file) =>
    parseSignatureExamples(readFileSync(new URL(file, folder), 'utf8'), file).map((entry) => ({ file, ...entry })),
  );

/** True when the scanner, given just this signature, hits the line. */
async function hits(entry: (typeof entries)[number], line: string): Promise<boolean> {
  const scan = createScanner(compileSignatures([entry.signature]));
  const chunks = (async function* () {
    yield Buffer.from(`${line}\n`);
  })();
  // A text of unknown origin: every source applies except those that need a class.
  const logClass = entry.signature.sources.includes('container') ? 'container' : 'text';
  const program = entry.signature.sources.find((source) => !['any', 'container', 'host', 'text'].includes(source));
  const origin = { file: 'a.txt', firstLine: 1, ...(program === undefined ? {} : { program }) };
  return (await scan(chunks, origin, logClass)).hits.length === 1;
}

it('every id is used once', () => {
  expect(() => compileSignatures(entries.map((entry) => entry.signature))).not.toThrow();
});

describe.each(entries)('$file $signature.id', (entry) => {
  it('has examples', () => {
    expect(entry.examples).toBeDefined();
  });
  it.each(entry.examples?.hits ?? [])('hits %s', async (line) => {
    expect(await hits(entry, line)).toBe(true);
  });
  it.each(entry.examples?.misses ?? [])('misses %s', async (line) => {
    expect(await hits(entry, line)).toBe(false);
  });
});
