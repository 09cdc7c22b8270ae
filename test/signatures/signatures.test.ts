import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { writtenChecks } from '../../src/checks/registry.ts';
import { isHit } from '../../src/signatures/examples.ts';
import { parseSignatureExamples } from '../../src/signatures/file.ts';
import { compileSignatures } from '../../src/signatures/signature.ts';

const folder = new URL('../../src/signatures/', import.meta.url);
const entries = readdirSync(folder)
  .filter((file) => file.endsWith('.yaml'))
  .sort()
  .flatMap((file) =>
    parseSignatureExamples(readFileSync(new URL(file, folder), 'utf8'), file).map((entry) => ({ file, ...entry })),
  );

it('every id is used once', () => {
  expect(() => compileSignatures(entries.map((entry) => entry.signature))).not.toThrow();
});

it('every hit is read: the signature is a check of its own, or the check that it names reads it', () => {
  const code = checkSources();
  const settling = new Set(
    entries.map(({ signature }) => ('settledBy' in signature ? signature.settledBy : undefined)),
  );
  const unread = entries
    .map(({ signature }) => signature)
    .filter(({ id, startMarker }) => !startMarker && !settling.has(id))
    .filter((signature) =>
      'check' in signature
        ? !code.includes(`'${signature.id}'`)
        : writtenChecks.some((one) => one.id === signature.id && !one.reads.includes(signature.id)),
    );
  expect(unread.map(({ id }) => id)).toEqual([]);
});

/** All code that may look at hits. */
function checkSources(): string {
  const files = ['checks', 'snapshot'].flatMap((room) => {
    const root = new URL(`../../src/${room}/`, import.meta.url);
    return readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('registry.ts'))
      .map((file) => readFileSync(new URL(file, root), 'utf8'));
  });
  return files.join('\n');
}

describe.each(entries)('$file $signature.id', (entry) => {
  it('has examples', () => {
    expect(entry.examples).toBeDefined();
  });
  it.each(entry.examples?.hits ?? [])('hits %s', async (line) => {
    expect(await isHit(entry.signature, line)).toBe(true);
  });
  it.each(entry.examples?.misses ?? [])('misses %s', async (line) => {
    expect(await isHit(entry.signature, line)).toBe(false);
  });
});
