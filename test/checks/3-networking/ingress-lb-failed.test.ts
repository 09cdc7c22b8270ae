import { expect, it } from 'vitest';
import check from '../../../src/checks/3-networking/ingress-lb-failed.ts';
import { anEvent, run } from '../../build.ts';

const about = { kind: 'Ingress', name: 'portal' };

it('tells what stands in the way of a load balancer', async () => {
  const { first } = await run(check, {
    objects: [
      anEvent(about, 'FailedBuildModel', 'Failed build model due to no subnet with tag kubernetes.io/role/elb'),
    ],
  });
  expect(first).toMatchObject({ severity: 'critical', subject: { kind: 'Ingress', name: 'portal' } });
  expect(first?.message).toContain('kubernetes.io/role/elb');
});

it('leaves other events and other kinds alone', async () => {
  const objects = [
    anEvent(about, 'Synced', 'Scheduled for sync'),
    anEvent({ kind: 'Kustomization', name: 'apps' }, 'FailedReconcile', 'no'),
  ];
  expect((await run(check, { objects })).outcome).toBe('passed');
  expect((await run(check, {})).outcome).toBe('not-checked');
});
