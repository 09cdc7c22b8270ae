import { expect, test } from 'vitest';
import { withoutBlankEnds } from '../../src/lib/blank-lines.ts';

test('empty lines at the ends are left out, those between are kept', () => {
  expect(withoutBlankEnds(['', ' ', 'a', '', 'b', '\t'])).toEqual({ first: 2, lines: ['a', '', 'b'] });
  for (const none of [[], ['', ' ']]) expect(withoutBlankEnds(none).lines).toEqual([]);
});
