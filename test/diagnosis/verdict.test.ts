import { expect, test } from 'vitest';
import type { Found } from '../../src/checks/engine.ts';
import { verdictOf } from '../../src/diagnosis/verdict.ts';
import { LAYERS, type Result } from '../../src/result.ts';

type Verdict = Result['path'][number]['verdict'];
const path = (...verdicts: readonly Verdict[]): Result['path'] =>
  LAYERS.map((layer, i) => ({ layer, name: '', verdict: verdicts[i] ?? 'clear', seen: '', signals: [] }));
const found = (state: Found['state'], severity: Found['severity'] = 'warning') => ({ state, severity }) as Found;

test.each([
  ['a warning that holds', [found('current')], 'problems'],
  ['a warning of the past', [found('historic'), found('recovered')], 'clear'],
  ['an information', [found('current', 'info')], 'clear'],
])('%s without a root cause', (_what, list, status) => {
  expect(verdictOf([], path(), list)).toMatchObject({ status, layer: null });
});

test('what could not be judged is never called clear', () => {
  const { status, headline } = verdictOf([], path('clear', 'clear', 'unknown', 'clear', 'unknown'), []);
  expect(status).toBe('inconclusive');
  expect(headline).toBe(
    'Nothing wrong found at layers 1, 2 and 4; layers 3 and 5 could not be judged from this bundle',
  );
  const blind = verdictOf([], path('unknown', 'unknown', 'unknown', 'unknown', 'unknown'), []);
  expect(blind.headline).toMatch(/^None of the five layers could be judged/);
});
