import { expect, test } from 'vitest';
import { tablesOf } from '../../src/diagnosis/tables.ts';
import { aDeployment, aNode, aPod, snapshotOf } from '../build.ts';

test('nodes: the sick first, requests of their pods, GPUs', async () => {
  const snapshot = await snapshotOf({
    objects: [
      aNode('node-1'),
      aNode('node-2', {
        spec: { unschedulable: true, taints: [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }] },
        status: {
          conditions: [
            { type: 'Ready', status: 'Unknown' },
            { type: 'DiskPressure', status: 'False' },
            { type: 'MemoryPressure', status: 'True' },
          ],
          capacity: { cpu: '4', 'nvidia.com/gpu': '8' },
          allocatable: { cpu: '4', 'nvidia.com/gpu': '7' },
        },
      }),
      aPod('web-1', {
        spec: { containers: [{ name: 'app', resources: { requests: { cpu: '1500m', memory: '1Gi' } } }] },
      }),
    ],
  });
  const { nodes } = tablesOf(snapshot);
  expect(nodes.total).toBe(2);
  expect(nodes.rows[0]).toMatchObject({
    name: 'node-2',
    ready: false,
    cordoned: true,
    conditions: ['Ready=Unknown', 'MemoryPressure'],
    taints: ['node.kubernetes.io/unschedulable:NoSchedule'],
    gpus: { capacity: 8, allocatable: 7 },
  });
  expect(nodes.rows[1]).toMatchObject({
    name: 'node-1',
    ready: true,
    pods: 1,
    cpu: { requested: 1.5, allocatable: 4 },
    memory: { requested: 2 ** 30 },
  });
});

test('pods: only those that are not well, with the status kubectl shows', async () => {
  const waiting = { name: 'app', ready: false, restartCount: 7, state: { waiting: { reason: 'CrashLoopBackOff' } } };
  const snapshot = await snapshotOf({
    objects: [
      aPod('fine'),
      aPod('done', { status: { phase: 'Succeeded', containerStatuses: [] } }),
      aPod('crashing', { status: { containerStatuses: [waiting] } }),
      aPod('leaving', { metadata: { deletionTimestamp: '2026-03-01T11:00:00Z' } }),
      { kind: 'Pod', metadata: { name: 'only-a-name', namespace: 'shop' } },
    ],
  });
  const { pods } = tablesOf(snapshot);
  expect(pods.total).toBe(2);
  expect(pods.rows.map(({ name, ready, status, restarts }) => [name, ready, status, restarts])).toEqual([
    ['crashing', '0/1', 'CrashLoopBackOff', 7],
    ['leaving', '1/1', 'Terminating', 0],
  ]);
});

test('workloads: what lacks replicas first; a count that the API leaves out is zero', async () => {
  const snapshot = await snapshotOf({
    objects: [aDeployment('good'), aDeployment('gone', { status: { readyReplicas: undefined } })],
  });
  expect(tablesOf(snapshot).workloads.rows.map(({ name, ready, desired }) => [name, ready, desired])).toEqual([
    ['gone', 0, 2],
    ['good', 2, 2],
  ]);
});

test('scheduling: each reason with the nodes it holds of', async () => {
  const snapshot = await snapshotOf({
    objects: [
      aNode('node-1'),
      aNode('node-2', { spec: { taints: [{ key: 'team', value: 'a', effect: 'NoSchedule' }] } }),
      aPod('big', {
        metadata: { ownerReferences: undefined },
        spec: { nodeName: undefined, containers: [{ name: 'app', resources: { requests: { cpu: '64' } } }] },
        status: {
          phase: 'Pending',
          conditions: [{ type: 'PodScheduled', status: 'False' }],
          containerStatuses: undefined,
        },
      }),
    ],
  });
  const { scheduling } = tablesOf(snapshot);
  expect(scheduling.rows[0]).toMatchObject({ name: 'big', nodes: 2, feasible: 0 });
  expect(scheduling.rows[0]?.reasons.map(({ count, nodes }) => [count, nodes])).toEqual([
    [1, ['node-1']],
    [1, ['node-2']],
  ]);
});

test('GPUs: the troubled first, in words', async () => {
  const snapshot = await snapshotOf({
    facts: {
      gpus: [
        { node: 'node-1', index: 0, name: 'H100' },
        { node: 'node-1', index: 1, name: 'H100', fault: 'GPU is lost', throttleReasons: ['Idle', 'HW Slowdown'] },
      ],
    },
  });
  expect(tablesOf(snapshot).gpus.rows.map(({ index, troubles }) => [index, troubles])).toEqual([
    [1, ['GPU is lost', 'HW Slowdown']],
    [0, []],
  ]);
});

test('a snapshot without anything has empty tables', async () => {
  for (const table of Object.values(tablesOf(await snapshotOf({})))) expect(table).toEqual({ total: 0, rows: [] });
});
