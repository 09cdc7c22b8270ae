import { expect, test } from 'vitest';
import { writtenChecks } from '../../src/checks/registry.ts';
import { signatures } from '../../src/signatures/registry.ts';

test("no command holds the end of a JSONPath range: it would be filled in like a check's own places", () => {
  const commands = [...writtenChecks, ...signatures].flatMap(({ id, next }) =>
    next.map((command) => `${id}: ${command}`),
  );
  expect(commands.length).toBeGreaterThan(500);
  expect(commands.filter((command) => command.includes('{end}'))).toEqual([]);
});
