import { expect, test } from 'vitest';
import { customTroubles } from '../../src/snapshot/custom-state.ts';
import { snapshotOf } from '../build.ts';

type Told = readonly [type: string, status: string, reason: string];
const source = { file: 'objects.json', line: 1, text: 'x' };
const custom = (resourceKind: string, name: string, ...conditions: readonly Told[]) => ({
  apiVersion: 'example.com/v1',
  resourceKind,
  name,
  source,
  conditions: conditions.map(([type, status, reason]) => ({ type, status, reason, message: 'words', source })),
});
const troubles = async (...customResources: readonly object[]) =>
  customTroubles(await snapshotOf({ facts: { customResources: customResources as never } })).map(
    ({ resource, what }) => `${resource.name} ${what}`,
  );

test('a condition with a reason that says failure is told, unless the object as a whole is well', async () => {
  const refs: Told = ['ResolvedRefs', 'False', 'BackendNotFound'];
  expect(await troubles(custom('Thing', 'a', refs))).toEqual(['a ResolvedRefs=False']);
  expect(await troubles(custom('Thing', 'b', refs, ['Available', 'True', 'AsExpected']))).toEqual([]);
});

test('what was stopped on purpose is no trouble', async () => {
  expect(await troubles(custom('VirtualMachine', 'vm', ['Ready', 'False', 'VMINotExists']))).toEqual([]);
  expect(await troubles(custom('VirtualMachine', 'vm', ['Ready', 'False', 'GuestError']))).toEqual(['vm Ready=False']);
});

test('an attempt that failed beside one that succeeded is over', async () => {
  const failed = custom('PipelineRun', 'first', ['Succeeded', 'False', 'Failed']);
  expect(await troubles(failed)).toEqual(['first Succeeded=False']);
  expect(await troubles(failed, custom('PipelineRun', 'second', ['Succeeded', 'True', 'Completed']))).toEqual([]);
});
