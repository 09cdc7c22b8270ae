import { describe, expect, it } from 'vitest';
import type { Pod } from '../../../src/snapshot/kinds/index.ts';
import { podsWithNews } from '../../../src/snapshot/pods/pods-seen.ts';
import { isSteady, unsteadyPods } from '../../../src/snapshot/pods/steady.ts';
import { ago, snapshotOf } from '../../build.ts';

const met = (type: string) => ({ type, status: 'True' });
const runs = { name: 'app', ready: true, restartCount: 2, state: { running: { startedAt: ago(900) } }, lastState: {} };
const status = {
  phase: 'Running',
  conditions: ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready'].map(met),
  containerStatuses: [runs],
};
const pod = (name: string, change: object = {}, meta: object = {}): Pod => ({
  kind: 'Pod',
  metadata: { namespace: 'shop', name, ...meta },
  spec: { containers: [{ name: 'app' }] },
  status: { ...status, ...change },
});
const container = (change: object) => ({ containerStatuses: [runs, { ...runs, ...change }] });

describe('isSteady', () => {
  it('is true of a pod that runs, ready, without a past', () => {
    expect(isSteady(pod('web'))).toBe(true);
    expect(isSteady(pod('web', { conditions: undefined }))).toBe(true);
  });

  it.each<[string, object, object?]>([
    ['waits for a node', { phase: 'Pending' }],
    ['has ended', { phase: 'Succeeded' }],
    ['is evicted', { reason: 'Evicted' }],
    ['has a message', { message: 'Usage of EmptyDir volume exceeds the limit' }],
    ['is nominated to a node', { nominatedNodeName: 'node-1' }],
    ['is not ready', { conditions: [{ type: 'Ready', status: 'False' }] }],
    ['is to be preempted', { conditions: [...status.conditions, met('DisruptionTarget')] }],
    ['has a container that waits', container({ state: { waiting: { reason: 'CrashLoopBackOff' } } })],
    ['has a container that ended', container({ state: { terminated: { exitCode: 0 } } })],
    ['has a container that ended before', container({ lastState: { terminated: { exitCode: 137 } } })],
    ['has a container that is not ready', container({ ready: false })],
    ['has a container of unknown state', container({ state: undefined })],
    ['has init containers', { initContainerStatuses: [runs] }],
    ['has been debugged', { ephemeralContainerStatuses: [runs] }],
    ['has a container without a status', { containerStatuses: [] }],
    ['has no container statuses', { containerStatuses: undefined }],
    ['is being deleted', {}, { deletionTimestamp: ago(30) }],
  ])('is false of a pod that %s', (_what, change, meta) => {
    expect(isSteady(pod('web', change, meta))).toBe(false);
  });

  it('is false of a pod without a status', () => {
    expect(isSteady({ kind: 'Pod', metadata: { name: 'web' } } as Pod)).toBe(false);
  });
});

describe('the pods worth a look', () => {
  const event = (name: string) => ({
    kind: 'Event',
    metadata: { namespace: 'shop', name: `${name}.1` },
    involvedObject: { kind: 'Pod', namespace: 'shop', name },
    reason: 'Unhealthy',
    message: 'Readiness probe failed',
  });

  it('are the unsteady ones, those with events, and those that only events name, in that order', async () => {
    const snapshot = await snapshotOf({
      objects: [pod('a'), pod('b', { reason: 'Evicted' }), pod('c'), pod('d'), event('gone'), event('c')],
    });
    expect(unsteadyPods(snapshot).map((one) => one.metadata.name)).toEqual(['b']);
    expect(podsWithNews(snapshot).map((seen) => seen.ref.name)).toEqual(['b', 'c', 'gone']);
    expect(podsWithNews(snapshot).map((seen) => seen.gone)).toEqual([false, false, true]);
  });

  it('are joined by those that a check names, in their place', async () => {
    const snapshot = await snapshotOf({ objects: [pod('a'), pod('b', { reason: 'Evicted' }), pod('c'), event('c')] });
    const also = new Set([snapshot.get('pods', 'shop', 'a')].flatMap((one) => one ?? []));
    const seen = podsWithNews(snapshot, also);
    expect(seen.map(({ ref }) => ref.name)).toEqual(['a', 'b', 'c']);
    // One and the same for every caller: checks compare them.
    expect(seen[2]).toBe(podsWithNews(snapshot)[1]);
  });
});
