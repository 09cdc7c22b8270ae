import { describe, expect, test } from 'vitest';
import disk from '../../../src/checks/5-node/node-disk-pressure.ts';
import memory from '../../../src/checks/5-node/node-memory-pressure.ts';
import pid from '../../../src/checks/5-node/node-pid-pressure.ts';
import { ago, aNode, anEvent, aPod, run } from '../../build.ts';

const about = { kind: 'Node', name: 'node-1' };
const pressed = (type: string, reason: string, over: object = {}) =>
  aNode('node-1', {
    spec: { taints: [{ key: 'node.kubernetes.io/disk-pressure', effect: 'NoSchedule' }] },
    status: {
      conditions: [
        { type: 'Ready', status: 'True', lastHeartbeatTime: ago(10) },
        { type, status: 'True', reason, lastTransitionTime: ago(300), ...over },
      ],
    },
  });

describe('disk', () => {
  test('the condition, with what fills the disk', async () => {
    const { first } = await run(disk, {
      objects: [
        pressed('DiskPressure', 'KubeletHasDiskPressure'),
        anEvent(about, 'EvictionThresholdMet', 'Attempting to reclaim ephemeral-storage', { count: 7 }),
      ],
      facts: {
        filesystems: [
          { node: 'node-1', device: '/dev/vda1', mount: '/', usedPercent: 93 },
          { node: 'node-1', device: '/dev/loop0', mount: '/snap/core', usedPercent: 100 },
        ],
      },
    });
    expect(first).toMatchObject({ severity: 'critical', subject: { kind: 'Node', name: 'node-1' } });
    expect(first?.message).toMatch(
      /DiskPressure \(KubeletHasDiskPressure\).*taint.*reclaim ephemeral-storage.*7 times.*\/dev\/vda1 on \/ is 93 % full/,
    );
    expect(first?.message).not.toContain('loop0');
    expect(first?.evidence[0].text).toContain('KubeletHasDiskPressure');
  });

  test('events alone, and their end', async () => {
    const begins = anEvent(about, 'NodeHasDiskPressure', 'Node node-1 status is now: NodeHasDiskPressure', {
      type: 'Normal',
    });
    expect((await run(disk, { objects: [begins] })).first).toMatchObject({ state: 'current', severity: 'critical' });
    const ends = anEvent(about, 'NodeHasNoDiskPressure', 'Node node-1 status is now: NodeHasNoDiskPressure', {
      lastTimestamp: ago(5),
    });
    expect((await run(disk, { objects: [begins, ends] })).first).toMatchObject({
      state: 'recovered',
      severity: 'info',
    });
    expect((await run(disk, { objects: [ends] })).outcome).toBe('passed');
  });

  test('that there was no image to delete is part of it', async () => {
    const { first } = await run(disk, {
      objects: [
        anEvent(about, 'NodeHasDiskPressure', 'Node node-1 status is now: NodeHasDiskPressure', { type: 'Normal' }),
        anEvent(
          about,
          'ImageGCFailed',
          'Failed to garbage collect required amount of images. Attempted to free 912 bytes, but only found 0 bytes eligible to free.',
        ),
      ],
    });
    expect(first?.message).toContain('only found 0 bytes eligible');
    expect(first?.evidence.at(-1)?.text).toContain('garbage collect');
  });

  test('the last word of a silent kubelet is no pressure now', async () => {
    const node = aNode('node-1', {
      status: {
        conditions: [
          { type: 'Ready', status: 'Unknown' },
          { type: 'DiskPressure', status: 'True' },
        ],
      },
    });
    expect((await run(disk, { objects: [node] })).outcome).toBe('passed');
  });

  test('a healthy node; nothing known', async () => {
    expect((await run(disk, { objects: [aNode()] })).outcome).toBe('passed');
    expect((await run(disk, { objects: [aPod()] })).outcome).toBe('not-checked');
  });
});

test('memory, with the pod that is furthest above its request', async () => {
  const pod = aPod('web-5d9c7b8f6d-k2xvq', {
    spec: { containers: [{ name: 'app', resources: { requests: { memory: '256Mi' } } }] },
  });
  const { first } = await run(memory, {
    objects: [pressed('MemoryPressure', 'KubeletHasInsufficientMemory'), pod],
    facts: {
      podUsage: [{ namespace: 'shop', pod: 'web-5d9c7b8f6d-k2xvq', memoryBytes: 2 * 2 ** 30 }],
      nodeUsage: [{ name: 'node-1', memoryPercent: 97 }],
    },
  });
  expect(first?.message).toMatch(
    /MemoryPressure.*97 % of its memory.*web-5d9c7b8f6d-k2xvq uses 2 GiB with a request of 256 MiB/,
  );
  expect((await run(memory, { objects: [aNode()] })).outcome).toBe('passed');
});

test('process ids', async () => {
  expect((await run(pid, { objects: [pressed('PIDPressure', 'KubeletHasInsufficientPID')] })).first).toMatchObject({
    subject: { name: 'node-1' },
    severity: 'critical',
  });
  expect((await run(pid, { objects: [aNode()] })).outcome).toBe('passed');
});

test('a pod that was evicted tells that its node ran low, where no node is in the bundle', async () => {
  const words = 'The node was low on resource: memory. Threshold quantity: 100Mi, available: 81540Ki.';
  const pod = aPod('ink-0', {
    metadata: { namespace: 'press' },
    spec: { nodeName: 'node-1' },
    status: { phase: 'Failed', reason: 'Evicted', message: words },
  });
  const event = anEvent({ kind: 'Pod', namespace: 'press', name: 'ink-0' }, 'Evicted', words);
  const { first } = await run(memory, { objects: [pod, event] });
  expect(first).toMatchObject({ severity: 'critical', subject: { kind: 'Node', name: 'node-1' } });
  expect((await run(disk, { objects: [pod, event] })).outcome).toBe('passed');
  const relieved = aNode('node-1', { status: { conditions: [{ type: 'MemoryPressure', status: 'False' }] } });
  const over = await run(memory, { objects: [pod, event, relieved] });
  expect(over.found.map(({ state }) => state)).toEqual(['recovered']);
});
