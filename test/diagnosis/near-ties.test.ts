import { expect, test } from 'vitest';
import { nearTiesOf } from '../../src/diagnosis/near-ties.ts';
import type { RootCause } from '../../src/result.ts';

const root = (rank: number, share: number, explains: readonly string[], more: Partial<RootCause> = {}): RootCause => ({
  rank,
  finding: `finding-${rank}`,
  check: `check-${rank}`,
  layer: 5,
  severity: 'critical',
  confidence: 0.9,
  title: `Trouble ${rank}`,
  summary: 's',
  subject: { kind: 'Node', name: `node-${rank}` },
  evidence: [{ file: 'f', text: 't' }],
  explains: [...explains],
  chain: [],
  share,
  fix: [],
  next: [],
  ...more,
});

test('a root of nearly the same weight is a close second, and it is said whether it competes', () => {
  const ties = nearTiesOf([root(1, 1, ['a', 'b']), root(2, 0.91, ['b']), root(3, 0.7, ['c'])]);
  expect(ties.map(({ rank, sameSymptoms }) => [rank, sameSymptoms])).toEqual([
    [2, true],
    [3, false],
  ]);
  expect(ties[0]?.text).toBe(
    'Nearly as likely behind some of the same symptoms: Trouble 2: Node node-2 (layer 5, Node and hardware)',
  );
  expect(ties[1]?.text).toMatch(/^Besides, with symptoms of its own: Trouble 3/);
});

test('a clear first has none, nor do observations compete', () => {
  expect(nearTiesOf([root(1, 1, ['a']), root(2, 0.4, ['a'])])).toEqual([]);
  expect(nearTiesOf([root(1, 1, ['a']), root(2, 0.95, ['a'], { severity: 'info' })])).toEqual([]);
  expect(nearTiesOf([])).toEqual([]);
});

test('the same trouble of another object is one story with the first, and no rival of it', () => {
  const alike = { check: 'check-1', subject: { kind: 'Node', name: 'node-9' } };
  expect(nearTiesOf([root(1, 1, ['a']), root(2, 1, ['a'], alike)])).toEqual([]);
  expect(nearTiesOf([root(1, 1, ['a']), root(2, 1, ['a'], { ...alike, variant: 'other' })])).toHaveLength(1);
});

test('the workload speaks for its pods', () => {
  const pod = {
    kind: 'Pod',
    namespace: 'shop',
    name: 'web-1',
    workload: { kind: 'Deployment', name: 'web' },
  };
  expect(nearTiesOf([root(1, 1, []), root(2, 0.8, [], { subject: pod })])[0]?.text).toContain('Deployment shop/web');
});
