import { describe, expect, test } from 'vitest';
import check from '../../../src/checks/5-node/storage-backend-unhealthy.ts';
import ceph from '../../../src/parsers/host/ceph.ts';
import { collect } from '../../parsers/collect.ts';
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

describe('what Ceph says of itself', () => {
  const of = async (text: string) => {
    const { facts } = await collect(ceph, text);
    return (await run(check, { facts: { hostValues: facts.hostValues ?? [] } })).first;
  };
  test('the gravest complaint first, the daemons and their hosts', async () => {
    const first = await of(
      'HEALTH_WARN 1 pool(s) have no replicas configured; 1 osds down\n[WRN] OSD_DOWN: 1 osds down\n    osd.2 (root=default,host=node-3) is down\n-3  0.09769      host node-3\n 2    hdd  0.09769          osd.2      down   1.00000  1.00000\n',
    );
    expect(first).toMatchObject({ severity: 'warning', variant: 'ceph-osd-down', related: [{ name: 'node-3' }] });
    expect(first?.message).toBe(
      'Ceph reports HEALTH_WARN: 1 osds down; 1 pool(s) have no replicas configured; down: osd.2 on node-3',
    );
  });
  test('data that nobody can reach', async () => {
    const first = await of(
      '  cluster:\n    health: HEALTH_WARN\n            Reduced data availability: 12 pgs inactive\n\n  services:\n    osd: 3 osds: 1 up (since 2m), 3 in\n',
    );
    expect(first).toMatchObject({ severity: 'critical', variant: 'ceph-pg-inactive' });
    expect(first?.message).toContain('3 osds: 1 up');
  });
  test('advice about settings is no trouble, and health none at all', async () => {
    const advice = '  cluster:\n    health: HEALTH_WARN\n            mon is allowing insecure global_id reclaim\n';
    expect(await of(advice)).toMatchObject({ severity: 'info' });
    expect(await of('  cluster:\n    health: HEALTH_OK\n')).toBeUndefined();
  });
});

test('Rook finds no disk that it may take; where an OSD runs that is usual', async () => {
  const text = `2026-03-01 10:00:00.000001 I | cephosd: skipping device "sdq" because it contains a filesystem "xfs"
2026-03-01 10:00:00.000002 W | cephosd: skipping OSD configuration as no devices matched the storage settings for this node "reed"`;
  const logs = [{ class: 'text' as const, lines: text.split('\n') }];
  const { first } = await run(check, { logs });
  expect(first).toMatchObject({ variant: 'no-osd', severity: 'warning' });
  expect(first?.message).toMatch(/on reed: no devices matched .*; it skips sdq because it contains a filesystem "?xfs/);
  expect((await run(check, { logs, objects: [aPod('rook-ceph-osd-0-5d7c')] })).found).toHaveLength(0);
});
