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

it("reads the controller's own log: its events and its errors", async () => {
  const lines = [
    '{"level":"debug","logger":"events","msg":"Warning","object":{"kind":"Ingress","namespace":"shop","name":"portal"},"reason":"FailedBuildModel","message":"Failed build model due to couldn\'t auto-discover subnets"}',
    '{"level":"error","logger":"controller.service","msg":"Reconciler error","name":"grpc","namespace":"shop","error":"WebIdentityErr: failed to retrieve credentials\\ncaused by: AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity\\n\\tstatus code: 403, request id: 1f2e"}',
    '{"level":"error","logger":"controller.ingress","msg":"Reconciler error","name":"portal2","namespace":"shop","error":"Operation cannot be fulfilled: the object has been modified; security group"}',
  ];
  const { found } = await run(check, { logs: [{ class: 'container', lines }] });
  expect(found.map(({ subject }) => `${subject.kind} ${subject.namespace ?? ''}/${subject.name}`)).toEqual([
    'Ingress shop/portal',
    'Service shop/grpc',
  ]);
  expect(found[1]?.message).toContain('AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity');
});
