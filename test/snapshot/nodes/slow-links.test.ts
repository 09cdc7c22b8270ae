import { expect, it } from 'vitest';
import { slowLinks } from '../../../src/snapshot/nodes/interfaces.ts';
import { snapshotOf } from '../../build.ts';

const source = { file: 'ethtool.txt', line: 1, text: '' };

/** The slow ones among machines whose eth0 has these speeds (Mb/s). */
async function slowAmong(...speeds: readonly number[]) {
  const hostValues = speeds.map((speed, i) => ({
    topic: 'network' as const,
    key: 'eth0.speed',
    value: `${speed}Mb/s`,
    node: `node-${i}`,
    source,
  }));
  return slowLinks(await snapshotOf({ facts: { hostValues } })).map(({ node, sure }) => [node, sure]);
}

it('one machine of several is slow', async () => {
  expect(await slowAmong(1000, 25_000, 25_000)).toEqual([['node-0', true]]);
  expect(await slowAmong(100, 1000)).toEqual([['node-0', true]]);
  expect(await slowAmong(1000, 2500)).toEqual([]);
});

it('a fleet of two kinds of machines may be one on purpose', async () => {
  expect(await slowAmong(1000, 10_000)).toEqual([['node-0', false]]);
  expect(await slowAmong(1000, 1000, 10_000, 10_000)).toEqual([
    ['node-0', false],
    ['node-1', false],
  ]);
});
