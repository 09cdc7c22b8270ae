import { expect, test } from 'vitest';
import { collectFirst } from '../../src/report/collect-first.ts';
import { html } from '../../src/report/html.ts';
import type { Result } from '../../src/result.ts';
import { cascade } from './results.ts';

const result = cascade();
const area = (title: string, collectWith: string): Result['coverage'][number] => ({
  area: title,
  title,
  state: 'absent',
  count: 0,
  collectWith,
});
const ask = (layer: 1 | 3, commands: readonly (readonly [string, number])[]): NonNullable<Result['asks']>[number] => ({
  layer,
  name: 'x',
  checks: 9,
  notChecked: 9,
  commands: commands.map(([command, checks]) => ({ command, checks })),
  collector: 'c',
});

test('one of alternatives for each thing a layer lacks, then what most checks wait for; lists are one command', () => {
  const commands = collectFirst({
    ...result,
    path: result.path.map((step) =>
      step.layer === 3
        ? { ...step, seen: 'could not be judged: the bundle has no Service objects, and no Endpoints objects or X' }
        : { ...step, seen: 'fine' },
    ),
    coverage: [
      area('Service objects', 'kubectl get services -A -o json'),
      area('Endpoints objects', 'kubectl get endpoints -A -o json'),
      area('X', 'never asked for'),
    ],
    asks: [
      ask(1, [
        ['df -PT', 2],
        ['kubectl get pods,services -A -o json', 5],
      ]),
      ask(3, [
        ['kubectl logs POD', 7],
        ['df -PT', 1],
      ]),
    ],
  });
  expect(commands).toEqual(['kubectl get services,endpoints,pods -A -o json', 'kubectl logs POD', 'df -PT']);
});

test('nothing is asked for where nothing is missing', () => {
  const path = result.path.map((step) => ({ ...step, seen: 'fine' }));
  expect(collectFirst({ ...result, path, asks: [] })).toEqual([]);
});

test('the page of a bundle that shows too little begins with what to collect', () => {
  const verdict: Result['verdict'] = { status: 'inconclusive', layer: null, headline: 'Too little', nearTies: [] };
  const head = (one: Result): string => html(one).split('<section id="causes"')[0] ?? '';
  const page = head({ ...result, verdict, rootCauses: [] });
  expect(page).toMatch(/Collect next<\/h2>[\s\S]*etcdctl endpoint health/);
  expect(head(result)).not.toContain('Collect next');
  const blind = result.layers.map((layer) => ({
    ...layer,
    checks: layer.checks.map((check) => ({ ...check, outcome: 'not-checked' as const })),
  }));
  const count = blind.flatMap(({ checks }) => checks).length;
  expect(head({ ...result, verdict, rootCauses: [], layers: blind })).toContain(
    `None of the ${count} checks could run for want of data.`,
  );
});
