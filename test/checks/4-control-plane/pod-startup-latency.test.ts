import { describe, expect, it } from 'vitest';
import check from '../../../src/checks/4-control-plane/pod-startup-latency.ts';
import { ago, anEvent, aPod, run } from '../../build.ts';

const pod = (name: string, scheduledAfter: number, readyAfter: number, created = 600) =>
  aPod(name, {
    metadata: { creationTimestamp: ago(created) },
    status: {
      conditions: [
        { type: 'PodScheduled', status: 'True', lastTransitionTime: ago(created - scheduledAfter) },
        {
          type: 'PodReadyToStartContainers',
          status: 'True',
          lastTransitionTime: ago(created - scheduledAfter - readyAfter),
        },
      ],
    },
  });
const three = (scheduledAfter: number, readyAfter: number, created?: number) =>
  ['a', 'b', 'c'].map((name) => pod(name, scheduledAfter, readyAfter, created));

describe('pod-startup-latency', () => {
  it('names the stage that takes long', async () => {
    const scheduling = await run(check, { objects: three(40, 2) });
    expect(scheduling.found.map((one) => one.variant)).toEqual(['scheduling']);
    expect(scheduling.first?.message).toContain('needs 40 s');
    expect((await run(check, { objects: three(0, 90) })).found.map((one) => one.variant)).toEqual(['sandbox']);
  });
  it('is silent about quick, few and old pods, and about pods that waited for room', async () => {
    expect((await run(check, { objects: three(0, 3) })).outcome).toBe('passed');
    expect((await run(check, { objects: three(40, 2).slice(1) })).outcome).toBe('passed');
    expect((await run(check, { objects: three(40, 2, 7200) })).outcome).toBe('passed');
    const waited = anEvent({ kind: 'Pod', name: 'a' }, 'FailedScheduling', '0/1 nodes are available');
    expect((await run(check, { objects: [...three(40, 2), waited] })).outcome).toBe('passed');
  });
});
