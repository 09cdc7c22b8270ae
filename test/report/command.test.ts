/** `render` and `schema` as a user runs them. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { cascade } from './results.ts';

const folder = mkdtempSync(join(tmpdir(), 'kubestrata-render-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, 'result.json');
writeFileSync(file, JSON.stringify(cascade()));

const root = join(import.meta.dirname, '..', '..');
const kubestrata = (...args: readonly string[]): Promise<{ code: number; out: string; err: string }> =>
  new Promise((resolve) => {
    execFile('node', ['--import', 'tsx', join(root, 'src/cli.ts'), ...args], { cwd: root }, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code), out, err }),
    );
  });

test('render writes every format of a result without its bundle', async () => {
  const formats = ['terminal', 'json', 'markdown', 'html', 'sarif', 'junit', 'ndjson'];
  const out = join(folder, 'out');
  const { code, err } = await kubestrata('render', file, ...formats.flatMap((format) => ['-f', format]), '-o', out);
  expect(err).toBe('');
  expect(code).toBe(0);
  expect(readdirSync(out).sort()).toEqual([
    'findings.ndjson',
    'report.html',
    'report.json',
    'report.junit.xml',
    'report.md',
    'report.sarif',
    'report.txt',
  ]);
});

test('flavor and brief reach the Markdown', async () => {
  const { out } = await kubestrata('render', file, '-f', 'markdown', '--flavor', 'jira', '--brief');
  expect(out).toMatch(/^h2\. The disk is full/);
  expect(out.split('\n').length).toBeLessThan(60);
});

test('the terminal report is plain when nobody watches: headline, chain, commands', async () => {
  const { out } = await kubestrata('render', file);
  expect(out).not.toContain('\u001b');
  expect(out).toMatch(/^The disk is full: Node node-a/);
  expect(out).toContain('→ The container crashes (Pod shop/web-1)');
  expect(out).toContain('     df -h');
});

test('what is no result is refused in one line', async () => {
  const bad = join(folder, 'bad.json');
  writeFileSync(bad, '{"schema":"kubestrata/report/v0"}');
  const { code, err } = await kubestrata('render', bad);
  expect(code).toBe(2);
  expect(err).toMatch(/^kubestrata: not a kubestrata result: schema: .+\n$/);
});

test('schema prints JSON Schema', async () => {
  const { out, code } = await kubestrata('schema');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ type: 'object', properties: { findings: { type: 'array' } } });
});

test('an option without effect is said before anything is read; several formats follow one another', async () => {
  const brief = await kubestrata('render', file, '--brief');
  expect([brief.code, brief.out, brief.err]).toEqual([2, '', 'kubestrata: --brief and --flavor need -f markdown\n']);
  const both = await kubestrata('render', file, '-f', 'json', '-f', 'html');
  expect([both.code, both.err]).toEqual([0, '']);
  expect(both.out.indexOf('<!doctype html>')).toBeGreaterThan(both.out.indexOf('"schema"'));
});

test('a bundle in the place of a command leads to analyze; the list of commands fits 80 columns', async () => {
  const { code, err } = await kubestrata(file);
  expect(code).toBe(2);
  expect(err).toContain(`(to analyze it: kubestrata analyze ${file})`);
  const { out } = await kubestrata('--help');
  expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
  expect(out).toContain('Exit codes: 0 fine');
});
