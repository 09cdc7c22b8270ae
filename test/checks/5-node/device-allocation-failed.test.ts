import { expect, test } from 'vitest';
import check from '../../../src/checks/5-node/device-allocation-failed.ts';
import { aPod, anEvent, run } from '../../build.ts';

const rejected = (message: string) =>
  aPod('train-0', {
    metadata: { ownerReferences: [] },
    spec: { nodeName: 'gpu-1' },
    status: { phase: 'Failed', reason: 'UnexpectedAdmissionError', message, containerStatuses: [] },
  });
const pod = { kind: 'Pod', name: 'train-0' };

test.each([
  [
    'Pod Allocate failed due to device plugin GetPreferredAllocation rpc failed with err: rpc error: code = Unknown desc = Unable to retrieve list of available devices: error creating nvml.Device 3: nvml: GPU is lost, which is unexpected',
    'device-lost',
    /train-0 on gpu-1: the plugin answers: Unable to retrieve .* nvml\.Device 3: nvml: GPU is lost$/,
  ],
  [
    'Pod was rejected: Allocate failed due to no healthy devices present; cannot allocate unhealthy devices nvidia.com/mig-1g.5gb, which is unexpected',
    'unhealthy',
    /unhealthy devices nvidia\.com\/mig-1g\.5gb/,
  ],
  [
    "Pod Allocate failed due to can't allocate unregistered device example.com/card, which is unexpected",
    'unregistered',
    /example\.com\/card is not registered/,
  ],
])('what the kubelet left in the status: %s', async (message, variant, words) => {
  const { first } = await run(check, { objects: [rejected(message)] });
  expect(first).toMatchObject({ variant, subject: { kind: 'Pod', name: 'train-0' } });
  expect(first?.message).toMatch(words);
  expect(first?.fix?.[0]).toContain('gpu-1');
});

test('a plugin that died during the call, from the event alone', async () => {
  const message =
    'Allocate failed due to rpc error: code = Unavailable desc = transport is closing, which is unexpected';
  const { first } = await run(check, { objects: [anEvent(pod, 'UnexpectedAdmissionError', message)] });
  expect(first).toMatchObject({ variant: 'plugin-gone' });
  expect(first?.message).toMatch(/broke off the call: transport is closing$/);
});

test('devices that others hold are not its matter', async () => {
  const message =
    'Pod Allocate failed due to requested number of devices unavailable for nvidia.com/gpu. Requested: 1, Available: 0, which is unexpected';
  expect((await run(check, { objects: [rejected(message)] })).outcome).toBe('passed');
  expect((await run(check, {})).outcome).toBe('not-checked');
});
