import { expect, test } from 'vitest';
import check from '../../../src/checks/2-scheduling/hami-no-card.ts';
import { anEvent, run } from '../../build.ts';

const pod = (nodeName?: string) => ({
  kind: 'Pod',
  metadata: { name: 'press-0', namespace: 'ml' },
  spec: { containers: [{ name: 'app' }], ...(nodeName === undefined ? {} : { nodeName }) },
  status: { phase: nodeName === undefined ? 'Pending' : 'Running' },
});
const about = { kind: 'Pod', name: 'press-0', namespace: 'ml' };

test('the code of an event and what it means', async () => {
  const { first } = await run(check, {
    objects: [
      pod(),
      anEvent(about, 'FilteringFailed', '2 nodes CardTimeSlicingExhausted(quill-1,quill-2)'),
      anEvent(
        about,
        'FailedScheduling',
        '0/2 nodes are available: 2 NodeUnfitPod. preemption: 0/2 nodes are available',
      ),
    ],
  });
  expect(first).toMatchObject({ severity: 'critical', subject: { kind: 'Pod', name: 'press-0', namespace: 'ml' } });
  expect(first?.message).toContain('deviceSplitCount');
});

test('the lines of the extender', async () => {
  const lines = [
    'I0301 10:00:23.952120       1 score.go:198] "request devices nums cannot exceed the total number of devices on the node." pod="ml/press-0" request devices nums=4 node device nums=2',
    'I0301 10:00:23.952296       1 score.go:225] "calcScore:node not fit pod" pod="ml/press-0" node="quill-1"',
  ];
  const logs = [{ class: 'container' as const, lines }];
  const { first } = await run(check, { logs });
  expect(first?.message).toContain('request devices nums=4 node device nums=2');
  expect(first?.message).toContain('more cards than a node has');
  expect((await run(check, { objects: [pod('quill-1')], logs })).first).toMatchObject({ state: 'recovered' });
});

test('verdicts of other schedulers say nothing of HAMi', async () => {
  const event = anEvent(about, 'FailedScheduling', '0/2 nodes are available: 2 Insufficient nvidia.com/gpu.');
  expect((await run(check, { objects: [pod(), event] })).outcome).toBe('passed');
});
