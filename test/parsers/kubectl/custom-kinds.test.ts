import { expect, test } from 'vitest';
import { kindOfResource } from '../../../src/parsers/kubectl/custom-kinds.ts';

test.each([
  ['lamps', 'Lamp'],
  ['policies.store.example.com', 'Policy'],
  ['gatewayclasses', 'Gatewayclass'],
  ['caches', 'Cache'],
  ['redis', 'Redis'],
])('the kind of %s, of which nothing else is known, is %s', (resource, kind) => {
  expect(kindOfResource(resource)).toBe(kind);
});
