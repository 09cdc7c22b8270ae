import { expect, it } from 'vitest';
import { map, str } from '../../src/lib/shape.ts';
import { mergeAccounts } from '../../src/snapshot/merge.ts';

it('a map of two accounts still inherits nothing', () => {
  const labels = map(str);
  const merged = mergeAccounts(labels({ app: 'web' }), labels({ tier: 'front' })) as Record<string, unknown>;
  expect(Object.keys(merged)).toEqual(['app', 'tier']);
  expect('constructor' in merged).toBe(false);
});
