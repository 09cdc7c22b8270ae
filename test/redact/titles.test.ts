import { expect, it } from 'vitest';
import { writtenChecks } from '../../src/checks/registry.ts';
import { redactText } from '../../src/redact/redact.ts';
import { signatures } from '../../src/signatures/registry.ts';

it('masks no headline: a title is followed by a colon and the object', () => {
  const titles = [...writtenChecks, ...signatures].map(({ failureTitle }) => `${failureTitle}: Pod shop/web-0`);
  expect(titles.filter((title) => redactText(title) !== title)).toEqual([]);
});
