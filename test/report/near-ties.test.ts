import { expect, test } from 'vitest';
import { html } from '../../src/report/html.ts';
import { json } from '../../src/report/json.ts';
import { markdown } from '../../src/report/markdown.ts';
import { terminal } from '../../src/report/terminal.ts';
import type { Result } from '../../src/result.ts';
import { cascade } from './results.ts';

const plain: Result = cascade();
const [root] = plain.rootCauses;
const tied: Result = {
  ...plain,
  verdict: { ...plain.verdict, nearTies: [{ rank: 2, sameSymptoms: true, text: 'Besides: the other one' }] },
  rootCauses: [
    {
      ...(root as Result['rootCauses'][number]),
      deadlock: { text: 'It is a deadlock', hops: [{ finding: 'a', cause: 'b', because: 'c', strength: 1 }] },
    },
  ],
};

test.each([
  ['html', html],
  ['markdown', (result: Result) => markdown(result)],
  ['markdown brief', (result: Result) => markdown(result, { brief: true })],
  ['json', (result: Result) => json(result)],
] as const)('%s tells near ties, and nothing where there are none', (_, render) => {
  expect(render(tied)).toContain('Besides: the other one');
  expect(render(plain)).not.toContain('Besides');
});

test('the terminal names near ties by their numbers, because it tells them below', () => {
  const text = terminal(tied, { colour: false });
  expect(text).toContain('Nearly as likely behind some of the same symptoms: root cause 2, below');
  expect(terminal(plain, { colour: false })).not.toContain('below');
});

test.each([
  ['html', html],
  ['markdown', (result: Result) => markdown(result)],
  ['terminal', (result: Result) => terminal(result, { colour: false })],
] as const)('%s tells a deadlock', (_, render) => {
  expect(render(tied)).toContain('It is a deadlock');
  expect(render(plain)).not.toContain('deadlock');
});
