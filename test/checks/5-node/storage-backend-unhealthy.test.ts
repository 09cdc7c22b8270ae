import { expect, test } from 'vitest';
import check from '../../../src/checks/5-node/storage-backend-unhealthy.ts';
import { aNode, aPod, run } from '../../build.ts';

const looping = {
  containerStatuses: [{ name: 'osd', ready: false, state: { waiting: { reason: 'CrashLoopBackOff' } } }],
};

test('a daemon of the storage does not run', async () => {
  const { first } = await run(check, { objects: [aPod('rook-ceph-osd-3-7c9d', { status: looping })] });
  expect(first).toMatchObject({ variant: 'daemon', severity: 'warning', subject: { kind: 'Pod' } });
  expect(first?.message).toMatch(/Ceph \(Rook\).*CrashLoopBackOff/);
});

test('Ceph says so itself', async () => {
  const logs = [
    { class: 'text' as const, lines: ['  cluster:', '    health: HEALTH_ERR', '            1 full osd(s)'] },
  ];
  expect((await run(check, { logs })).first).toMatchObject({ variant: 'ceph-error', severity: 'critical' });
});

test('daemons that run, and other pods', async () => {
  const objects = [
    aPod('rook-ceph-osd-3-7c9d'),
    aPod('web-1', { status: looping }),
    aPod('rook-ceph-osd-prepare-x', { status: looping }),
  ];
  expect((await run(check, { objects })).outcome).toBe('passed');
  expect((await run(check, { objects: [aNode()] })).outcome).toBe('not-checked');
});
