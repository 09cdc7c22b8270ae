import { expect, it } from 'vitest';
import { placeEmptyLists } from '../../src/snapshot/scopes.ts';

const list = (kind: string, file: string, namespace?: string) => ({
  kind,
  file,
  ...(namespace === undefined ? { complete: false, unplaced: true as const } : { complete: true, namespace }),
});

it('an empty list lies in the namespace of its folder, where folders are named for namespaces', () => {
  const placed = placeEmptyLists([
    list('Service', 'dump/default/services.json', 'default'),
    list('Pod', 'dump/default/pods.json'),
    list('Pod', 'dump/shop/pods.json'),
    list('Pod', 'pods.json'),
    list('Pod', 'other/shop/pods.json'),
  ]);
  expect(placed.map(({ namespace, complete }) => [namespace, complete])).toEqual([
    ['default', true],
    ['default', true],
    ['shop', true],
    [undefined, false],
    [undefined, false],
  ]);
});

it('a folder of another name says nothing', () => {
  const lists = [list('Service', 'kubectl/services.json', 'default'), list('Pod', 'kubectl/pods.json')];
  expect(placeEmptyLists(lists)).toEqual(lists);
});
