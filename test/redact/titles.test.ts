import { expect, it } from 'vitest';
import { builtInChecks } from '../../src/checks/all.ts';
import { redactText } from '../../src/redact/redact.ts';

it('masks no headline: a title is followed by a colon and the object', () => {
  const titles = builtInChecks.map(({ failureTitle }) => `${failureTitle}: Pod shop/web-0`);
  expect(titles.filter((title) => redactText(title) !== title)).toEqual([]);
});
