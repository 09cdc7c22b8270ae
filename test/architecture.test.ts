/** What must hold of the code as a whole: no clock and no chance in results, and every check complete. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { builtInChecks } from '../src/checks/all.ts';
import { writtenChecks } from '../src/checks/registry.ts';
import { links } from '../src/diagnosis/links/registry.ts';
import { refutations } from '../src/diagnosis/refutations.ts';
import { signatures } from '../src/signatures/registry.ts';

const root = join(import.meta.dirname, '..');
function filesUnder(folder: string): string[] {
  return readdirSync(join(root, folder)).flatMap((name) => {
    const path = join(folder, name);
    return statSync(join(root, path)).isDirectory() ? filesUnder(path) : [path];
  });
}
const sources = filesUnder('src').filter((path) => path.endsWith('.ts'));
const written = new Set(writtenChecks.map((check) => check.id));
const known = new Set(builtInChecks.map((check) => check.id));

describe('the same bundle gives the same bytes', () => {
  const banned =
    /Date\.now\(|new Date\(\)|performance\.now\(|Math\.random\(|toLocale\w*\(|localeCompare\(|process\.env/;
  test.each(sources.filter((path) => relative('src', path) !== 'cli.ts'))(
    '%s reads no clock, no locale, no chance',
    (path) => {
      const lines = readFileSync(join(root, path), 'utf8').split('\n');
      expect(lines.filter((line) => banned.test(line) && !/^\s*(\/\/|\*|\/\*)/.test(line))).toEqual([]);
    },
  );
});

test('zod is imported as a namespace: the named import bundles every locale (755 KB against 180 KB)', () => {
  expect(sources.filter((path) => /import \{ z \} from 'zod'/.test(readFileSync(join(root, path), 'utf8')))).toEqual(
    [],
  );
});

describe('templates', () => {
  test.each(filesUnder('templates').filter((path) => path.endsWith('.hbs')))('%s escapes everything', (path) => {
    expect(readFileSync(join(root, path), 'utf8')).not.toMatch(/\{\{\{|\{\{&/);
  });
});

describe('checks', () => {
  const tests = filesUnder('test')
    .filter((path) => path.endsWith('.test.ts'))
    .map((path) => readFileSync(join(root, path), 'utf8'));
  const files = new Map(filesUnder('src/checks').map((path) => [path.split('/').at(-1), path]));
  test.each(writtenChecks.map((check) => [check.id, check] as const))('%s is complete', (id, check) => {
    expect(files.get(`${id}.ts`), 'the file is called as the check').toMatch(new RegExp(`^src/checks/${check.layer}-`));
    for (const text of [check.title, check.failureTitle, check.why]) expect(text.trim().length).toBeGreaterThan(5);
    expect(check.title).not.toBe(check.failureTitle);
    expect(check.fix.length).toBeGreaterThan(0);
    expect(check.next.length).toBeGreaterThan(0);
    expect(JSON.stringify([check.title, check.why, check.fix, check.next])).not.toMatch(/TODO/);
    expect(
      tests.some((text) => text.includes(`/${id}.ts'`) || text.includes(`'${id}'`)),
      'it has a test',
    ).toBe(true);
  });

  test('ids are unique', () => {
    expect(known.size).toBe(builtInChecks.length);
  });

  test('a signature for a check has that check, and a check reads signatures that exist', () => {
    const ids = new Set(signatures.map((signature) => signature.id));
    expect(
      signatures
        .filter((signature) => signature.check !== undefined && !written.has(signature.check))
        .map((s) => `${s.id} → ${s.check ?? ''}`),
    ).toEqual([]);
    expect(
      writtenChecks.flatMap((check) => check.reads.filter((id) => !ids.has(id)).map((id) => `${check.id} reads ${id}`)),
    ).toEqual([]);
  });

  test('links tie checks that exist', () => {
    const named = [
      ...links.flatMap((link) => [link.cause, link.effect]),
      ...refutations.flatMap((r) => [r.finding, r.refutes]),
    ];
    expect([...new Set(named.map((name) => name.split(':')[0] ?? ''))].filter((id) => !known.has(id)).sort()).toEqual(
      [],
    );
  });
});
