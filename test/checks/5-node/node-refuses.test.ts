import { describe, expect, it } from 'vitest';
import dra from '../../../src/checks/5-node/dra-prepare-failed.ts';
import offered from '../../../src/checks/5-node/gpu-allocatable-zero.ts';
import created from '../../../src/checks/1-application/container-create-error.ts';
import killed from '../../../src/checks/5-node/pod-kill-failed.ts';
import noSpace from '../../../src/checks/5-node/runtime-no-space.ts';
import sandbox from '../../../src/checks/5-node/runtime-sandbox-failed.ts';
import overlay from '../../../src/checks/5-node/runtime-overlayfs-unusable.ts';
import readOnly from '../../../src/checks/5-node/runtime-readonly-filesystem.ts';
import setup from '../../../src/checks/5-node/kubelet-setup-failed.ts';
import windows from '../../../src/checks/5-node/windows-memory-exhausted.ts';
import vgpu from '../../../src/checks/5-node/gpu-vgpu-unlicensed.ts';
import vm from '../../../src/checks/5-node/runtime-vm-unavailable.ts';
import { builtInChecks } from '../../../src/checks/all.ts';
import { ago, aNode, aPod, anEvent, run } from '../../build.ts';

const told = (reason: string, message: string) => anEvent({ kind: 'Pod', name: 'web-0' }, reason, message);
const box = (words: string) =>
  told('FailedCreatePodSandBox', `Failed to create pod sandbox: rpc error: code = Unknown desc = ${words}`);
const text = (...lines: string[]) => [{ class: 'text' as const, origin: {}, lines }];

describe('runtime-readonly-filesystem', () => {
  it('what the kubelet wrote into the status of a pod that it did not admit', async () => {
    const message =
      'Pod Update plugin resources failed due to failed to write checkpoint file "kubelet_internal_checkpoint": open /var/lib/kubelet/device-plugins/.1: read-only file system, which is unexpected.';
    const pod = aPod('web-1', { status: { phase: 'Failed', reason: 'UnexpectedAdmissionError', message } });
    const { first } = await run(readOnly, { objects: [pod] });
    expect(first?.message).toContain('cannot write /var/lib/kubelet/device-plugins/.1 ("read-only file system")');
    expect(first?.evidence[0]?.text).toContain('read-only file system');
  });

  it('events and journals', async () => {
    const mkdir = 'mkdir /var/lib/containerd/io.containerd.grpc.v1.cri/sandboxes/1: read-only file system';
    expect((await run(readOnly, { objects: [box(mkdir)] })).first?.subject.name).toBe('web-0');
    const logs = [{ class: 'host' as const, origin: { program: 'kubelet', node: 'n1' }, lines: [mkdir] }];
    expect((await run(readOnly, { logs })).first).toMatchObject({ subject: { node: 'n1' } });
  });

  it('not what a pod mounts read-only itself', async () => {
    const own = box('mkdir /var/lib/containers/storage/overlay/1/merged/host/x: read-only file system');
    expect((await run(readOnly, { objects: [own] })).outcome).toBe('passed');
    const rootfs = box(
      'error mounting "/a" to rootfs at "/b": mkdir /run/containerd/1/rootfs/b: read-only file system',
    );
    expect((await run(readOnly, { objects: [rootfs] })).outcome).toBe('passed');
  });
});

describe('runtime-vm-unavailable', () => {
  it.each([
    'failed to create shim task: failed to launch qemu: exit status 1, error messages from qemu log: Could not access KVM kernel module: No such file or directory',
    'failed to create containerd task: Error creating KVM object: Permission denied',
    'open /dev/kvm: no such file or directory',
  ])('%s', async (words) => {
    const { first } = await run(vm, { objects: [box(words)] });
    expect(first?.message).toMatch(/virtual machine \(KVM, QEMU\) of pod web-0 .* cannot start: |cannot start: /);
  });
  it('logs of the hypervisor', async () => {
    const logs = text('msg="Unable to launch /usr/bin/qemu-system-x86_64: exit status 1" subsystem=qmp');
    expect((await run(vm, { logs })).first?.message).toContain('exit status 1');
  });
  it('is not for a network that fails', async () => {
    expect((await run(vm, { objects: [box('plugin type="calico" failed (add): timeout')] })).outcome).toBe('passed');
  });
});

describe('runtime-overlayfs-unusable', () => {
  it('the kernel names the directory', async () => {
    const logs = text("[   81.9] overlayfs: filesystem on '/var/lib/containerd/1/fs' not supported as upperdir");
    expect((await run(overlay, { logs })).first?.message).toContain('not supported as upperdir');
  });
  it('events of pods', async () => {
    const mount = box(
      'failed to create containerd task: failed to mount rootfs component &{overlay overlay [workdir=/x upperdir=/y lowerdir=/z]}: invalid argument: unknown',
    );
    expect((await run(overlay, { objects: [mount] })).first?.message).toContain('invalid argument');
    const full = box('failed to mount rootfs component &{overlay}: no space left on device: unknown');
    expect((await run(overlay, { objects: [full] })).outcome).toBe('passed');
  });
});

describe('dra-prepare-failed', () => {
  it.each([
    ['prepare dynamic resources: DRA driver gpu.example.com is not registered', 'gpu.example.com'],
    [
      'prepare dynamic resources: NodePrepareResources: rpc error: code = DeadlineExceeded desc = context deadline exceeded',
      'DeadlineExceeded',
    ],
  ])('events: %s', async (words, key) => {
    const event = told('FailedPrepareDynamicResources', `Failed to prepare dynamic resources: ${words}`);
    expect((await run(dra, { objects: [event] })).first?.message).toContain(key);
  });
  it('the journal of the kubelet', async () => {
    const logs = text(
      'E0116 02:12:39.849988   14067 kuberuntime_manager.go:1323] "Failed to prepare dynamic resources" err="prepare dynamic resources: DRA driver gpu.example.com is not registered" pod="jobs/train-0"',
    );
    expect((await run(dra, { logs })).first?.message).toContain('DRA driver gpu.example.com is not registered');
  });
});

describe('kubelet-setup-failed', () => {
  const about = { kind: 'Node', name: 'n1' };
  const words =
    'Failed to start ContainerManager Failed to enforce System Reserved Cgroup Limits on "system.slice": "system.slice" cgroup does not exist';
  it('events of the node', async () => {
    const { first } = await run(setup, { objects: [anEvent(about, 'KubeletSetupFailed', words)] });
    expect(first).toMatchObject({ subject: { kind: 'Node', name: 'n1' }, severity: 'critical' });
    expect(first?.message).toContain('"system.slice" cgroup does not exist');
  });
  it('a node that became ready since', async () => {
    const objects = [
      anEvent(about, 'KubeletSetupFailed', words, { lastTimestamp: ago(900) }),
      anEvent(about, 'NodeReady', 'Node n1 status is now: NodeReady', { lastTimestamp: ago(30) }),
    ];
    expect((await run(setup, { objects })).first?.state).toBe('recovered');
  });
});

describe('windows-memory-exhausted', () => {
  it('an image that was pulled again does not end it', async () => {
    const objects = [
      told(
        'Failed',
        'Error: failed to start container "app": Error response from daemon: container 1 encountered an error during hcsshim::System::CreateProcess: failure in a Windows system call: The paging file is too small for this operation to complete. (0x5af)',
      ),
      anEvent({ kind: 'Pod', name: 'web-0' }, 'Pulled', 'Container image "app:1" already present on machine'),
    ];
    expect((await run(windows, { objects })).first).toMatchObject({ state: 'current', severity: 'critical' });
  });
});

describe('gpu-vgpu-unlicensed', () => {
  const card = (status: string) => ({
    gpus: [
      {
        name: 'NVIDIA L40S-8Q',
        node: 'g1',
        license: { status, source: { file: 'q.txt', line: 9, text: `License Status : ${status}` } },
        source: { file: 'q.txt', line: 1, text: 'GPU 00000000:02:00.0' },
      },
    ],
  });
  it('the card says so', async () => {
    const { first } = await run(vgpu, { facts: card('Unlicensed (Restricted)') });
    expect(first).toMatchObject({ subject: { node: 'g1' }, evidence: [{ line: 9 }] });
    expect(first?.message).toContain('NVIDIA L40S-8Q of g1 has no license (vGPU, GRID): License Status: Unlicensed');
    expect((await run(vgpu, { facts: card('Licensed (Expiry: 2026-3-4 10:0:0 GMT)') })).outcome).toBe('passed');
  });
  it('its daemon says so', async () => {
    const logs = text('Mar 03 10:00:09 v1 nvidia-gridd[912]: Failed to acquire license from lic.example.org');
    expect((await run(vgpu, { logs })).first?.message).toContain('Failed to acquire license');
  });
});

describe('what says "no space left on device" and means no disk', () => {
  it('control groups, also of the pod itself', async () => {
    const words =
      'unable to ensure pod container exists: failed to create container for [kubepods burstable pod1b] : mkdir /sys/fs/cgroup/memory/kubepods/burstable/pod1b: no space left on device';
    const { first } = await run(sandbox, { objects: [told('FailedCreatePodContainer', words)] });
    expect(first).toMatchObject({ variant: 'cgroups', message: expect.stringContaining('a cgroup leak') });
  });
  it('namespaces', async () => {
    const objects = [box('cannot create sandbox process: fork/exec /proc/self/exe: no space left on device')];
    expect((await run(sandbox, { objects })).first).toMatchObject({ variant: 'namespaces' });
    expect((await run(noSpace, { objects })).outcome).toBe('passed');
  });
  it('a disk all the same', async () => {
    const objects = [box('mkdir /var/lib/containerd/x: no space left on device')];
    expect((await run(noSpace, { objects })).first?.message).toContain('at /var/lib/containerd/x');
  });
});

describe('pod-kill-failed', () => {
  const kill = (words: string) =>
    told('FailedKillPod', `error killing pod: failed to "KillContainer" for "app" with KillContainerError: "${words}"`);
  it('says what the runtime said', async () => {
    const words = 'rpc error: code = Unknown desc = runc did not terminate: unable to signal init: permission denied';
    const { first } = await run(killed, { objects: [kill(words)] });
    expect(first?.message).toBe(
      'The runtime cannot kill pod web-0: runc did not terminate: unable to signal init: permission denied (AppArmor or SELinux forbids the signal) (3 times)',
    );
  });
  it.each([
    'rpc error: code = Unknown desc = networkPlugin cni failed to teardown pod "web-0" network: no route to host',
    'rpc error: code = Unknown desc = Error: No such container: 1b2c',
  ])('%s', async (words) => {
    expect((await run(killed, { objects: [kill(words)] })).outcome).toBe('passed');
  });
  it('journals, once it repeats', async () => {
    const line =
      'E0301 11:50:00.000000    1 x.go:1] "Error syncing pod" err="failed to \\"KillContainer\\" for \\"app\\" with KillContainerError: \\"rpc error: code = DeadlineExceeded desc = context deadline exceeded\\""';
    const logs = [{ class: 'host' as const, origin: { program: 'kubelet', node: 'n1' }, lines: [line, line, line] }];
    expect((await run(killed, { logs })).first).toMatchObject({ subject: { node: 'n1' }, severity: 'critical' });
    const once = [{ class: 'host' as const, origin: { program: 'kubelet', node: 'n1' }, lines: [line] }];
    expect((await run(killed, { logs: once })).first).toMatchObject({ severity: 'info' });
  });
});

describe('what the lines beside a line tell', () => {
  it('of a crash of the kernel', async () => {
    const check = builtInChecks.find(({ id }) => id === 'kernel-panic-oops');
    if (check === undefined) throw new Error('no such check');
    const lines = [
      '[  201.650000] BUG: unable to handle page fault for address: ffffb0',
      '[  201.650011] CPU: 3 PID: 812 Comm: spool-writer Tainted: P           O      6.1.0 #1',
      '[  201.650020] Hardware name: Example/Board, BIOS 1.0',
      '[  201.650031] RIP: 0010:example_drain+0x1a/0x90 [example_nic]',
    ];
    const logs = [{ class: 'kernel' as const, origin: { node: 'n1' }, lines }];
    const { first } = await run(check, { logs });
    expect(first?.message).toContain('(Comm: spool-writer, RIP: 0010:example_drain+0x1a/0x90)');
  });
});

describe('gpu-allocatable-zero', () => {
  const card = (node: string) => ({ gpus: [{ name: 'Tesla T4', node }] });
  const node = aNode('g1', { status: { capacity: { cpu: '8', memory: '16Gi', pods: '110' } } });
  it('the driver sees a card that the node does not offer', async () => {
    const { first } = await run(offered, { objects: [node], facts: card('g1') });
    expect(first).toMatchObject({ variant: 'unoffered', severity: 'warning', subject: { name: 'g1' } });
    expect(first?.message).toContain('sees a GPU (Tesla T4), and the node does not offer it');
  });
  it('not of another machine', async () => {
    expect((await run(offered, { objects: [node, aNode('n2')], facts: card('g2') })).outcome).toBe('passed');
  });
});

describe('events that stand for many like them', () => {
  it('are read without the words in front', async () => {
    const words = 'Error: failed to generate container "1b" spec: failed to generate spec: failed to mkdir "/dev/x"';
    const objects = [told('Failed', `(combined from similar events): ${words}`)];
    expect((await run(created, { objects })).first?.message).toContain('failed to mkdir "/dev/x"');
  });
});
