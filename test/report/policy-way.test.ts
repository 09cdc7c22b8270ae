import { expect, test } from 'vitest';
import { markdown } from '../../src/report/markdown.ts';
import { policyWay, wayInWords } from '../../src/report/policy-way.ts';
import { pictured, WAY } from './pictured.ts';

test('what lies behind the first policy that drops is out of reach', () => {
  const stations = policyWay(WAY)?.stations ?? [];
  expect(stations.map(({ at, beyond }) => [at, beyond])).toEqual([
    ['source', false],
    ['egress', false],
    ['service', true],
    ['ingress', true],
    ['target', true],
  ]);
  expect(stations[1]).toMatchObject({ mark: '✗', word: 'dropped here', policiesMore: 1 });
  expect(stations[3]).toMatchObject({ mark: '✓', word: 'would pass' });
  expect(policyWay(undefined)).toBeUndefined();
});

test('the same in words, in the ticket too', () => {
  expect(wayInWords(WAY)).toEqual([
    'From Pod shop/web-1',
    'Egress policies: ✗ dropped here by shop/a, shop/b, shop/c and 1 more (a: allows no egress at all; b: rule 1 fits the port, but not the destination)',
    'Through Service shop/db',
    'Ingress policies: ✓ would pass by shop/in (a rule lets it through)',
    'To Pod shop/db-0',
  ]);
  const text = markdown(pictured(), { flavor: 'plain' });
  expect(text).toContain('Where port 5432/TCP is dropped\n\n- From Pod shop/web-1\n- Egress policies: ✗ dropped here');
});
