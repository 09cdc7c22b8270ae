import { expect, it } from 'vitest';
import { links } from '../../src/diagnosis/links/registry.ts';

it('tells no link twice, neither with the same strength nor with another', () => {
  const told = links.map((link) => `${link.cause} -> ${link.effect} by ${link.join}`);
  expect(told.filter((one, i) => told.indexOf(one) !== i)).toEqual([]);
});
