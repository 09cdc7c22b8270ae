import { describe, expect, it } from 'vitest';
import containerCreate from '../../../src/checks/1-application/container-create-error.ts';
import deadMount from '../../../src/checks/5-node/mount-endpoint-dead.ts';
import noSpace from '../../../src/checks/5-node/runtime-no-space.ts';
import runtimeDown from '../../../src/checks/5-node/runtime-down.ts';
import sandbox from '../../../src/checks/5-node/runtime-sandbox-failed.ts';
import { aPod, anEvent, run } from '../../build.ts';

const told = (reason: string, message: string) => anEvent({ kind: 'Pod', name: 'web-0' }, reason, message);
const box = (words: string) =>
  told('FailedCreatePodSandBox', `Failed to create pod sandbox: rpc error: code = Unknown desc = ${words}`);

describe('runtime-sandbox-failed', () => {
  it.each([
    ['mkdir /sys/fs/cgroup/memory/kubepods/pod1: cannot allocate memory: unknown', 'cgroups'],
    ['unable to start unit "cri-containerd-1.scope": Connection reset by peer', 'systemd'],
    ['mkdir /run/containerd/x: no space left on device', 'space'],
    ['failed to start shim: fork/exec /usr/bin/shim: Resource temporarily unavailable', 'limits'],
    ['unable to init seccomp: error loading seccomp filter into kernel: errno 524: unknown', 'bpf-jit'],
    ['something new', undefined],
  ])('%s', async (words, variant) => {
    const { first } = await run(sandbox, { objects: [box(words)] });
    expect(first?.message).toContain(words);
    expect(first?.variant).toBe(variant);
  });

  it.each([
    'plugin type="calico" failed (add): error getting ClusterInformation',
    'failed to get sandbox image "registry.k8s.io/pause:3.9": not found',
    'no runtime for "gvisor" is configured',
    'context deadline exceeded',
  ])('is not for: %s', async (words) => {
    expect((await run(sandbox, { objects: [box(words)] })).outcome).toBe('passed');
  });

  it('a pod that runs by now got its sandbox', async () => {
    const objects = [
      aPod('web-0'),
      anEvent({ kind: 'Pod', name: 'web-0' }, 'FailedCreatePodSandBox', 'rpc error: something new'),
    ];
    expect((await run(sandbox, { objects })).first).toMatchObject({ state: 'recovered' });
  });
});

describe('runtime-no-space', () => {
  it('events name the path, or the pool', async () => {
    const full = told(
      'Failed',
      'Failed to pull image "a/b:1": write /var/lib/containerd/tmp/x: no space left on device',
    );
    expect((await run(noSpace, { objects: [full] })).first?.message).toContain('left at /var/lib/containerd/tmp/x');
    const pool = told(
      'Failed',
      'Failed to pull image "a/b:1": devmapper: Thin Pool has 12 free data blocks which is less than minimum required 40',
    );
    expect((await run(noSpace, { objects: [pool] })).first?.message).toContain('Thin Pool has 12');
  });

  it('the journal speaks where no event does; a watch needs no disk', async () => {
    const logs = (line: string) => [
      { class: 'host' as const, origin: { program: 'containerd', node: 'n1' }, lines: [line] },
    ];
    const { first } = await run(noSpace, { logs: logs('msg="failed: mkdir /var/lib/x: no space left on device"') });
    expect(first).toMatchObject({ subject: { node: 'n1' } });
    expect(
      (await run(noSpace, { logs: logs('inotify_add_watch /sys/fs/cgroup: no space left on device') })).outcome,
    ).toBe('passed');
  });
});

describe('container-create-error', () => {
  it.each(['Error: layer not known'])('%s', async (message) => {
    expect((await run(containerCreate, { objects: [told('Failed', message)] })).first?.message).toContain(message);
  });

  it.each([
    // What the kernel or the node lacks is runtime-kernel-refused's.
    'Error: failed to create containerd container: cannot load seccomp profile "/x.json": no such file or directory',
    'Error: failed to generate container "a" spec: failed to generate spec: path "/data" is mounted on "/" but it is not a shared mount',
    'Error: ErrImagePull',
    'Error: configmap "x" not found',
    'Error: container has runAsNonRoot and image will run as root',
  ])('is not for: %s', async (message) => {
    expect((await run(containerCreate, { objects: [told('Failed', message)] })).outcome).toBe('passed');
  });
});

describe('runtime-down by crictl', () => {
  const says = (message: string) => ({ toolFailures: [{ tool: 'crictl', message, node: 'n1' }] });
  it('nobody answers at its socket', async () => {
    const { first } = await run(runtimeDown, {
      facts: says(
        "FATA[0010] connect: connect endpoint 'unix:///run/containerd/containerd.sock': context deadline exceeded",
      ),
    });
    expect(first).toMatchObject({ variant: 'no-answer', subject: { node: 'n1' } });
  });
  it('a socket that was guessed says nothing', async () => {
    const facts = says('FATA[0000] validate service connection: dial unix /var/run/dockershim.sock: no such file');
    expect((await run(runtimeDown, { facts })).outcome).toBe('passed');
  });
});

describe('mount-endpoint-dead', () => {
  const gone = (words: string) =>
    told('Failed', `Error: failed to apply OCI options: failed to stat "/var/lib/kubelet/pods/8f/mount": ${words}`);

  it.each(['stale NFS file handle', 'transport endpoint is not connected'])('an event says: %s', async (words) => {
    const { first } = await run(deadMount, { objects: [gone(`stat /var/lib/kubelet/pods/8f/mount: ${words}`)] });
    expect(first).toMatchObject({ severity: 'critical', subject: { kind: 'Pod', name: 'web-0' } });
    expect(first?.message).toContain(`/var/lib/kubelet/pods/8f/mount: ${words}`);
  });

  it('another error of the same call is not it', async () => {
    expect((await run(deadMount, { objects: [gone('no such file or directory')] })).outcome).toBe('passed');
  });

  it('a log says it without an event', async () => {
    const lines = ["ls: cannot access '/mnt/data': Stale file handle"];
    const { first } = await run(deadMount, { logs: [{ class: 'host' as const, origin: { node: 'node-1' }, lines }] });
    expect(first?.message).toContain('/mnt/data');
  });
});
