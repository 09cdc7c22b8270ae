import { expect, test } from 'vitest';
import ownReport from '../../src/parsers/own-report.ts';
import { html } from '../../src/report/html.ts';
import { json } from '../../src/report/json.ts';
import { markdown } from '../../src/report/markdown.ts';
import { cascade } from '../report/results.ts';
import { collect, sniffs } from './collect.ts';

test.each([
  ['JSON', json(cascade())],
  ['HTML', html(cascade())],
  ['Markdown', markdown(cascade())],
  ['the short form', markdown(cascade(), { brief: true })],
])('a report as %s is left out, and said to be', async (_format, text) => {
  expect(sniffs(ownReport, text)).toBe(true);
  const { unread, logs, objects } = await collect(ownReport, text);
  expect([unread, logs, objects]).toEqual([
    ['a report of kubestrata, left out: it quotes evidence and is none'],
    [],
    [],
  ]);
});

test('what speaks of kubestrata is no report', () => {
  expect(sniffs(ownReport, '# Ticket\n\nBundle `a.tgz` was read with kubestrata.\n')).toBe(false);
  expect(sniffs(ownReport, '{"kind": "ConfigMap", "data": {"schema": "kubestrata/report/v1"}}')).toBe(false);
});
