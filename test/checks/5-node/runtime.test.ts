import { describe, expect, test } from 'vitest';
import noCri from '../../../src/checks/5-node/runtime-cri-disabled.ts';
import corrupt from '../../../src/checks/5-node/runtime-image-store-corrupt.ts';
import down from '../../../src/checks/5-node/runtime-down.ts';
import handler from '../../../src/checks/5-node/runtime-handler-missing.ts';
import reserved from '../../../src/checks/5-node/runtime-name-reserved.ts';
import restarting from '../../../src/checks/5-node/runtime-restarting.ts';
import sandbox from '../../../src/checks/5-node/runtime-sandbox-image-failed.ts';
import units from '../../../src/checks/5-node/systemd-units-failed.ts';
import { aNode, anEvent, aPod, NOW, run } from '../../build.ts';

const unit = (name: string, active: string) => ({
  node: 'node-1',
  unit: `${name}.service`,
  load: 'loaded',
  active,
  sub: 'dead',
});

describe('a runtime without the CRI', () => {
  const crictl = (message: string) => ({
    facts: { toolFailures: [{ node: 'node-1', tool: 'crictl', message }] },
    objects: [aNode()],
  });
  const other = crictl(
    'FATA[0000] validate service connection: validate CRI v1 runtime API for endpoint "unix:///run/containerd/containerd.sock": rpc error: code = Unimplemented desc = unknown service runtime.v1.RuntimeService',
  );
  test('crictl is answered, but not what it asks', async () => {
    const { first } = await run(noCri, other);
    expect(first).toMatchObject({ severity: 'critical', subject: { kind: 'Node', name: 'node-1' } });
    expect(first?.message).toMatch(/answers crictl.*unknown service runtime\.v1\.RuntimeService/);
    expect((await run(down, other)).outcome).toBe('passed');
  });
  test('a socket without anybody is the other trouble', async () => {
    const none = crictl('FATA[0000] connect: connect endpoint "unix:///run/containerd/containerd.sock": no such file');
    expect((await run(noCri, none)).outcome).toBe('passed');
    expect((await run(down, none)).first?.variant).toBe('no-answer');
  });
  test('the kubelet says it', async () => {
    const line =
      'E0301 11:50:00.1 866 run.go:74] "command failed" err="failed to run Kubelet: validate service connection: CRI v1 runtime API is not implemented for endpoint"';
    const { first } = await run(noCri, { logs: [{ class: 'host', origin: { program: 'kubelet' }, lines: [line] }] });
    expect(first?.message).toContain('CRI v1 runtime API is not implemented');
  });
});

describe('runtime-down', () => {
  test('the rounds of the kubelet name the socket that does not answer', async () => {
    const cleaning = anEvent(
      { kind: 'Node', name: 'node-2' },
      'ContainerGCFailed',
      'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial unix /run/containerd/containerd.sock: connect: connection refused"',
    );
    const { first } = await run(down, { objects: [cleaning] });
    expect(first).toMatchObject({ subject: { name: 'node-2' }, severity: 'critical' });
    expect(first?.message).toContain('/run/containerd/containerd.sock: connection refused');
    expect((await run(down, { objects: [aNode('node-2'), cleaning] })).first?.state).toBe('recovered');
    // It began with the first of them; the row of a table tells of the last alone.
    const { firstTimestamp: _, ...row } = cleaning as Record<string, unknown>;
    expect((await run(down, { objects: [cleaning, row] })).first?.since).toBe(NOW - 600_000);
  });

  test('the line before the end says why', async () => {
    const lines = [
      'May 01 10:00:00 n1 bash[55]: rm: cannot remove /var/lib/containers/storage/overlay: Device or resource busy',
      'May 01 10:00:01 n1 systemd[1]: crio-wipe.service: Main process exited, code=exited, status=1/FAILURE',
    ];
    const { first } = await run(down, { logs: [{ class: 'host' as const, origin: {}, lines }] });
    expect(first).toMatchObject({ variant: 'crio-wipe' });
    expect(first?.message).toContain('overlay: Device or resource busy');
  });

  test('the unit that the kubelet uses is stopped', async () => {
    const { first } = await run(down, { objects: [aNode()], facts: { units: [unit('containerd', 'inactive')] } });
    expect(first).toMatchObject({
      variant: 'containerd',
      severity: 'critical',
      subject: { name: 'node-1', node: 'node-1' },
    });
    expect(first?.message).toContain('containerd.service is inactive (dead)');
  });
  test('Docker beside a running containerd is not needed', async () => {
    const both = [unit('containerd', 'active'), unit('docker', 'inactive')];
    expect((await run(down, { facts: { units: both } })).outcome).toBe('passed');
    expect((await run(down, { objects: [aNode()], facts: { units: both } })).outcome).toBe('passed');
  });
  test('unless the kubelet uses it', async () => {
    const node = aNode('node-1', { status: { nodeInfo: { containerRuntimeVersion: 'docker://20.10.7' } } });
    const both = [unit('containerd', 'active'), unit('docker', 'failed')];
    expect((await run(down, { objects: [node], facts: { units: both } })).first?.variant).toBe('docker');
  });
  test('a fatal line of another program is no word of the runtime', async () => {
    const lines = ['time="2026-03-01T11:00:00Z" level=fatal msg="database not reachable"'];
    expect(
      (await run(down, { facts: { units: [unit('containerd', 'active')] }, logs: [{ class: 'container', lines }] }))
        .outcome,
    ).toBe('passed');
    const own = [
      'Mar 01 11:00:00 node-1 containerd[702]: time="2026-03-01T11:00:00Z" level=fatal msg="failed to load TOML"',
    ];
    expect(
      (await run(down, { logs: [{ class: 'host', origin: { program: 'containerd' }, lines: own }] })).first?.variant,
    ).toBe('containerd');
  });
  test('without units', async () => {
    expect((await run(down, { objects: [aNode()] })).outcome).toBe('not-checked');
  });
});

test('a runtime that is started again and again', async () => {
  const start = (minute: number) =>
    `2026-03-01T11:${String(minute).padStart(2, '0')}:00+00:00 node-1 systemd[1]: Started containerd container runtime.`;
  const log = (...minutes: number[]) => [{ class: 'host' as const, lines: minutes.map(start) }];
  expect((await run(restarting, { logs: log(0, 2, 4, 6, 8) })).first?.message).toContain('5 times within 8 min');
  expect((await run(restarting, { logs: log(0) })).outcome).toBe('passed');
});

test('failed units: those that nodes depend on weigh more', async () => {
  const failed = await run(units, {
    facts: { units: [unit('chronyd', 'failed'), unit('motd-news', 'failed'), unit('kubelet', 'failed')] },
  });
  expect(failed.found.map((one) => [one.variant, one.severity])).toEqual([
    ['chronyd', 'warning'],
    ['motd-news', 'info'],
  ]);
  expect((await run(units, { facts: { units: [unit('chronyd', 'active')] } })).outcome).toBe('passed');
});

const pod = aPod('web-5d9c7b8f6d-k2xvq', {
  status: {
    phase: 'Pending',
    containerStatuses: [{ name: 'app', ready: false, state: { waiting: { reason: 'ContainerCreating' } } }],
  },
});
const event = (reason: string, message: string) =>
  anEvent({ kind: 'Pod', name: 'web-5d9c7b8f6d-k2xvq' }, reason, message);

test.each([
  [
    sandbox,
    'FailedCreatePodSandBox',
    'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to get sandbox image "registry.k8s.io/pause:3.9": failed to pull image: dial tcp 192.0.2.7:443: i/o timeout',
    'registry.k8s.io/pause:3.9',
  ],
  [
    handler,
    'FailedCreatePodSandBox',
    'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to get sandbox runtime: no runtime for "nvidia" is configured',
    '"nvidia"',
  ],
  [
    reserved,
    'Failed',
    'Error: failed to reserve container name "app_web-0_shop_0": name "app_web-0_shop_0" is reserved for "4f1c"',
    'earlier attempt',
  ],
  [
    corrupt,
    'Failed',
    'Failed to pull image "x": failed to extract layer sha256:1f2e: unexpected EOF: unknown',
    'layer sha256:1f2e: unexpected EOF',
  ],
])('%#: an event of a pod that waits', async (check, reason, message, words) => {
  const { first } = await run(check, { objects: [pod, event(reason, message)] });
  expect(first).toMatchObject({ subject: { kind: 'Pod', name: 'web-5d9c7b8f6d-k2xvq' }, state: 'current' });
  expect(first?.message).toContain(words);
  expect(first?.evidence[0].text).toContain(message.slice(0, 60));
  expect((await run(check, { objects: [aPod(), event(reason, message)] })).first?.state).toBe('recovered');
  expect((await run(check, { objects: [pod, event(reason, 'Back-off restarting failed container')] })).outcome).toBe(
    'passed',
  );
  expect((await run(check, {})).outcome).toBe('not-checked');
});

test('a full disk is no damaged store', async () => {
  const message = 'failed to extract layer sha256:1f2e: write /x: no space left on device';
  expect((await run(corrupt, { objects: [pod, event('Failed', message)] })).outcome).toBe('passed');
});
