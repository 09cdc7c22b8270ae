import { expect, test } from 'vitest';
import check from '../../../src/checks/1-application/config-ref-missing.ts';
import { anEvent, run } from '../../build.ts';

const POD = { kind: 'Pod', name: 'web-0', namespace: 'shop' };

test('a SecretProviderClass that the Secrets Store CSI driver does not find', async () => {
  const message =
    'MountVolume.SetUp failed for volume "keys" : rpc error: code = Unknown desc = failed to get secretproviderclass shop/web-keys, error: SecretProviderClass.secrets-store.csi.x-k8s.io "web-keys" not found';
  const { first } = await run(check, { objects: [anEvent(POD, 'FailedMount', message)] });
  expect(first).toMatchObject({
    variant: 'secretproviderclass',
    severity: 'critical',
    subject: { kind: 'Pod', namespace: 'shop', name: 'web-0' },
  });
  expect(first?.message).toContain('SecretProviderClass web-keys does not exist in namespace shop');
  const other = 'MountVolume.SetUp failed for volume "keys" : rpc error: code = Unknown desc = provider not found';
  expect((await run(check, { objects: [anEvent(POD, 'FailedMount', other)] })).outcome).toBe('passed');
});

test('a ConfigMap that only Fargate looks for is none that the pod names', async () => {
  const message = 'Disabled logging because aws-logging configmap was not found. configmap "aws-logging" not found';
  expect((await run(check, { objects: [anEvent(POD, 'LoggingDisabled', message)] })).outcome).toBe('passed');
});
