import { expect, test } from 'vitest';
import check from '../../../src/checks/5-node/node-taken-by-cloud.ts';
import { aNode, anEvent, run } from '../../build.ts';

const interrupted = anEvent(
  { kind: 'Node', name: 'spot-1' },
  'SpotInterruption',
  'Spot interruption notice was received. Instance will be interrupted at 2026-03-01T12:02:00Z',
);

test('a spot interruption explains a node that goes', async () => {
  const objects = [interrupted, aNode('spot-1', { status: { conditions: [{ type: 'Ready', status: 'Unknown' }] } })];
  const { first } = await run(check, { objects });
  expect(first).toMatchObject({ subject: { name: 'spot-1' }, message: expect.stringContaining('interrupted at') });
  expect(first).not.toHaveProperty('state', 'recovered');
});

test('a node that is gone or works has been dealt with', async () => {
  for (const node of [aNode('spot-1'), aNode('other')])
    expect((await run(check, { objects: [interrupted, node] })).first).toHaveProperty('state', 'recovered');
});

test('a node that still works and whose condition announces it', async () => {
  const conditions = [
    { type: 'Ready', status: 'True' },
    { type: 'VMEventScheduled', status: 'True', reason: 'VMEventScheduled', message: 'Redeploy Scheduled' },
  ];
  const event = anEvent({ kind: 'Node', name: 'spot-1' }, 'RedeployScheduled', 'Redeploy Scheduled: in 10 minutes');
  const { first } = await run(check, { objects: [event, aNode('spot-1', { status: { conditions } })] });
  expect(first).not.toHaveProperty('state', 'recovered');
});

test('other events of nodes are none of it', async () => {
  const event = anEvent({ kind: 'Node', name: 'n1' }, 'StateChange', 'Node n1 was labelled');
  expect((await run(check, { objects: [event] })).outcome).toBe('passed');
});
