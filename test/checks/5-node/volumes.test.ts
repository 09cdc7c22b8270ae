import { describe, expect, test } from 'vitest';
import nfs from '../../../src/checks/5-node/nfs-unreachable.ts';
import attach from '../../../src/checks/5-node/volume-attach-failed.ts';
import corrupt from '../../../src/checks/5-node/volume-fs-corrupt.ts';
import mount from '../../../src/checks/5-node/volume-mount-failed.ts';
import multi from '../../../src/checks/5-node/volume-multi-attach.ts';
import ownership from '../../../src/checks/5-node/volume-ownership-slow.ts';
import resize from '../../../src/checks/5-node/volume-resize-failed.ts';
import stale from '../../../src/checks/5-node/volumeattachment-stale.ts';
import { ago, aNode, anEvent, aPod, run } from '../../build.ts';

const NAME = 'db-0';
const pod = aPod(NAME, {
  metadata: { ownerReferences: [] },
  spec: { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data-db-0' } }] },
  status: {
    phase: 'Pending',
    containerStatuses: [{ name: 'app', ready: false, state: { waiting: { reason: 'ContainerCreating' } } }],
  },
});
const well = aPod(NAME, { metadata: { ownerReferences: [] } });
const event = (reason: string, message: string, over: Record<string, unknown> = {}) =>
  anEvent({ kind: 'Pod', name: NAME }, reason, message, over);
const pv = {
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata: { name: 'pvc-1' },
  spec: { claimRef: { kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'data-db-0' } },
};
const anAttachment = (over: { metadata?: object; spec?: object; status?: object } = {}) => ({
  apiVersion: 'storage.k8s.io/v1',
  kind: 'VolumeAttachment',
  metadata: { name: 'csi-1', ...over.metadata },
  spec: { attacher: 'disk.example.com', nodeName: 'node-9', source: { persistentVolumeName: 'pvc-1' }, ...over.spec },
  status: { attached: true, ...over.status },
});

describe('mounts', () => {
  test.each([
    [
      'MountVolume.SetUp failed for volume "pvc-1" : mount failed: exit status 32 mount.nfs: Connection timed out',
      'nfs',
    ],
    [
      'MountVolume.SetUp failed for volume "host" : hostPath type check failed: /var/lib/x is not a directory',
      'host-path',
    ],
    [
      'MountVolume.MountDevice failed for volume "pvc-1" : driver name disk.example.com not found in the list of registered CSI drivers',
      'driver-missing',
    ],
    [
      'Unable to attach or mount volumes: unmounted volumes=[data], unattached volumes=[data]: timed out waiting for the condition',
      'timeout',
    ],
    [
      'MountVolume.SetUp failed for volume "pvc-1" : rpc error: code = Internal desc = cannot format and mount the device',
      'other',
    ],
    [
      'MountVolume.SetUp failed for volume "pvc-1" : rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing dial unix /var/lib/kubelet/plugins/disk.example.com/csi.sock: connect: connection refused"',
      'driver-down',
    ],
    [
      'MountVolume.SetUp failed for volume "pvc-1" : rpc error: code = FailedPrecondition desc = Volume ID: "v-1" does not appear staged to "/var/lib/kubelet/plugins/x/globalmount"',
      'not-staged',
    ],
    [
      'MountVolume.SetUp failed for volume "pvc-1" : applyFSGroup failed for vol v-1: lstat /opt/kubelet/pods/a/mount: no such file or directory',
      'kubelet-directory',
    ],
    [
      'MountVolume.MountDevice failed for volume "pvc-1" : rpc error: code = Internal desc = format of disk "/dev/x" failed: /dev/x is apparently in use by the system; will not make a filesystem here!',
      'busy',
    ],
    [
      'MountVolume.MountDevice failed for volume "pvc-1" : rpc error: code = Internal desc = rbd: map failed with error an error (exit status 110) occurred while running rbd args: [map pool/image-1]',
      'ceph',
    ],
    [
      'MountVolume.MountDevice failed for volume "pvc-1" : rpc error: code = Internal desc = formatting disk failed: The file /dev/disk/by-id/scsi-0Q does not exist and no size was specified.',
      'device-missing',
    ],
    ['MountVolume.WaitForAttach failed for volume "pvc-1" : Cannot find Lun for disk quill-1', 'device-missing'],
    [
      'MountVolume.MountDevice failed for volume "pvc-1" : rpc error: code = NotFound desc = image not found: no such image',
      'gone',
    ],
    // Kubernetes 1.6 and 1.7.
    [
      'MountVolume.SetUp failed for volume "kubernetes.io/nfs/1f-data" (spec.Name: "data") pod "1f" (UID: "1f") with: mount failed: exit status 32 Output: mount.nfs: rpc.statd is not running but is required for remote locking.',
      'client-missing',
    ],
  ])('%s', async (message, variant) => {
    const { first } = await run(mount, { objects: [pod, event('FailedMount', message)] });
    expect(first).toMatchObject({
      variant,
      severity: 'critical',
      state: 'current',
      subject: { kind: 'Pod', name: NAME },
    });
  });
  test('the detailed sibling of the summary decides, the claim is related', async () => {
    const { first } = await run(mount, {
      objects: [
        pod,
        pv,
        event('FailedMount', 'MountVolume.SetUp failed for volume "pvc-1" : permission denied', {
          lastTimestamp: ago(90),
        }),
        {
          ...event(
            'FailedMount',
            'Unable to attach or mount volumes: unmounted volumes=[data], unattached volumes=[data]: timed out waiting for the condition',
          ),
          metadata: { name: 'e2', namespace: 'shop' },
        },
      ],
    });
    expect(first?.variant).toBe('denied');
    expect(first?.related).toContainEqual(
      expect.objectContaining({ kind: 'PersistentVolumeClaim', name: 'data-db-0' }),
    );
  });
  test('what mount(8) printed is told, also behind long arguments', async () => {
    const path = `/var/lib/kubelet/plugins/kubernetes.io/csi/${'a'.repeat(300)}/globalmount`;
    const message = `MountVolume.MountDevice failed for volume "pvc-1" : mount failed: exit status 32 Mounting arguments: -t xfs -o defaults /dev/sdq ${path} Output: mount: ${path}: special device /dev/sdq does not exist.`;
    const told = (await run(mount, { objects: [pod, event('FailedMount', message)] })).first?.message ?? '';
    expect(told).toMatch(/mount failed: exit status 32 .* … mount: /);
    expect(told.length).toBeLessThan(660);
  });
  test('a missing Secret is the configuration’s fault', async () => {
    const message = 'MountVolume.SetUp failed for volume "tls" : secret "web-tls" not found';
    expect((await run(mount, { objects: [pod, event('FailedMount', message)] })).outcome).toBe('passed');
  });
  test('it runs now; no events', async () => {
    const message = 'MountVolume.SetUp failed for volume "pvc-1" : mount failed: exit status 32';
    expect((await run(mount, { objects: [well, event('FailedMount', message)] })).first).toMatchObject({
      state: 'recovered',
      severity: 'info',
    });
    expect((await run(mount, { objects: [pod] })).outcome).toBe('not-checked');
  });
});

describe('Multi-Attach', () => {
  const message =
    'Multi-Attach error for volume "pvc-1" Volume is already exclusively attached to one node and can\'t be attached to another';
  test('names the node that holds it', async () => {
    const dead = aNode('node-9', { status: { conditions: [{ type: 'Ready', status: 'Unknown' }] } });
    const { first } = await run(multi, {
      objects: [pod, pv, dead, anAttachment(), event('FailedAttachVolume', message)],
    });
    expect(first).toMatchObject({ state: 'current', severity: 'critical' });
    expect(first?.message).toMatch(/still attached to node node-9, which is not ready/);
    expect(first?.related).toContainEqual({ kind: 'Node', name: 'node-9' });
  });
  test('where nothing tells the holder, the only node that is down is named', async () => {
    const dead = aNode('node-9', { status: { conditions: [{ type: 'Ready', status: 'False' }] } });
    const failed = event('FailedAttachVolume', message);
    const { first } = await run(multi, { objects: [pod, dead, aNode('node-2'), failed] });
    expect(first?.message).toMatch(/node node-9 is not ready/);
    expect(first?.related).toContainEqual({ kind: 'Node', name: 'node-9' });
    const quiet = await run(multi, { objects: [pod, aNode('node-9'), aNode('node-2'), failed] });
    expect(quiet.first?.message).not.toMatch(/not ready/);
  });
  test('attached later', async () => {
    const later = event('SuccessfulAttachVolume', 'AttachVolume.Attach succeeded for volume "pvc-1"', {
      type: 'Normal',
      lastTimestamp: ago(10),
    });
    expect((await run(multi, { objects: [pod, event('FailedAttachVolume', message), later] })).first).toMatchObject({
      state: 'recovered',
      severity: 'info',
    });
  });
  test('another failure', async () => {
    const other = 'AttachVolume.Attach failed for volume "pvc-1" : rpc error: code = NotFound desc = disk not found';
    expect((await run(multi, { objects: [pod, event('FailedAttachVolume', other)] })).outcome).toBe('passed');
    expect((await run(attach, { objects: [pod, event('FailedAttachVolume', other)] })).first).toMatchObject({
      variant: 'gone',
    });
  });
});

test('attachments that fail by their own status, for want of slots', async () => {
  const bad = anAttachment({
    status: { attached: false, attachError: { message: 'AttachVolumeLimitExceeded: too many volumes attached' } },
  });
  expect((await run(attach, { objects: [bad] })).first).toMatchObject({
    variant: 'limit',
    subject: { kind: 'PersistentVolume', name: 'pvc-1' },
  });
  expect((await run(attach, { objects: [anAttachment()] })).outcome).toBe('passed');
});

test.each([
  ['node "node-1" has no NodeID annotation', 'driver-missing'],
  ['CSINode node-1 does not contain driver disk.example.com', 'driver-missing'],
  [
    "InvalidParameterValue: Invalid value '/dev/xvdq' for unixDevice. Attachment point /dev/xvdq is already in use",
    'device-in-use',
  ],
  ['rpc error: code = Internal desc = unable to attach volume pvc-1 to node-1: volume pvc-1 not scheduled', 'unplaced'],
  ['rpc error: code = Aborted desc = volume pvc-1 is not ready for workloads', 'replicas-lost'],
  ['volume attachment is being deleted', 'detaching'],
  ['compute.VirtualMachinesClient#CreateOrUpdate: Code="AttachDiskWhileBeingDetached"', 'detaching'],
  ['rpc error: code = Aborted desc = droplet 9 is in process of another action', 'detaching'],
  ['RawError: cloud provider throttled for operation Update with reason "client throttled"', 'throttled'],
  ['VolumeInUse: vol-1 is already attached to an instance', 'held'],
  ['UnauthorizedOperation: You are not authorized to perform this operation', 'credentials'],
  ['rpc error: code = DeadlineExceeded desc = context deadline exceeded', 'timeout'],
  ['rpc error: code = Unknown desc = teapot', 'failed'],
])('attaching fails: %s', async (tail, variant) => {
  const message = `AttachVolume.Attach failed for volume "pvc-1" : ${tail}`;
  const { first } = await run(attach, { objects: [pod, event('FailedAttachVolume', message)] });
  expect(first?.variant).toBe(variant);
  expect(first?.message).toContain(tail);
});

test('the first mount of a new disk fails before it is formatted', async () => {
  const failed = 'mount: /m: wrong fs type, bad option, bad superblock on /dev/sdq, missing codepage';
  const formats =
    'I0301 11:59:01.000000 1 mount_linux.go:481] Disk "/dev/sdq" appears to be unformatted, attempting to format as type: "ext4"';
  const log = (...lines: readonly string[]) => ({ logs: [{ class: 'text' as const, lines }] });
  expect((await run(corrupt, log(failed, formats))).outcome).toBe('passed');
  expect((await run(corrupt, log(formats, failed))).first).toMatchObject({ variant: 'unreadable' });
  expect((await run(corrupt, log(failed, formats.replace('sdq', 'sdr')))).first).toMatchObject({
    variant: 'unreadable',
  });
});

describe('left-over attachments', () => {
  test('the node is gone', async () => {
    expect((await run(stale, { objects: [anAttachment(), aNode('node-1')] })).first).toMatchObject({
      variant: 'node-gone',
    });
    expect((await run(stale, { objects: [anAttachment(), aNode('node-9')] })).outcome).toBe('passed');
    // Nodes that were not listed are not gone.
    expect(
      (await run(stale, { objects: [anAttachment(), aNode('node-1')], complete: ['VolumeAttachment'] })).outcome,
    ).toBe('passed');
  });
  test('it has been deleting for long', async () => {
    const deleting = (seconds: number) => anAttachment({ metadata: { deletionTimestamp: ago(seconds) } });
    expect((await run(stale, { objects: [deleting(1200)] })).first).toMatchObject({ variant: 'deleting' });
    expect((await run(stale, { objects: [deleting(60)] })).outcome).toBe('passed');
  });
});

test('damaged file systems', async () => {
  const message = (tail: string) => `MountVolume.MountDevice failed for volume "pvc-1" : ${tail}`;
  const fsck = message("'fsck' found errors on device /dev/sdc but could not correct them: UNEXPECTED INCONSISTENCY");
  expect((await run(corrupt, { objects: [pod, event('FailedMount', fsck)] })).first?.message).toContain('pvc-1');
  const share = message(
    'mount: /mnt: wrong fs type, bad option, bad superblock on 192.0.2.9:/export, missing codepage or helper program',
  );
  expect((await run(corrupt, { objects: [pod, event('FailedMount', share)] })).outcome).toBe('passed');
});

test('slow change of ownership', async () => {
  const message =
    'Setting volume ownership for /var/lib/kubelet/pods/1/volumes/x is taking longer than expected, processed 120000 files';
  expect(
    (await run(ownership, { objects: [pod, event('VolumePermissionChangeInProgress', message)] })).first?.subject.name,
  ).toBe(NAME);
  expect((await run(ownership, { objects: [pod, event('Pulled', 'x')] })).outcome).toBe('passed');
});

test('a described claim whose file system does not grow', async () => {
  const asked = (seenAgo: number) =>
    anEvent({ kind: 'PersistentVolumeClaim', name: 'data-db-0' }, 'FileSystemResizeRequired', 'Require resize', {
      type: 'Normal',
      seenAgo,
    });
  const claim = {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'data-db-0', namespace: 'shop' },
    status: {
      phase: 'Bound',
      capacity: { storage: '1Gi' },
      conditions: [
        { type: 'FileSystemResizePending', status: 'True', message: 'Waiting for user to (re-)start a pod' },
      ],
    },
  };
  const alone = { complete: false, now: null };
  const { first } = await run(resize, { ...alone, objects: [claim, asked(2000)] });
  expect(first).toMatchObject({ variant: 'pending', severity: 'warning' });
  expect(first?.message).toContain('capacity still 1Gi');
  expect((await run(resize, { ...alone, objects: [claim, asked(30)] })).outcome).toBe('passed');
  expect((await run(resize, { now: null, objects: [claim, asked(2000)] })).first?.severity).toBe('info');
});

test('resizes', async () => {
  const claim = (seconds: number) => ({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'data-db-0', namespace: 'shop' },
    status: { conditions: [{ type: 'FileSystemResizePending', status: 'True', lastTransitionTime: ago(seconds) }] },
  });
  expect((await run(resize, { objects: [claim(3600)] })).first).toMatchObject({
    severity: 'info',
    subject: { name: 'data-db-0' },
  });
  expect((await run(resize, { objects: [claim(20)] })).outcome).toBe('passed');
  const failed = anEvent({ kind: 'PersistentVolumeClaim', name: 'data-db-0' }, 'VolumeResizeFailed', 'quota exceeded');
  expect((await run(resize, { objects: [failed] })).first).toMatchObject({ severity: 'warning' });
});

describe('NFS', () => {
  const kernel = (...messages: string[]) => [
    {
      class: 'kernel' as const,
      origin: { node: 'node-1' },
      lines: messages.map((m, i) => `[${5000 + i}.000000] ${m}`),
    },
  ];
  const silent = 'nfs: server 192.0.2.9 not responding, still trying';
  test('a server that does not answer, and one that came back', async () => {
    expect((await run(nfs, { logs: kernel(silent) })).first).toMatchObject({
      state: 'current',
      subject: { name: 'node-1' },
      variant: '192.0.2.9',
    });
    expect((await run(nfs, { logs: kernel(silent, 'nfs: server 192.0.2.9 OK') })).first).toMatchObject({
      state: 'recovered',
    });
    expect((await run(nfs, { logs: kernel('eth0: link up') })).outcome).toBe('passed');
  });
  test('told by a pod', async () => {
    const message =
      'MountVolume.SetUp failed for volume "pvc-1" : mount failed: exit status 32\nMounting arguments: -t nfs files.example.com:/export /x\nOutput: mount.nfs: Connection timed out';
    const { first } = await run(nfs, { objects: [pod, event('FailedMount', message)] });
    expect(first?.message).toMatch(/files\.example\.com:\/export.*Connection timed out/);
  });
});
