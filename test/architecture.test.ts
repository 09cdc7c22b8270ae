/** What must hold of the code as a whole: no clock and no chance in results, and every check complete. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { builtInChecks } from '../src/checks/all.ts';
import { writtenChecks } from '../src/checks/registry.ts';
import { links } from '../src/diagnosis/links/registry.ts';
import { refutations } from '../src/diagnosis/refutations.ts';
import { parseCommand } from '../src/parsers/command.ts';
import { parsers } from '../src/parsers/registry.ts';
import { signatures } from '../src/signatures/registry.ts';
import { collect, sniffs } from './parsers/collect.ts';

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

const COMMENT = /^\s*(\/\/|\*|\/\*)/;

describe('the same bundle gives the same bytes', () => {
  const banned =
    /Date\.now\(|new Date\(\)|performance\.now\(|Math\.random\(|toLocale\w*\(|localeCompare\(|process\.env/;
  test.each(sources.filter((path) => relative('src', path) !== 'cli.ts'))(
    '%s reads no clock, no locale, no chance',
    (path) => {
      const lines = readFileSync(join(root, path), 'utf8').split('\n');
      expect(lines.filter((line) => banned.test(line) && !COMMENT.test(line))).toEqual([]);
    },
  );
});

test('no check makes evidence by a cast: that it has a first quote is for the compiler to see', () => {
  const cast = /\bas (?:never|any|unknown as|FindingDraft|\[|readonly \[)(?!\w)/;
  const found = sources
    .filter((path) => /^src\/checks\/\d-/.test(path))
    .flatMap((path) =>
      readFileSync(join(root, path), 'utf8')
        .split('\n')
        .filter((line) => cast.test(line.replace(/'[^']*'|`[^`]*`/g, '')) && !COMMENT.test(line))
        .map((line) => `${path}: ${line.trim()}`),
    );
  expect(found).toEqual([]);
});

test('no comment has lost what it speaks of: another one between them', () => {
  const lost = sources.flatMap((path) =>
    [...readFileSync(join(root, path), 'utf8').matchAll(/\*\/\n\/\*\*.*/g)].flatMap(({ 0: text, index }) =>
      // The first comment of a file speaks of the file.
      readFileSync(join(root, path), 'utf8').lastIndexOf('/**', index) === 0 ? [] : [`${path}: ${text.slice(3)}`],
    ),
  );
  expect(lost).toEqual([]);
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

describe('parsers', () => {
  /** What these give is what is missing. */
  const gaps = new Set(['collector-error', 'own-report']);
  const definition = /^export (?:default|const \w+ =) defineParser\(\{\n\s+kind: '([^']+)'/m;
  const files = sources.flatMap((path) => {
    const text = readFileSync(join(root, path), 'utf8');
    const found = definition.exec(text);
    // The comment right above, without its stars.
    const comment = /\/\*\*\n((?: \*.*\n)+) \*\/\n$/.exec(text.slice(0, found?.index ?? 0))?.[1] ?? '';
    return found === null ? [] : [{ path, kind: found[1] ?? '', comment: comment.replace(/^ \* ?/gm, '') }];
  });

  test('every parser is looked at', () => {
    expect(files.map((file) => file.kind).sort()).toEqual(parsers.map((parser) => parser.kind).sort());
  });

  test.each(files.map((file) => [file.path, file] as const))(
    '%s says which command of which versions it reads, shows a sample that it reads, and says what empty means',
    async (_, { kind, comment }) => {
      expect(comment).toMatch(/^\S.{20,}/);
      expect(comment).toMatch(/^Command: \S/m);
      expect(comment).toMatch(/^Versions: \S/m);
      expect(comment).toMatch(/^Empty: \S/m);
      const sample = /^Sample:\n\n((?: {4}.*\n)+)\n/m.exec(comment)?.[1]?.replace(/^ {4}/gm, '').trimEnd() ?? '';
      expect(sample, 'a sample of lines that are indented by four').not.toBe('');
      const parser = parsers.find((one) => one.kind === kind);
      if (parser === undefined) return;
      const command = parseCommand(/^Command: `([^`]+)`/m.exec(comment)?.[1] ?? '');
      expect(
        sniffs(parser, sample) ||
          sniffs(parser, sample, 'a.txt', command) ||
          (command !== undefined && parser.matches?.(command) === true),
        'the parser knows its own sample',
      ).toBe(true);
      const read = await collect(parser, sample, command === undefined ? {} : { command });
      if (gaps.has(kind)) return expect(read.unread).not.toEqual([]);
      expect(read.unread).toEqual([]);
      expect(
        read.objects.length +
          read.texts.length +
          read.clocks.length +
          read.logs.length +
          Object.keys(read.facts).length,
        'the sample says something',
      ).toBeGreaterThan(0);
    },
  );
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
    const settles = new Set(
      signatures.flatMap((one) => ('settledBy' in one ? `${one.settledBy ?? ''} → ${one.id}` : [])),
    );
    expect(
      signatures
        .flatMap((one) => ('check' in one && !written.has(one.check) ? `${one.id} → ${one.check}` : []))
        .filter((tie) => !settles.has(tie)),
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
