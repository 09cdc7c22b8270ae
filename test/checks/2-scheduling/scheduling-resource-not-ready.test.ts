import { expect, it } from 'vitest';
import unclassified from '../../../src/checks/1-application/unclassified-warning-events.ts';
import check from '../../../src/checks/2-scheduling/scheduling-resource-not-ready.ts';
import type { CustomResource } from '../../../src/parsers/records.ts';
import { ago, anEvent, run } from '../../build.ts';

const source = { file: 'a.txt', line: 1, text: 'x' };
const group = (conditions: Partial<CustomResource['conditions'][number]>[], more: Partial<CustomResource> = {}) => ({
  resourceKind: 'PodGroup',
  apiVersion: 'scheduling.volcano.sh/v1beta1',
  name: 'ink-7',
  namespace: 'press',
  state: 'Pending',
  conditions: conditions.map((one) => ({ type: 'Unschedulable', status: 'True', source, ...one })),
  ...more,
});
const why = { reason: 'NotEnoughResources', message: '2/2 tasks in gang unschedulable: pod group is not ready' };
const about = { kind: 'PodGroup', namespace: 'press', name: 'ink-7' };
const facts = (...customResources: ReturnType<typeof group>[]) => ({ facts: { customResources } });

it('tells what a gang waits for, with what its events say besides', async () => {
  const overused = anEvent(about, 'Unschedulable', 'resource in cluster is overused', { type: 'Normal' });
  const { first, found } = await run(check, { ...facts(group([why])), objects: [overused] });
  expect(found).toHaveLength(1);
  expect(first).toMatchObject({
    severity: 'warning',
    subject: { kind: 'PodGroup', namespace: 'press', name: 'ink-7' },
  });
  expect(first?.message).toMatch(/NotEnoughResources: 2\/2 tasks .*; resource in cluster is overused/);
});

it('a gang that runs keeps the condition of its wait', async () => {
  const running = group([why, { type: 'Scheduled', reason: 'tasks in gang are ready to be scheduled' }], {
    state: 'Running',
  });
  const waited = anEvent(about, 'Unschedulable', 'resource in cluster is overused');
  expect((await run(check, { ...facts(running), objects: [waited] })).outcome).toBe('passed');
});

it('a workload without quota, whose reason is Pending', async () => {
  const workload = group(
    [{ type: 'QuotaReserved', status: 'False', reason: 'Pending', message: 'insufficient quota' }],
    {
      resourceKind: 'Workload',
      apiVersion: 'kueue.x-k8s.io/v1beta1',
    },
  );
  const { state: _, ...waiting } = workload;
  expect((await run(check, facts(waiting as never))).first?.message).toContain('QuotaReserved=False');
});

it('events alone, of a group or of the job behind it; nothing else takes them for its own', async () => {
  const event = anEvent(
    { kind: 'Job', name: 'ink' },
    'PodGroupPending',
    'PodGroup press:ink unschedule,reason: 3 more cpu',
  );
  expect((await run(check, { objects: [event] })).first).toMatchObject({
    variant: 'PodGroupPending',
    subject: { kind: 'Job', name: 'ink' },
  });
  const failed = anEvent({ kind: 'CStorVolumeConfig', name: 'pvc-1' }, 'Provisioning', 'no pools');
  expect((await run(check, { objects: [failed] })).first?.message).toContain('no pools');
  expect((await run(unclassified, { objects: [failed] })).outcome).toBe('passed');
  const done = anEvent({ kind: 'CStorVolumeConfig', name: 'pvc-1' }, 'Provisioned', 'made', {
    type: 'Normal',
    lastTimestamp: ago(1),
  });
  expect(
    (await run(check, { objects: [failed, { ...done, metadata: { name: 'e2', namespace: 'shop' } }] })).outcome,
  ).toBe('passed');
  const pod = anEvent({ kind: 'Pod', name: 'ink-0' }, 'Unschedulable', 'no room');
  expect((await run(check, { objects: [pod] })).outcome).toBe('passed');
});

it('volumes that all say the same are one trouble; a group names its queue', async () => {
  const volume = (name: string) => ({
    ...group([], { resourceKind: 'Volume', apiVersion: 'longhorn.io/v1beta2', name, state: 'degraded' }),
    message: 'ROBUSTNESS degraded, SCHEDULED False',
  });
  const { found, first } = await run(check, facts(volume('pvc-a'), volume('pvc-b')));
  expect(found).toHaveLength(1);
  expect(first?.message).toMatch(/pvc-a and 1 more \(pvc-b\).*SCHEDULED False/);
  expect(first?.related).toContainEqual({ kind: 'PersistentVolume', name: 'pvc-b' });
  expect((await run(check, facts(group([why], { queue: 'night' })))).first?.message).toContain('in queue night');
});

it('a machine whose pod has the words of the scheduler says no more than that it waits', async () => {
  const machine = group([], {
    resourceKind: 'VirtualMachineInstance',
    apiVersion: 'kubevirt.io/v1',
    name: 'box',
    state: 'Scheduling',
    message: 'PHASE Scheduling',
  });
  const pod = anEvent({ kind: 'Pod', name: 'virt-launcher-box-x2k9q' }, 'FailedScheduling', '0/1 nodes are available');
  expect((await run(check, facts(machine))).found).toHaveLength(1);
  expect((await run(check, { ...facts(machine), objects: [pod] })).found).toHaveLength(0);
});

it('a snapshot that names its content leaves the word to it', async () => {
  const snapshot = (kind: string, name: string, message: string) => ({
    ...group([], { resourceKind: kind, apiVersion: 'snapshot.storage.k8s.io/v1', name, state: 'error' }),
    message,
  });
  const { found, first } = await run(
    check,
    facts(
      snapshot('VolumeSnapshot', 'nightly', 'READYTOUSE false, SNAPSHOTCONTENT content-1'),
      snapshot('VolumeSnapshotContent', 'content-1', 'Failed to take the snapshot'),
    ),
  );
  expect(found).toHaveLength(1);
  expect(first?.subject).toMatchObject({ kind: 'VolumeSnapshotContent' });
});

it('what the controller wrote of the object, also where its line names no kind', async () => {
  const line =
    '2026-03-01T10:00:00Z\tERROR\tReconciler error\t{"controller": "gangs", "namespace": "press", "name": "ink-7", "error": "queue night is closed"}';
  const { first } = await run(check, { ...facts(group([why])), logs: [{ class: 'container', lines: [line] }] });
  expect(first?.message).toContain('queue night is closed');
  const other = await run(check, {
    ...facts(group([why], { name: 'ink-8' })),
    logs: [{ class: 'container', lines: [line] }],
  });
  expect(other.first?.message).not.toContain('closed');
});
