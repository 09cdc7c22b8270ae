import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { KEPT_FAMILIES } from '../../../src/parsers/control-plane/metric-families.ts';

/** All that reads metrics, as text. */
const readers = ['src/checks', 'src/snapshot', 'src/parsers/gpu', 'src/parsers/control-plane/metrics.ts']
  .flatMap((root) =>
    root.endsWith('.ts')
      ? [root]
      : readdirSync(root, { recursive: true, encoding: 'utf8' }).map((file) => join(root, file)),
  )
  .filter((file) => file.endsWith('.ts'))
  .map((file) => readFileSync(file, 'utf8'))
  .join('\n');

it('keeps no family that nothing reads', () => {
  expect(KEPT_FAMILIES.filter((family) => !readers.includes(family))).toEqual([]);
});
