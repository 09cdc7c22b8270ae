import { expect, test } from 'vitest';
import check from '../../../src/checks/2-scheduling/autoscaler-pod-unfit.ts';
import { anEvent, run } from '../../build.ts';

const line = (pod: string, group: string, why: string): string =>
  `I0301 11:59:00.000000       1 scale_up.go:300] Pod ${pod} can't be scheduled on ${group}, predicate checking error: ${why}; predicateName=X; reasons: ${why}; debugInfo=`;
const log = (...lines: readonly string[]) => [{ class: 'container' as const, lines }];

test('what each group says', async () => {
  const { first } = await run(check, {
    logs: log(line('web-0', 'workers-a', 'Insufficient memory'), line('web-0', 'workers-b', 'Insufficient cpu')),
  });
  expect(first).toMatchObject({ severity: 'warning', variant: 'resources', subject: { kind: 'Pod', name: 'web-0' } });
  expect(first?.message).toBe(
    'The cluster autoscaler adds no node for pod web-0: workers-a: Insufficient memory; workers-b: Insufficient cpu',
  );
});

test('a group that takes the pods, or a pod that has a node', async () => {
  const up = 'I0301 11:59:01.000000       1 executor.go:147] Scale-up: setting group workers-b size to 4';
  const refused = line('web-0', 'workers-a', "node(s) didn't match Pod's node affinity/selector");
  expect((await run(check, { logs: log(refused, refused, up) })).outcome).toBe('passed');
  const placed = { kind: 'Pod', metadata: { name: 'web-0', namespace: 'shop' }, spec: { nodeName: 'node-1' } };
  expect((await run(check, { objects: [placed], logs: log(refused, refused) })).first).toMatchObject({
    state: 'recovered',
    variant: 'selector',
  });
});

test('the event of a pod of which nothing else is known', async () => {
  const event = anEvent(
    { kind: 'Pod', name: 'web-0', namespace: 'shop' },
    'NotTriggerScaleUp',
    "pod didn't trigger scale-up: 3 max node group size reached",
  );
  expect((await run(check, { objects: [event] })).first).toMatchObject({
    variant: 'max-size',
    subject: { namespace: 'shop', name: 'web-0' },
  });
  expect((await run(check, {})).outcome).toBe('not-checked');
});

test('the event out of the log of the autoscaler, with the groups that are full', async () => {
  const told =
    'I0301 11:59:02.000000       1 event.go:209] Event(v1.ObjectReference{Kind:"Pod", Namespace:"shop", Name:"web-0", UID:"1", APIVersion:"v1", ResourceVersion:"9", FieldPath:""}): type: \'Normal\' reason: \'NotTriggerScaleUp\' pod didn\'t trigger scale-up (it wouldn\'t fit if a new node is added): 1 max limit reached';
  const full = 'I0301 11:59:01.000000       1 scale_up.go:337] Skipping node group quill-b - max size reached';
  const origin = { path: 'cluster-autoscaler.log', file: 'cluster-autoscaler.log', program: 'cluster-autoscaler' };
  const { first } = await run(check, { logs: [{ class: 'container' as const, origin, lines: [full, told] }] });
  expect(first).toMatchObject({ variant: 'max-size', subject: { kind: 'Pod', namespace: 'shop', name: 'web-0' } });
  expect(first?.message).toContain('at its maximum size: quill-b');
  expect(first?.evidence).toHaveLength(2);
});
