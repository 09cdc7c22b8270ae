/** Shapes hold what somebody reads, and nothing else: each field costs memory and time 150,000 times over. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { KINDS } from '../../src/snapshot/kinds/index.ts';
import type { Shape } from '../../src/lib/shape.ts';

const src = join(import.meta.dirname, '../../src');
/** Written from other files, or the shapes themselves. */
const NO_READERS = /snapshot\/kinds\/|registry\.ts$|templates\.ts$/;

function fieldsOf(shape: Shape<unknown>, into: Set<string>): Set<string> {
  const { plan } = shape;
  if (plan?.type === 'list') fieldsOf(plan.item, into);
  if (plan?.type === 'map') fieldsOf(plan.value, into);
  if (plan?.type === 'object')
    for (const [key, field] of plan.fields) {
      into.add(key);
      fieldsOf(field, into);
    }
  return into;
}

test('every field of a shape has a reader', () => {
  const words = new Set<string>();
  for (const path of readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts')))
    if (!NO_READERS.test(path))
      for (const word of readFileSync(join(src, path), 'utf8').match(/[A-Za-z]\w+/g) ?? []) words.add(word);
  const fields = new Set<string>();
  for (const { shape } of Object.values(KINDS)) fieldsOf(shape as Shape<unknown>, fields);
  expect(fields.size).toBeGreaterThan(300);
  expect([...fields].filter((field) => !words.has(field)).sort()).toEqual([]);
});
