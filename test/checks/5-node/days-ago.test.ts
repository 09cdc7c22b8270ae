/** What a journal said last days before the collection is history, whichever check reads it. */
import { describe, expect, it, test } from 'vitest';
import fileHandles from '../../../src/checks/5-node/fd-exhaustion.ts';
import cgroupDriver from '../../../src/checks/5-node/kubelet-cgroup-driver-mismatch.ts';
import kubeletDown from '../../../src/checks/5-node/kubelet-down.ts';
import eviction from '../../../src/checks/5-node/kubelet-eviction-active.ts';
import imageGc from '../../../src/checks/5-node/kubelet-image-gc-failing.ts';
import inotify from '../../../src/checks/5-node/kubelet-inotify-exhausted.ts';
import restartLoop from '../../../src/checks/5-node/kubelet-restart-loop.ts';
import notRegistered from '../../../src/checks/5-node/node-not-registered.ts';
import runtimeDown from '../../../src/checks/5-node/runtime-down.ts';
import kernelRefused from '../../../src/checks/5-node/runtime-kernel-refused.ts';
import noSpace from '../../../src/checks/5-node/runtime-no-space.ts';
import restarting from '../../../src/checks/5-node/runtime-restarting.ts';
import storage from '../../../src/checks/5-node/storage-backend-unhealthy.ts';
import vfio from '../../../src/checks/5-node/vfio-passthrough-failed.ts';
import damaged from '../../../src/checks/5-node/volume-fs-corrupt.ts';
import ownership from '../../../src/checks/5-node/volume-ownership-slow.ts';
import type { Check } from '../../../src/checks/check.ts';
import { run } from '../../build.ts';

const SAID: readonly (readonly [Check, string, ('kernel' | 'text')?])[] = [
  [fileHandles, 'kernel: VFS: file-max limit 400000 reached', 'kernel'],
  [
    cgroupDriver,
    'kubelet[866]: E "Failed to run kubelet" err="failed to run Kubelet: misconfiguration: kubelet cgroup driver: "cgroupfs" is different from docker cgroup driver: "systemd""',
  ],
  [kubeletDown, 'systemd[1]: kubelet.service: Main process exited, code=exited, status=1/FAILURE'],
  [eviction, 'kubelet[866]: "Eviction manager: attempting to reclaim" resourceName="inodes"'],
  [eviction, 'kubelet[866]: Failed to admit pod web-1_shop(uid-1) - node has conditions: [DiskPressure]'],
  [
    imageGc,
    'kubelet[866]: "Image garbage collection failed multiple times in a row" err="failed to garbage collect required amount of images. Attempted to free 1288490188 bytes, but only found 0 bytes eligible to free."',
  ],
  [inotify, 'kubelet[866]: "command failed" err="failed complete: too many open files"'],
  [restartLoop, 'systemd[1]: kubelet.service: Scheduled restart job, restart counter is at 41.'],
  [
    notRegistered,
    'kubelet[866]: "Error updating node status, will retry" err="error getting node "n1": nodes "n1" not found"',
  ],
  [runtimeDown, "systemd[1]: containerd.service: Failed with result 'exit-code'."],
  [kernelRefused, 'containerd[702]: starting container process caused: apply caps: operation not permitted: unknown'],
  [noSpace, 'containerd[702]: mkdir /var/lib/containerd/snapshots/new-1: no space left on device'],
  [storage, 'mon.a mon.q 192.0.2.3:0/1 clock skew 0.31s > max 0.05s', 'text'],
  [storage, 'mon.a (mon.0) 41 : overall health: HEALTH_ERR 1 full osd(s)', 'text'],
  [
    vfio,
    'libvirtd[9]: qemu-kvm: -device vfio-pci,host=0000:01:00.0,id=ua-gpu1: vfio 0000:01:00.0: group 1 is not viable',
  ],
  [
    damaged,
    "kubelet[866]: 'fsck' found errors on device /dev/sdc but could not correct them: /dev/sdc: UNEXPECTED INCONSISTENCY",
  ],
  [
    ownership,
    'kubelet[866]: "Setting volume ownership for /var/lib/kubelet/pods/1/volumes/data is taking longer than expected, consider using OnRootMismatch"',
  ],
];

describe('the state of what a journal says', () => {
  it.each(SAID.map(([check, line, cls]) => [check.id, check, line, cls ?? 'host'] as const))('%s', async (...said) => {
    const [, check, line, cls] = said;
    const stateOn = async (day: string) =>
      (await run(check, { logs: [{ class: cls, lines: [`${day}T11:50:00+00:00 n1 ${line}`] }] })).first?.state;
    expect(await stateOn('2026-03-01')).toBe('current');
    expect(await stateOn('2026-02-25')).toBe('historic');
  });
});

test('frequent starts, of days ago and in journals without a year', async () => {
  const starts = (day: string) =>
    [0, 2, 4, 6, 8].map((minute) => `${day} 11:0${minute}:00 n1 systemd[1]: Started containerd container runtime.`);
  const state = async (day: string) =>
    (await run(restarting, { logs: [{ class: 'host', lines: starts(day) }] })).first?.state;
  expect(await state('Mar 01')).toBe('current');
  expect(await state('Feb 25')).toBe('historic');
});
