import { expect, test } from 'vitest';
import check from '../../../src/checks/2-scheduling/pvc-pending-unexplained.ts';
import { ago, anEvent, run } from '../../build.ts';

const claim = (age: number, spec: object = { storageClassName: 'fast' }) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'data-0', namespace: 'shop', creationTimestamp: ago(age) },
  spec,
  status: { phase: 'Pending' },
});
const fast = (volumeBindingMode: string) => ({
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name: 'fast' },
  provisioner: 'disk.example.com',
  volumeBindingMode,
});
const foundIn = async (...objects: readonly object[]) => (await run(check, { objects })).found;

test('a claim that waits for hours without a word is told, with little certainty', async () => {
  const [first] = await foundIn(claim(10_800));
  expect(first).toMatchObject({ severity: 'warning', confidence: 'low', subject: { name: 'data-0' } });
  expect(first?.message).toBe('Claim data-0 (class fast) has been Pending for 3 h; no event in the bundle says why');
  expect(await foundIn(claim(10_800), fast('Immediate'))).toHaveLength(1);
});

test('young claims, those that wait by design and those of which others tell are left alone', async () => {
  expect(await foundIn(claim(60))).toEqual([]);
  expect(await foundIn(claim(10_800), fast('WaitForFirstConsumer'))).toEqual([]);
  expect(await foundIn(claim(10_800, {}))).toEqual([]);
  const event = anEvent({ kind: 'PersistentVolumeClaim', name: 'data-0' }, 'ProvisioningFailed', 'no capacity');
  expect(await foundIn(claim(10_800), event)).toEqual([]);
});
