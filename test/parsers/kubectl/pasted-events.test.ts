import { expect, it, test } from 'vitest';
import type { KubeEvent } from '../../../src/snapshot/kinds/index.ts';
import { pastedEvents } from '../../../src/parsers/kubectl/pasted-events.ts';
import { run } from './run.ts';

const events = (text: string): readonly KubeEvent[] => run(pastedEvents, text).of('Event') as readonly KubeEvent[];

it('reads the events of a description without their description', () => {
  const text = `Events:
  Type     Reason       Age                From               Message
  ----     ------       ----               ----               -------
  Normal   Scheduled    3m                 default-scheduler  Successfully assigned ink/press-0 to quill-2
  Warning  FailedMount  10s (x4 over 2m)   kubelet            MountVolume.SetUp failed for volume "plates" : timed out`;
  const all = events(text);
  expect(all).toHaveLength(2);
  expect(all[1]).toMatchObject({
    reason: 'FailedMount',
    count: 4,
    involvedObject: { kind: 'Pod', namespace: 'ink', name: 'press-0' },
    message: 'MountVolume.SetUp failed for volume "plates" : timed out',
  });
});

it('reads rows without their header, about a pod that nothing names and a claim', () => {
  const all = events(`see here:
  Warning  FailedMount         2m (x9 over 20m)  kubelet                      stale NFS file handle
  Normal   FailedBinding       4s (x3 over 40s)  persistentvolume-controller  no persistent volumes available
  Warning  ImageGCFailed       1m                kubelet, quill-3             wanted to free 9 bytes`);
  expect(all.map((event) => event.involvedObject)).toEqual([
    { kind: 'Pod', name: '(unnamed)' },
    { kind: 'PersistentVolumeClaim', name: '(unnamed)' },
    { kind: 'Node', name: 'quill-3' },
  ]);
  expect(all[2]?.source).toEqual({ component: 'kubelet', host: 'quill-3' });
});

it('is no reader of tables with other columns', () => {
  expect(pastedEvents.sniff(['LAST SEEN   TYPE     REASON   OBJECT   MESSAGE'], { file: 'a', firstLine: 1 })).toBe(
    false,
  );
  expect(pastedEvents.sniff(['Warning: this is a sentence  with  gaps'], { file: 'a', firstLine: 1 })).toBe(false);
});

const about = (text: string, command?: string) =>
  run(pastedEvents, text, command)
    .of('Event')
    .map(({ involvedObject: o }) => `${o.kind} ${o.namespace ?? '-'}/${o.name}`);

test('the command tells whose events they are, by name or at least by kind', () => {
  const row = '  Warning  ProvisioningFailed  12s (x70 over 17m)  persistentvolume-controller  no class\n';
  expect(about(row, 'kubectl describe pvc data -n shop | tail -1')).toEqual(['PersistentVolumeClaim shop/data']);
  expect(about(row)).toEqual(['PersistentVolumeClaim -/(unnamed)']);
  const pull = '  Warning  Failed  12s (x7 over 17m)  kubelet  Error: ErrImagePull\n';
  expect(about(pull, 'kubectl describe pod')).toEqual(['Pod -/(unnamed)']);
  expect(about(pull, 'kubectl describe pod web-0')).toEqual(['Pod -/web-0']);
});

test('a message of the kubelet names the pod, what a controller makes names the controller’s object', () => {
  expect(
    about(
      '  Warning  BackOff  12s  kubelet  Back-off restarting failed container app in pod web-0_shop(0f1c2d3e-aaaa)\n',
    ),
  ).toEqual(['Pod shop/web-0']);
  expect(
    about('  Normal  ScalingReplicaSet  9m  deployment-controller  Scaled up replica set web-5d9c7b8f6d to 1\n'),
  ).toEqual(['Deployment -/web']);
});

it('takes the Service out of the message of MetalLB', () => {
  const [event] = events(
    '  Warning  AllocationFailed  4m  metallb-controller  Failed to allocate IP for "shop/web": no available IPs',
  );
  expect(event?.involvedObject).toEqual({ kind: 'Service', namespace: 'shop', name: 'web' });
});

test('marks around an excerpt are none of the message', () => {
  const row = '<snip>\n  Warning  BackOff  4m (x9 over 20m)  kubelet  Back-off restarting failed container\n</snip>\n';
  expect(run(pastedEvents, row).of('Event')[0]?.message).toBe('Back-off restarting failed container');
});

test('events of a provisioner are about a claim; what could not be made names its owner', () => {
  const provisioner =
    '  Warning  ProvisioningFailed  21m (x12 over 24m)  disk.example.com_disk-controller-0_b30b6ebc-490c-4b35-943e-9e117e9a5b19-and-more-letters  no room\n';
  expect(run(pastedEvents, provisioner).of('Event')[0]?.involvedObject).toEqual({
    kind: 'PersistentVolumeClaim',
    name: '(unnamed)',
  });
  const refused =
    '  Warning  FailedCreate  42s (x15 over 2m4s)  replicaset-controller  Error creating: pods "web-controller-manager-77ccf5456f-" is forbidden: no\n';
  expect(run(pastedEvents, refused).of('Event')[0]?.involvedObject).toEqual({
    kind: 'ReplicaSet',
    name: 'web-controller-manager-77ccf5456f',
  });
});

it('reads a row whose message begins in the next line', () => {
  const [event] = events(
    'Warning  FailedCreatePodSandBox  2m (x194 over 88m)  kubelet, quill-1\n(combined from similar events): Failed to create pod sandbox:\nplugin failed for pod "press-0"',
  );
  expect(event).toMatchObject({
    reason: 'FailedCreatePodSandBox',
    count: 194,
    message: '(combined from similar events): Failed to create pod sandbox: plugin failed for pod "press-0"',
  });
});

it('the kubelet names its node', () => {
  const all = events(`Events:
  Type     Reason                Age                  From     Message
  ----     ------                ----                 ----     -------
  Normal   NodeHasDiskPressure   56m (x11 over 2d2h)  kubelet  Node quill-4 status is now: NodeHasDiskPressure
  Warning  EvictionThresholdMet  56m (x11 over 2d2h)  kubelet  Attempting to reclaim ephemeral-storage`);
  expect(all.map((one) => one.involvedObject)).toMatchObject([
    { kind: 'Node', name: 'quill-4' },
    { kind: 'Node', name: 'quill-4' },
  ]);
});

test('a heading that is indented', () => {
  const text =
    '   Events:\n  Type     Reason   Age  From     Message\n  ----     ------   ---  ----     -------\n  Warning  BackOff  1m   kubelet  Back-off restarting failed container\n';
  expect(run(pastedEvents, text).of('Event')).toHaveLength(1);
});

test('rows of kubectl up to 1.8 are told by their words, whatever their columns look like', () => {
  const all = events(`Events:
  FirstSeen LastSeen Count From     SubobjectPath   Type    Reason     Message
  3m  1m   4  {kubelet quill-3}   spec.containers{press}   Warning Failed   Failed to start it: no ink
  2m  9s   7  {default-scheduler }         Warning   FailedScheduling  no node`);
  expect(all).toHaveLength(2);
  expect(all[0]).toMatchObject({
    type: 'Warning',
    reason: 'Failed',
    count: 4,
    message: 'Failed to start it: no ink',
    involvedObject: { fieldPath: 'spec.containers{press}' },
    source: { component: 'kubelet', host: 'quill-3' },
  });
  expect(all[1]).toMatchObject({ reason: 'FailedScheduling', source: { component: 'default-scheduler' } });
  // Without their header, and with a comma since 1.5.
  expect(events('  3m  1m   4  kubelet, quill-3   Warning   Failed   no ink')[0]?.source?.host).toBe('quill-3');
});

test('events had no type up to 1.2, and are told by their sender in braces', () => {
  const all =
    events(`  18m    5s    114    {kubelet 192.0.2.7}    spec.containers{press}            Pulling    Pulling image "press"
  18m    4s    114    {kubelet 192.0.2.7}    spec.containers{press}        Failed    Failed to pull image "press": no basic auth
  3m     9s    7      {scheduler }           failedScheduling    no fit`);
  expect(all.map(({ type, reason }) => [type, reason])).toEqual([
    ['Normal', 'Pulling'],
    ['Warning', 'Failed'],
    ['Warning', 'FailedScheduling'],
  ]);
});

test('rows whose blanks a chat has squeezed', () => {
  const [one] = events(
    'Warning FailedScheduling 40s (x2 over 40s) default-scheduler 0/2 nodes are available: 2 Insufficient cpu.',
  );
  expect(one).toMatchObject({
    reason: 'FailedScheduling',
    count: 2,
    source: { component: 'default-scheduler' },
    message: '0/2 nodes are available: 2 Insufficient cpu.',
  });
});

test('the provisioner names the claim', () => {
  const rows = `  Warning  ProvisioningFailed  12s (x7 over 17m)  disk.example.com_0  failed to provision volume
  Normal   Provisioning        12s (x8 over 17m)  disk.example.com_0  External provisioner is provisioning volume for claim "ink/plates-0"
`;
  expect(about(rows)).toEqual(['PersistentVolumeClaim ink/plates-0', 'PersistentVolumeClaim ink/plates-0']);
  const other =
    '  Normal   Provisioning  1s  disk.example.com_0  External provisioner is provisioning volume for claim "ink/plates-1"\n';
  expect(about(rows + other)[0]).toBe('PersistentVolumeClaim -/(unnamed)');
});

test('a row of a scheduler without a sender, and a claim that grows', () => {
  const rows = `Normal   Scheduled    <unknown>      Successfully assigned ink/press-0 to quill-1
  Warning  FailedMount  10s (x4 over 2m)  kubelet, quill-1  MountVolume.SetUp failed for volume "plates" : timed out
`;
  expect(about(rows)).toEqual(['Pod ink/press-0', 'Pod ink/press-0']);
  const grows =
    'Warning  VolumeResizeFailed  1m (x25 over 1h)  volume_expand  Error expanding volume "ink/plates" of plugin quill : in use\n';
  expect(about(grows)).toEqual(['PersistentVolumeClaim ink/plates']);
});

test('who uses a claim stands below its events in old descriptions', () => {
  const text = `Events:
  Type       Reason              Age                From              Message
  ----       ------              ----               ----              -------
  Normal     ProvisioningFailed  2m (x100 over 1h)  quill.io/trident  no available backends
Mounted By:  <none>`;
  expect(events(text).map(({ message }) => message)).toEqual(['no available backends']);
});
