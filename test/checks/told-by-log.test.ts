/** Faults that only a daemon's log tells: no event, no object. */
import { expect, test } from 'vitest';
import autoscaler from '../../src/checks/2-scheduling/autoscaler-no-scale-up.ts';
import driver from '../../src/checks/2-scheduling/csi-driver-missing-on-node.ts';
import provisioning from '../../src/checks/2-scheduling/pvc-provisioning-failed.ts';
import range from '../../src/checks/3-networking/cni-podcidr-unassigned.ts';
import allocation from '../../src/checks/3-networking/svc-ip-or-port-allocation.ts';
import unknown from '../../src/checks/5-node/node-notready-unknown.ts';
import mount from '../../src/checks/5-node/volume-mount-failed.ts';
import { anEvent, aNode, run } from '../build.ts';

const log = (program: string, ...lines: readonly string[]) => [
  {
    class: program === 'kubelet' ? ('host' as const) : ('container' as const),
    origin: { program, node: 'node-2' },
    lines,
  },
];
const MOUNT =
  'E0301 11:00:00.1 866 nestedpendingoperations.go:348] Operation for "{volumeName:kubernetes.io/nfs/6a-plates}" failed. Error: MountVolume.SetUp failed for volume "plates" (UniqueName: "kubernetes.io/nfs/6a-plates") pod "ink-0" (UID: "6a") : mount failed: exit status 32';

test('a mount that failed, in the words behind the names of volume and pod', async () => {
  const { first } = await run(mount, { logs: log('kubelet', MOUNT) });
  expect(first).toMatchObject({ subject: { kind: 'Pod', name: 'ink-0' } });
  expect(first?.message).toContain('mount failed: exit status 32');
  expect(
    (await run(mount, { logs: log('kubelet', MOUNT.replace('mount failed: exit status 32', 'secret "a" not found')) }))
      .outcome,
  ).toBe('passed');
  const about = { kind: 'Pod', namespace: 'shop', name: 'ink-0' };
  const event = anEvent(about, 'FailedMount', 'MountVolume.SetUp failed for volume "plates" : timed out');
  expect((await run(mount, { objects: [event] })).first?.variant).toBe('timeout');
});

test('what mount(8) said behind a long command, its line breaks written by klog', async () => {
  const why = `mount failed: exit status 32\\nMounting arguments: --scope -- mount -t nfs ${'/plates'.repeat(50)}\\nOutput: Running scope as unit run-1.scope.\\nmount.nfs: Failed to resolve server press: Name or service not known\\n`;
  const { first } = await run(mount, { logs: log('kubelet', MOUNT.replace('mount failed: exit status 32', why)) });
  expect(first).toMatchObject({ variant: 'nfs' });
  expect(first?.message).toContain('Failed to resolve server press');
});

test.each([
  [driver, 'kubelet', 'driver name disk.csi.test not found in the list of registered CSI drivers', 'disk.csi.test'],
  [
    provisioning,
    'csi',
    'failed to provision volume with StorageClass "fast": rpc error: code = ResourceExhausted desc = pool is full',
    'pool is full',
  ],
  [autoscaler, 'cluster-autoscaler', 'Scale-up timed out for node group workers-a after 15m', 'workers-a'],
  [
    autoscaler,
    'cluster-autoscaler',
    'W0127 04:52:37.1 5 scale_up.go:99] Node group press is not ready for scaleup',
    'press is not ready',
  ],
  [
    range,
    'flannel',
    'Error registering network: failed to acquire lease: node "node-7" pod cidr not assigned',
    'node-7',
  ],
  [allocation, 'kube-apiserver', 'failed to allocate a serviceIP: range is full', 'range is full'],
  [
    unknown,
    'kube-controller-manager',
    "node node-9 hasn't been updated for 40.2s. Last Ready is: ...",
    'node-9 for 40.2s',
  ],
] as const)('$0.id', async (check, program, line, words) => {
  const { first } = await run(check, { logs: log(program, line) });
  expect(first?.message).toContain(words);
  expect((await run(check, { logs: log(program, 'all is well') })).found).toEqual([]);
});

test('a node whose object is there is judged by its condition, whatever a controller once said', async () => {
  const logs = log('kube-controller-manager', "node node-9 hasn't been updated for 40.2s");
  expect((await run(unknown, { objects: [aNode('node-9')], logs })).outcome).toBe('passed');
});
