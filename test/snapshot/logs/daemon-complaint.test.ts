import { expect, test } from 'vitest';
import { daemonComplaints } from '../../../src/snapshot/logs/daemon-complaint.ts';
import { aNode, anEvent, snapshotOf } from '../../build.ts';

const klog = (level: 'I' | 'E' | 'F', second: number, text: string) =>
  `${level}0301 11:58:${String(second).padStart(2, '0')}.000000     912 widgets.go:40] ${text}`;
const fitting = (n: number) => `"Failed to fit the widget" err="widget ${n} is jammed"`;

const said = async (lines: readonly string[], objects: object[] = []) => {
  const logs = [{ class: 'host' as const, origin: { program: 'kubelet', node: 'node-2' }, lines }];
  const complaints = daemonComplaints(await snapshotOf({ objects, logs }));
  return complaints.map(({ program, node, line, count, fatal }) => [program, node, line.line, count, fatal]);
};

test('an error that an excerpt repeats, whatever its numbers, is what the excerpt is about', async () => {
  const lines = [klog('E', 1, fitting(7)), klog('E', 2, '"Odd socket" err="left over"'), klog('E', 3, fitting(8))];
  expect(await said(lines)).toEqual([['kubelet', 'node-2', 3, 2, false]]);
});

test('the only error is; several that differ are the noise of a start', async () => {
  expect(await said([klog('I', 1, 'Up'), klog('E', 2, fitting(1))])).toEqual([['kubelet', 'node-2', 2, 1, false]]);
  expect(await said([klog('E', 1, fitting(1)), klog('E', 2, '"Odd socket" err="left over"')])).toEqual([]);
});

test('what the program ended with comes before what it repeated', async () => {
  const lines = [klog('E', 1, fitting(1)), klog('E', 2, fitting(2)), klog('F', 3, 'No widgets left')];
  expect(await said(lines)).toEqual([['kubelet', 'node-2', 3, 1, true]]);
});

test('nothing where it passed, where its nodes are Ready, or where events tell more', async () => {
  const passed = Array.from({ length: 6 }, (_, i) => klog('I', i + 2, `Widget ${i} fits`));
  expect(await said([klog('E', 1, fitting(1)), ...passed])).toEqual([]);
  const lines = [klog('E', 1, fitting(1))];
  expect(await said(lines, [aNode('node-2')])).toEqual([]);
  expect(await said(lines, [anEvent({ kind: 'Pod', name: 'web-0' }, 'Unhealthy', 'Readiness probe failed')])).toEqual(
    [],
  );
});
