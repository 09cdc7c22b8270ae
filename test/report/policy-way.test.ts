import { expect, test } from 'vitest';
import { markdown } from '../../src/report/markdown.ts';
import { policyWay, wayInWords, wayOf } from '../../src/report/policy-way.ts';
import type { Result } from '../../src/result.ts';
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

test('a cause without a way of its own tells that of its first consequence with one', () => {
  const result = pictured();
  const [cause] = result.rootCauses as [Result['rootCauses'][0]];
  const byId = (ways: Record<string, string>) =>
    new Map(
      result.findings.map(({ way: _, ...one }) => {
        const port = ways[one.check];
        return [one.id, port === undefined ? one : { ...one, way: { ...WAY, port } }];
      }),
    );
  expect(wayOf(cause, byId({ 'disk-full': '1/TCP', crashloop: '2/TCP' }))?.port).toBe('1/TCP');
  expect(wayOf(cause, byId({ 'svc-dead': '3/TCP', crashloop: '2/TCP' }))?.port).toBe('2/TCP');
  expect(wayOf(cause, byId({ 'probe-missing': '4/TCP' }))).toBeUndefined();
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
