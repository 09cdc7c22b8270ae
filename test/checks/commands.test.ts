import { expect, test } from 'vitest';
import { builtInChecks } from '../../src/checks/all.ts';

test("no command holds the end of a JSONPath range: it would be filled in like a check's own places", () => {
  const commands = builtInChecks.flatMap(({ id, next }) => next.map((command) => `${id}: ${command}`));
  expect(commands.length).toBeGreaterThan(500);
  expect(commands.filter((command) => command.includes('{end}'))).toEqual([]);
});
