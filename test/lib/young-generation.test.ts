import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';

const MIB = 1024 * 1024;

/** How large V8's young generation is after a program that keeps many objects, in bytes. */
function youngAfter(each: string): number {
  const program = `
    import { getHeapSpaceStatistics } from 'node:v8';
    import { boundYoungGeneration } from './src/lib/young-generation.ts';
    const kept = [];
    for (let i = 0; i < 2_000_000; i++) {
      kept.push({ i });
      if (i % 1000 === 0) { ${each} }
    }
    console.log(getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space').space_size);`;
  return Number(execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program]));
}

test('the young generation stops growing soon after 8 MiB, which it would not by itself', () => {
  expect(youngAfter('void boundYoungGeneration')).toBeGreaterThan(16 * MIB);
  expect(youngAfter('boundYoungGeneration()')).toBeLessThanOrEqual(16 * MIB);
});
