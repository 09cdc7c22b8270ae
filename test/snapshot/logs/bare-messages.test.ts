import { expect, test } from 'vitest';
import { bareMessage } from '../../../src/snapshot/logs/bare-messages.ts';

test.each([
  ['MountVolume.SetUp failed for volume "tls" : secret "web-tls" not found', 'Pod', 'FailedMount'],
  [
    'Unable to attach or mount volumes: unmounted volumes=[data], unattached volumes=[data]: timed out',
    'Pod',
    'FailedMount',
  ],
  ['Failed to create pod sandbox: rpc error: code = Unknown desc = no route', 'Pod', 'FailedCreatePodSandBox'],
  ['Error: configmap "web-config" not found', 'Pod', 'Failed'],
  ["couldn't find key HOST in ConfigMap shop/web", 'Pod', 'Failed'],
  ['The node was low on resource: memory. Threshold quantity: 100Mi', 'Pod', 'Evicted'],
  ['Allocate failed due to no healthy devices present; cannot', 'Pod', 'UnexpectedAdmissionError'],
  ['Resources cannot be allocated with Topology locality', 'Pod', 'TopologyAffinityError'],
  ["Node didn't have enough resource: cpu, requested: 4000, used: 1200, capacity: 4000", 'Pod', 'OutOfcpu'],
  ['pod has unbound immediate PersistentVolumeClaims', 'Pod', 'FailedScheduling'],
  ['storageclass.storage.k8s.io "fast" not found', 'PersistentVolumeClaim', 'ProvisioningFailed'],
  ['Cannot determine if job needs to be started: too many missed start times', 'CronJob', 'FailedNeedsStart'],
  ["pod didn't trigger scale-up: 2 max node group size reached", 'Pod', 'NotTriggerScaleUp'],
  ['Job has reached the specified backoff limit', 'Job', 'BackoffLimitExceeded'],
])('%s', (line, kind, reason) => {
  expect(bareMessage(line)).toEqual({ kind, name: '(unnamed)', reason, message: line });
});

test('whom the message names it is about; words above it are none of it', () => {
  expect(bareMessage('I see: Back-off restarting failed container web in pod web-0_shop(6a1c)')).toEqual({
    kind: 'Pod',
    namespace: 'shop',
    name: 'web-0',
    reason: 'BackOff',
    message: 'Back-off restarting failed container web in pod web-0_shop(6a1c)',
  });
  expect(bareMessage('Error creating: pods "api-7f6c-" is forbidden: exceeded quota: team')).toMatchObject({
    kind: 'ReplicaSet',
    name: 'api-7f6c',
  });
  expect(bareMessage('Pods "api-7f6c-x2k4q" is forbidden: failed quota: team: must specify memory')).toMatchObject({
    kind: 'ReplicaSet',
    name: 'api-7f6c',
  });
  expect(bareMessage('the pod was restarted by hand')).toBeUndefined();
});

test('quotes around the whole message are none of it', () => {
  expect(bareMessage('message: \'Back-off pulling image "web:1"\'')?.message).toBe('Back-off pulling image "web:1"');
  expect(bareMessage('message: "0/3 nodes are available: 3 Insufficient cpu."')?.message).toBe(
    '0/3 nodes are available: 3 Insufficient cpu.',
  );
});

test.each([
  [
    'Error syncing pod, skipping: failed to "StartContainer" for "press" with ErrImagePull: "rpc error: no basic auth credentials"',
    'Failed',
    'Error: ErrImagePull: rpc error: no basic auth credentials',
  ],
  [
    'failed to "StartContainer" for "press" with CrashLoopBackOff: "back-off 5m0s restarting failed container"',
    'BackOff',
    'Back-off restarting failed container: back-off 5m0s restarting failed container',
  ],
  [
    'Error: failed to create subPath directory for volumeMount "plates" of container "press"',
    'Failed',
    'Error: failed to create subPath directory for volumeMount "plates" of container "press"',
  ],
  [
    'image pull failed for hub.test/press:1, this may be because there are no credentials on this request.  details: (x)',
    'Failed',
    'image pull failed for hub.test/press:1, this may be because there are no credentials on this request.  details: (x)',
  ],
  [
    '"message": "back-off 1m20s restarting failed container=press pod=ink-0_shop(4b56c5e4-5b86)",',
    'BackOff',
    'Back-off restarting failed container press in pod ink-0_shop(4b56c5e4-5b86)',
  ],
])('old words of the kubelet: %s', (line, reason, message) => {
  expect(bareMessage(line)).toMatchObject({ kind: 'Pod', reason, message });
});
