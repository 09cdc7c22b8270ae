import { expect, test } from 'vitest';
import { excerptsOf } from '../../src/diagnosis/excerpts.ts';
import type { LogStream } from '../../src/parsers/records.ts';
import type { Finding, Result } from '../../src/result.ts';
import { createKeptTexts } from '../../src/snapshot/logs/kept-texts.ts';
import { cascade } from '../report/results.ts';

/** A result that quotes just this. */
function quoting(...evidence: Finding['evidence']): Result {
  const result = cascade();
  return {
    ...result,
    rootCauses: [],
    path: [],
    findings: result.findings.slice(0, 1).map((finding) => ({ ...finding, evidence })),
  };
}
const at = (file: string, line: number) => ({ file, line, text: 'x' });
const log = (part: Partial<LogStream>): LogStream => ({
  origin: { file: 'a.log', firstLine: 1 },
  class: 'container',
  lines: 100,
  bytes: 1,
  programs: [],
  hits: [],
  tail: [],
  ...part,
});

test('quotes near each other share one excerpt, others have their own, in the order of files and lines', () => {
  const texts = createKeptTexts();
  texts.keep(
    'b.txt',
    1,
    Array.from({ length: 40 }, (_, i) => `line ${i + 1}`),
  );
  texts.keep('a.txt', 5, ['head', 'row']);
  const excerpts = excerptsOf(quoting(at('b.txt', 30), at('b.txt', 5), at('b.txt', 9), at('a.txt', 6)), texts, []);
  expect(excerpts.map(({ file, line, text }) => [file, line, text.split('\n').length])).toEqual([
    ['a.txt', 5, 2],
    ['b.txt', 2, 11],
    ['b.txt', 27, 7],
  ]);
  expect(excerpts[1]?.text.split('\n')[3]).toBe('line 5');
});

test('of a log: the neighbours of a hit, else those in its tail whose numbers follow', () => {
  const hit = { line: 7, text: 'boom', around: { before: ['5', '6'], after: ['8'] } };
  const logs = [
    log({
      hits: [
        {
          signature: 's',
          origin: { file: 'a.log', firstLine: 1 },
          class: 'container',
          groups: {},
          count: 1,
          first: hit,
          last: hit,
        },
      ],
      tail: [90, 94, 95, 96, 97, 98].map((line) => ({ line, text: `${line}` })),
    }),
  ];
  expect(excerptsOf(quoting(at('a.log', 7), at('a.log', 95)), createKeptTexts(), logs)).toEqual([
    { file: 'a.log', line: 5, text: '5\n6\nboom\n8' },
    { file: 'a.log', line: 94, text: '94\n95\n96\n97\n98' },
  ]);
});

test('nothing for objects, for a line alone, and beside a private key', () => {
  const texts = createKeptTexts();
  texts.keep('one.txt', 1, ['', 'only', '']);
  texts.keep('key.txt', 1, ['quoted', '-----BEGIN RSA PRIVATE KEY-----', 'MIIEpAIBAAKCAQEA']);
  texts.keep('pods.json', 1, ['{', '}']);
  const result = quoting(at('one.txt', 2), at('key.txt', 1), { ...at('pods.json', 1), pointer: '/items/0' });
  expect(excerptsOf(result, texts, [])).toEqual([]);
});

test('bounded: long lines are cut, and there is an end to all', () => {
  const texts = createKeptTexts();
  texts.keep(
    't',
    1,
    Array.from({ length: 7000 }, () => 'y'.repeat(500)),
  );
  const result = quoting(...Array.from({ length: 1000 }, (_, i) => at('t', 7 * i + 4)));
  const excerpts = excerptsOf(result, texts, []);
  expect(excerpts[0]?.text.split('\n')[0]).toBe(`${'y'.repeat(300)} …`);
  const size = excerpts.reduce((sum, { text }) => sum + text.length, 0);
  expect(size).toBeGreaterThan(500_000);
  expect(size).toBeLessThan(525_000);
});
