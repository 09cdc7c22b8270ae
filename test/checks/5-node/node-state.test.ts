import { describe, expect, test } from 'vitest';
import drift from '../../../src/checks/5-node/kubelet-node-drift.ts';
import lease from '../../../src/checks/5-node/node-lease-stale.ts';
import network from '../../../src/checks/5-node/node-network-unavailable.ts';
import notRegistered from '../../../src/checks/5-node/node-not-registered.ts';
import npd from '../../../src/checks/5-node/node-npd-condition.ts';
import nearMax from '../../../src/checks/5-node/node-pods-near-max.ts';
import flapping from '../../../src/checks/5-node/node-ready-flapping.ts';
import rebooted from '../../../src/checks/5-node/node-rebooted.ts';
import shutdown from '../../../src/checks/5-node/node-shutdown.ts';
import { ago, aNode, anEvent, aPod, run } from '../../build.ts';

const about = { kind: 'Node', name: 'node-1' };
const withCondition = (condition: object) =>
  aNode('node-1', { status: { conditions: [{ type: 'Ready', status: 'True' }, condition] } });

test('routes that are not made', async () => {
  const bad = withCondition({
    type: 'NetworkUnavailable',
    status: 'True',
    reason: 'NoRouteCreated',
    message: 'no route',
  });
  expect((await run(network, { objects: [bad] })).first?.message).toMatch(
    /NetworkUnavailable=True \(NoRouteCreated\): no route/,
  );
  const good = withCondition({ type: 'NetworkUnavailable', status: 'False', reason: 'CiliumIsUp' });
  expect((await run(network, { objects: [good] })).outcome).toBe('passed');
  expect((await run(network, {})).outcome).toBe('not-checked');
});

describe('conditions of agents', () => {
  test.each([
    ['KernelDeadlock', 'True'],
    ['ReadonlyFilesystem', 'True'],
    ['StorageReady', 'False'],
  ])('%s=%s is a problem', async (type, status) => {
    const { first } = await run(npd, { objects: [withCondition({ type, status, reason: 'X', message: 'broken' })] });
    expect(first).toMatchObject({ variant: type, severity: 'warning' });
  });
  test.each([
    ['KernelDeadlock', 'False'],
    ['EtcdIsVoter', 'True'],
    ['StorageReady', 'True'],
    ['OutOfDisk', 'Unknown'],
    ['KernelDeadlock', 'Unknown'],
  ])('%s=%s is none', async (type, status) => {
    expect((await run(npd, { objects: [withCondition({ type, status })] })).outcome).toBe('passed');
  });
});

describe('warnings of agents', () => {
  const text = 'Node condition ReadonlyFilesystem is now: True, reason: FilesystemIsReadOnly, message: "Remounting"';
  const warning = (reason: string, message: string, seconds = 300) =>
    anEvent(about, reason, message, { lastTimestamp: ago(seconds), firstTimestamp: ago(seconds) });
  test('are told where no condition tells of them', async () => {
    const { first } = await run(npd, { objects: [warning('FilesystemIsReadOnly', text)] });
    expect(first).toMatchObject({ variant: 'ReadonlyFilesystem', severity: 'warning', subject: { name: 'node-1' } });
    const set = withCondition({ type: 'ReadonlyFilesystem', status: 'True', reason: 'FilesystemIsReadOnly' });
    expect((await run(npd, { objects: [set, warning('FilesystemIsReadOnly', text)] })).found).toHaveLength(1);
  });
  test('are over when the condition says so, and old ones are past', async () => {
    const well = withCondition({ type: 'ReadonlyFilesystem', status: 'False' });
    const { first } = await run(npd, { objects: [well, warning('FilesystemIsReadOnly', text)] });
    expect(first?.state).toBe('recovered');
    expect((await run(npd, { objects: [warning('Ext4Error', 'EXT4-fs error (device sda1)', 9000)] })).found).toEqual(
      [],
    );
  });
  test("of a container at its own limit are its pod's affair", async () => {
    const killed = 'Memory cgroup out of memory: Killed process 4711 (app) total-vm:1kB';
    expect((await run(npd, { objects: [warning('OOMKilling', killed)] })).found).toEqual([]);
    const global = 'Out of memory: Killed process 4711 (app) total-vm:1kB';
    expect((await run(npd, { objects: [warning('OOMKilling', global)] })).first?.variant).toBe('OOMKilling');
  });
});

test('a node that falls three times within an hour', async () => {
  const fall = (seconds: number, count: number) =>
    anEvent(about, 'NodeNotReady', 'Node node-1 status is now: NodeNotReady', { count, lastTimestamp: ago(seconds) });
  expect((await run(flapping, { objects: [fall(60, 4)] })).first?.message).toContain('4 times');
  expect((await run(flapping, { objects: [fall(60, 1)] })).outcome).toBe('passed');
  expect((await run(flapping, { objects: [fall(9000, 4)] })).outcome).toBe('passed');
});

describe('leases', () => {
  const aLease = (name: string, seconds: number) => ({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name, namespace: 'kube-node-lease' },
    spec: { renewTime: ago(seconds) },
  });
  test('one is older than the others', async () => {
    const { found, first } = await run(lease, { objects: [aLease('node-1', 5), aLease('node-2', 185)] });
    expect(found).toHaveLength(1);
    expect(first?.message).toMatch(/node-2 .* 180 s before the newest/);
  });
  test('all equally old: not the nodes', async () => {
    expect((await run(lease, { objects: [aLease('node-1', 900), aLease('node-2', 890)] })).outcome).toBe('passed');
  });
});

describe('reboots', () => {
  test('told by the kubelet', async () => {
    const event = anEvent(about, 'Rebooted', 'Node node-1 has been rebooted, boot id: 1e46fb0c');
    expect((await run(rebooted, { objects: [event] })).first).toMatchObject({ severity: 'warning', state: 'current' });
    const old = { ...event, firstTimestamp: ago(200_000), lastTimestamp: ago(200_000) };
    expect((await run(rebooted, { objects: [old] })).first).toMatchObject({ severity: 'info', state: 'historic' });
  });

  test('a reboot after which everything has come back is a note', async () => {
    const event = anEvent(about, 'Rebooted', 'Node node-1 has been rebooted, boot id: 1e46fb0c');
    const severity = async (...objects: object[]) =>
      (await run(rebooted, { objects: [event, ...objects] })).first?.severity;
    const agent = aPod('agent', { metadata: { namespace: 'kube-system' } });
    expect(await severity(aNode('node-1'), aPod(), agent)).toBe('info');
    expect(await severity(aNode('node-1'), aPod())).toBe('warning');
    const unready = aPod('b', { status: { conditions: [{ type: 'Ready', status: 'False' }] } });
    expect(await severity(aNode('node-1'), aPod(), agent, unready)).toBe('warning');
    const waits = aPod('c', { spec: { nodeName: undefined }, status: { phase: 'Pending' } });
    expect(await severity(aNode('node-1'), aPod(), agent, waits)).toBe('warning');
    expect(await severity(aNode('node-1'))).toBe('warning');
  });

  const ended = (name: string, seconds: number, exitCode = 255) =>
    aPod(name, {
      status: {
        containerStatuses: [
          {
            name: 'app',
            ready: true,
            state: { running: {} },
            lastState: { terminated: { exitCode, finishedAt: ago(seconds) } },
          },
        ],
      },
    });
  test('many containers of one node with one end are one event', async () => {
    const { found, first } = await run(rebooted, { objects: [ended('a', 600), ended('b', 605), ended('c', 590)] });
    expect(found).toHaveLength(1);
    expect(first).toMatchObject({ severity: 'info', subject: { kind: 'Node', name: 'node-1' } });
    expect(first?.message).toContain('3 containers of 3 pods');
  });
  test('ends far apart or for another reason are not', async () => {
    expect((await run(rebooted, { objects: [ended('a', 600), ended('b', 6000), ended('c', 60_000)] })).outcome).toBe(
      'passed',
    );
    expect(
      (await run(rebooted, { objects: [ended('a', 600, 1), ended('b', 600, 1), ended('c', 600, 1)] })).outcome,
    ).toBe('passed');
  });
});

test('pods ended by a planned shutdown', async () => {
  const pod = aPod('a', {
    status: {
      phase: 'Failed',
      reason: 'Terminated',
      message: 'Pod was terminated in response to imminent node shutdown.',
    },
  });
  expect((await run(shutdown, { objects: [pod] })).first).toMatchObject({
    severity: 'info',
    subject: { name: 'node-1' },
  });
  expect((await run(shutdown, { objects: [aPod()] })).outcome).toBe('passed');
});

test('a node at its limit of pods', async () => {
  const node = aNode('node-1', { status: { allocatable: { pods: '2' } } });
  expect((await run(nearMax, { objects: [node, aPod('a'), aPod('b')] })).first?.message).toContain('2 of at most 2');
  expect((await run(nearMax, { objects: [node, aPod('a'), aPod('b')] })).first?.severity).toBe('warning');
  const single = aNode('node-1', { status: { allocatable: { pods: '1' } } });
  expect((await run(nearMax, { objects: [single, aPod('a')] })).outcome).toBe('passed');
  const done = aPod('b', { status: { phase: 'Succeeded' } });
  expect((await run(nearMax, { objects: [node, aPod('a'), done] })).outcome).toBe('passed');
});

test('failing nodes that run another kernel', async () => {
  const node = (name: string, status: string, kernelVersion: string) =>
    aNode(name, {
      status: { conditions: [{ type: 'Ready', status }], nodeInfo: { kernelVersion, kubeletVersion: 'v1.31.4' } },
    });
  const good = [node('a', 'True', '6.1.0'), node('b', 'True', '6.1.0')];
  expect((await run(drift, { objects: [...good, node('c', 'False', '6.8.0')] })).first).toMatchObject({
    variant: 'kernelVersion',
  });
  expect((await run(drift, { objects: [...good, node('c', 'False', '6.1.0')] })).outcome).toBe('passed');
});

describe('registration', () => {
  const line = (who: string) =>
    `Mar 01 11:50:00 node-2 kubelet[866]: E0301 11:50:00.213923     866 kubelet_node_status.go:549] "Error updating node status, will retry" err="${who}"`;
  const log = (...lines: string[]) => [{ class: 'host' as const, origin: { program: 'kubelet' }, lines }];
  const forbidden = line(
    'nodes \\"node-2\\" is forbidden: node \\"node-9\\" is not allowed to modify node \\"node-2\\"',
  );
  test('another identity', async () => {
    const { first } = await run(notRegistered, { logs: log(forbidden) });
    expect(first).toMatchObject({ variant: 'forbidden', severity: 'critical', subject: { name: 'node-2' } });
    expect(first?.message).toContain('node-9');
  });
  test('it has registered since', async () => {
    const missing = line('error getting node \\"node-2\\": nodes \\"node-2\\" not found');
    const ok =
      'Mar 01 11:50:20 node-2 kubelet[866]: I0301 11:50:20.1 866 kubelet_node_status.go:78] "Successfully registered node" node="node-2"';
    expect((await run(notRegistered, { logs: log(missing, missing, missing, ok) })).outcome).toBe('passed');
    expect((await run(notRegistered, { logs: log(missing), objects: [aNode('node-2')] })).outcome).toBe('passed');
  });
  test('without a journal', async () => {
    expect((await run(notRegistered, { objects: [aNode()] })).outcome).toBe('not-checked');
  });
});
