import { describe, expect, test } from 'vitest';
import below from '../../../src/checks/5-node/gpu-allocatable-below-capacity.ts';
import zero from '../../../src/checks/5-node/gpu-allocatable-zero.ts';
import policy from '../../../src/checks/5-node/gpu-clusterpolicy-not-ready.ts';
import cli from '../../../src/checks/5-node/gpu-container-cli-error.ts';
import label from '../../../src/checks/5-node/gpu-deploy-label-disabled.ts';
import plugin from '../../../src/checks/5-node/gpu-device-plugin-failing.ts';
import unhealthy from '../../../src/checks/5-node/gpu-device-unhealthy.ts';
import notLoaded from '../../../src/checks/5-node/gpu-driver-not-loaded.ts';
import driver from '../../../src/checks/5-node/gpu-driver-pod-failing.ts';
import upgrade from '../../../src/checks/5-node/gpu-driver-upgrade-stuck.ts';
import mismatch from '../../../src/checks/5-node/gpu-driver-version-mismatch.ts';
import fabric from '../../../src/checks/5-node/gpu-fabricmanager-down.ts';
import systemdUnitsFailed from '../../../src/checks/5-node/systemd-units-failed.ts';
import dcgm from '../../../src/checks/5-node/gpu-gfd-or-dcgm-failing.ts';
import mig from '../../../src/checks/5-node/gpu-mig-config-failed.ts';
import nfd from '../../../src/checks/5-node/gpu-nfd-labels-missing.ts';
import operator from '../../../src/checks/5-node/gpu-operator-down.ts';
import nvml from '../../../src/checks/5-node/gpu-runtime-nvml-unknown.ts';
import toolkit from '../../../src/checks/5-node/gpu-toolkit-not-ready.ts';
import handler from '../../../src/checks/5-node/runtime-handler-missing.ts';
import validator from '../../../src/checks/5-node/gpu-validator-stuck.ts';
import { ago, aNode, anEvent, aPod, run } from '../../build.ts';

const gpuNode = (
  capacity: Record<string, string>,
  allocatable: Record<string, string>,
  labels: Record<string, string> = {},
) =>
  aNode('gpu-1', {
    metadata: { labels: { 'nvidia.com/gpu.present': 'true', ...labels } },
    status: { capacity: { cpu: '64', ...capacity }, allocatable: { cpu: '64', ...allocatable } },
  });
const operand = (name: string, over: { status?: Record<string, unknown>; spec?: Record<string, unknown> } = {}) =>
  aPod(name, {
    metadata: { namespace: 'gpu-operator', ownerReferences: [], labels: {} },
    spec: { nodeName: 'gpu-1', ...over.spec },
    ...(over.status === undefined ? {} : { status: over.status }),
  });
const crashing = {
  phase: 'Running',
  containerStatuses: [
    { name: 'nvidia-driver-ctr', ready: false, restartCount: 9, state: { waiting: { reason: 'CrashLoopBackOff' } } },
  ],
};
const waiting = (...names: string[]) => ({
  phase: 'Pending',
  initContainerStatuses: names.map((name, i) => ({
    name,
    ready: false,
    state: i === 0 ? { running: {} } : { waiting: { reason: 'PodInitializing' } },
  })),
  containerStatuses: [{ name: 'main', ready: false, state: { waiting: { reason: 'PodInitializing' } } }],
});
const said = (pod: string, ...lines: string[]) => [
  { class: 'container' as const, origin: { namespace: 'gpu-operator', pod }, lines },
];

describe('what nodes offer', () => {
  test('none of ten', async () => {
    const { first } = await run(zero, { objects: [gpuNode({ 'nvidia.com/gpu': '10' }, { 'nvidia.com/gpu': '0' })] });
    expect(first).toMatchObject({
      variant: 'unhealthy',
      severity: 'critical',
      subject: { kind: 'Node', name: 'gpu-1' },
    });
    expect(first?.message).toMatch(/10 nvidia\.com\/gpu as capacity but 0 allocatable/);
  });
  test('no resource on a labelled node', async () => {
    expect((await run(zero, { objects: [gpuNode({}, {})] })).first).toMatchObject({ variant: 'absent' });
  });
  test.each([
    [{ 'nvidia.com/gpu': '8' }, { 'nvidia.com/gpu': '8' }],
    [
      { 'nvidia.com/gpu': '0', 'nvidia.com/mig-3g.40gb': '4' },
      { 'nvidia.com/gpu': '0', 'nvidia.com/mig-3g.40gb': '4' },
    ],
  ])('%j is well', async (capacity, allocatable) => {
    expect((await run(zero, { objects: [gpuNode(capacity, allocatable)] })).outcome).toBe('passed');
    expect((await run(below, { objects: [gpuNode(capacity, allocatable)] })).outcome).toBe('passed');
  });
  test('nodes without GPUs; without nodes', async () => {
    expect((await run(zero, { objects: [aNode()] })).outcome).toBe('passed');
    expect((await run(zero, { objects: [aPod()] })).outcome).toBe('not-checked');
  });
  test('seven of eight', async () => {
    const { first } = await run(below, { objects: [gpuNode({ 'nvidia.com/gpu': '8' }, { 'nvidia.com/gpu': '7' })] });
    expect(first?.message).toMatch(/8 nvidia\.com\/gpu but only 7 are allocatable/);
  });
  test('fewer than the label counts', async () => {
    const node = gpuNode({ 'nvidia.com/gpu': '7' }, { 'nvidia.com/gpu': '7' }, { 'nvidia.com/gpu.count': '8' });
    expect((await run(below, { objects: [node] })).first).toMatchObject({ variant: 'missing', severity: 'warning' });
    const shared = gpuNode(
      { 'nvidia.com/gpu': '16' },
      { 'nvidia.com/gpu': '16' },
      { 'nvidia.com/gpu.count': '4', 'nvidia.com/gpu.replicas': '4' },
    );
    expect((await run(below, { objects: [shared] })).outcome).toBe('passed');
  });
});

describe('a card that the plugin takes out', () => {
  const line =
    'I0301 01:58:20.412051       1 health.go:185] XidCriticalError: Xid=94 on Device=GPU-a31c84ec-0000; marking device as unhealthy.';
  test('with the Xid and what is left', async () => {
    const { first } = await run(unhealthy, {
      objects: [gpuNode({ 'nvidia.com/gpu': '8' }, { 'nvidia.com/gpu': '7' })],
      logs: [{ class: 'container', origin: { file: 'device-plugin.log' }, lines: [line] }],
    });
    expect(first).toMatchObject({ subject: { name: 'gpu-1' }, state: 'current' });
    expect(first?.message).toMatch(
      /GPU-a31c84ec-0000 unhealthy after Xid 94 \(contained ECC error.*8 nvidia\.com\/gpu, 7 allocatable/,
    );
  });
  test('it is back', async () => {
    const objects = [gpuNode({ 'nvidia.com/gpu': '8' }, { 'nvidia.com/gpu': '8' })];
    expect(
      (await run(unhealthy, { objects, logs: said('nvidia-device-plugin-daemonset-x', line) })).first,
    ).toMatchObject({ state: 'recovered', severity: 'info' });
  });
});

describe('the chain of operands', () => {
  const pods = [
    operand('nvidia-driver-daemonset-zk6wq', { status: crashing }),
    operand('nvidia-container-toolkit-daemonset-z9hf4', { status: waiting('driver-validation') }),
    operand('nvidia-device-plugin-daemonset-kt8sm', { status: waiting('toolkit-validation') }),
    operand('nvidia-dcgm-exporter-h2vds', { status: waiting('toolkit-validation') }),
    operand('nvidia-operator-validator-bn8tj', {
      status: waiting('driver-validation', 'toolkit-validation', 'cuda-validation', 'plugin-validation'),
    }),
  ];
  test('the driver fails for want of kernel headers', async () => {
    const { found, first } = await run(driver, {
      objects: pods,
      logs: said(
        'nvidia-driver-daemonset-zk6wq',
        'Resolving Linux kernel version...',
        'Could not resolve Linux kernel version',
      ),
    });
    expect(found).toHaveLength(1);
    expect(first).toMatchObject({
      variant: 'gpu-driver-kernel-headers',
      severity: 'critical',
      subject: { name: 'nvidia-driver-daemonset-zk6wq', node: 'gpu-1' },
    });
    expect(first?.message).toMatch(/CrashLoopBackOff, 9 restarts.*Could not resolve Linux kernel version/);
  });
  test.each([
    [toolkit, 'the driver'],
    [plugin, 'the container toolkit'],
    [dcgm, 'the container toolkit'],
  ])('%#: the others wait', async (check, what) => {
    const { first } = await run(check, { objects: pods });
    expect(first).toMatchObject({ variant: 'waiting', severity: 'warning' });
    expect(first?.message).toContain(`waits in its init containers for ${what}`);
  });
  test('the validator shows the step', async () => {
    expect((await run(validator, { objects: pods })).first).toMatchObject({
      variant: 'driver-validation',
      severity: 'warning',
    });
  });
  test('all run', async () => {
    const well = pods.map((pod) => operand((pod['metadata'] as { name: string }).name));
    for (const check of [driver, toolkit, plugin, dcgm, validator, operator]) {
      expect((await run(check, { objects: well })).outcome).toBe('passed');
      expect((await run(check, { objects: [aNode()] })).outcome).toBe('not-checked');
    }
  });
  test('the log of the driver alone', async () => {
    const logs = [
      {
        class: 'container' as const,
        origin: { file: 'kubectl-logs-nvidia-driver.txt' },
        lines: ['Could not resolve Linux kernel version'],
      },
    ];
    expect((await run(driver, { logs })).first).toMatchObject({ variant: 'gpu-driver-kernel-headers' });
  });
  test('the operator itself', async () => {
    const bad = operand('gpu-operator-6c5b7d94f8-wz2mk', { status: crashing });
    expect((await run(operator, { objects: [bad] })).first?.message).toContain('CrashLoopBackOff');
  });
});

test('the plugin finds no driver', async () => {
  const lines = [
    'E0301 01:00:00.000000       1 factory.go:112] Failed to initialize NVML: ERROR_LIBRARY_NOT_FOUND',
    'E0301 01:00:00.000000       1 factory.go:113] If this is a GPU node, did you configure the NVIDIA Container Toolkit?',
  ];
  const bad = operand('nvidia-device-plugin-daemonset-kt8sm', { status: crashing });
  expect(
    (await run(plugin, { objects: [bad], logs: said('nvidia-device-plugin-daemonset-kt8sm', ...lines) })).first
      ?.message,
  ).toContain('ERROR_LIBRARY_NOT_FOUND');
});

test('labels that switch parts off, and upgrades', async () => {
  const off = gpuNode(
    {},
    {},
    { 'nvidia.com/gpu.deploy.driver': 'false', 'nvidia.com/gpu.deploy.vgpu-manager': 'false' },
  );
  expect((await run(label, { objects: [off] })).first?.message).toMatch(/gpu\.deploy\.driver=false$/);
  expect((await run(label, { objects: [gpuNode({}, {}, { 'nvidia.com/gpu.deploy.driver': 'true' })] })).outcome).toBe(
    'passed',
  );
  const state = (value: string) => ({ objects: [gpuNode({}, {}, { 'nvidia.com/gpu-driver-upgrade-state': value })] });
  expect((await run(upgrade, state('upgrade-failed'))).first).toMatchObject({ severity: 'warning' });
  expect((await run(upgrade, state('upgrade-done'))).outcome).toBe('passed');
});

test('the verdict of the operator', async () => {
  const aPolicy = (state: string) => ({
    apiVersion: 'nvidia.com/v1',
    kind: 'ClusterPolicy',
    metadata: { name: 'cluster-policy' },
    status: {
      state,
      conditions: [
        { type: 'Error', status: 'True', reason: 'OperandNotReady', message: 'states not ready: [state-driver]' },
      ],
    },
  });
  expect((await run(policy, { objects: [aPolicy('notReady')] })).first?.message).toContain('state-driver');
  expect((await run(policy, { objects: [aPolicy('ready')] })).outcome).toBe('passed');
});

test('no node is known to have a GPU though pods ask for one', async () => {
  const plain = aNode('node-1', { metadata: { labels: { a: '1', b: '2', c: '3' } } });
  const asks = aPod('web-5d9c7b8f6d-k2xvq', {
    spec: { containers: [{ name: 'app', resources: { limits: { 'nvidia.com/gpu': '1' } } }] },
  });
  const objects = [plain, asks, operand('gpu-operator-6c5b7d94f8-wz2mk')];
  expect((await run(nfd, { objects })).outcome).toBe('failed');
  expect((await run(nfd, { objects: [...objects, gpuNode({}, {}, { x: '1', y: '2' })] })).outcome).toBe('passed');
});

describe('MIG', () => {
  const node = (state: string) =>
    gpuNode(
      { 'nvidia.com/mig-3g.40gb': '4' },
      { 'nvidia.com/mig-3g.40gb': '4' },
      { 'nvidia.com/mig.config': 'all-1g.10gb', 'nvidia.com/mig.config.state': state },
    );
  test('failed, with the reason of the manager', async () => {
    const { first } = await run(mig, {
      objects: [node('failed')],
      logs: [
        {
          class: 'container',
          origin: { program: 'nvidia-mig-manager' },
          lines: [
            'time="2026-03-01T08:31:41Z" level=fatal msg="Error applying MIG configuration with hooks: error setting MIGConfig: error destroying Compute Instance: In use by another client"',
          ],
        },
      ],
    });
    expect(first).toMatchObject({ variant: 'failed', severity: 'critical', subject: { name: 'gpu-1' } });
    expect(first?.message).toMatch(
      /all-1g\.10gb of node gpu-1 is failed.*In use by another client; the node still offers 4 × nvidia\.com\/mig-3g\.40gb/,
    );
  });
  test('applied', async () => {
    expect((await run(mig, { objects: [node('success')] })).outcome).toBe('passed');
    expect((await run(mig, {})).outcome).toBe('not-checked');
  });
});

describe('what the driver says of its cards', () => {
  const said = async (...lines: string[]) =>
    (await run(notLoaded, { logs: [{ class: 'kernel', origin: { node: 'gpu-1' }, lines }] })).first;
  test('a card that does not start, with the words and the code', async () => {
    const first = await said(
      '[   81.967331] NVRM: GPU0 _kgspBootGspRm: (the GPU is likely in a bad state and may need to be reset)',
      '[   81.967373] NVRM: GPU0 RmInitAdapter: Cannot initialize GSP firmware RM',
      '[   81.969353] NVRM: GPU 0000:01:00.0: RmInitAdapter failed! (0x62:0x40:2168)',
    );
    expect(first?.variant).toBe('init-failed');
    expect(first?.message).toMatch(/code \(0x62:0x40:2168\).*bad state.*Cannot initialize GSP firmware RM/);
  });
  test('cards that another driver holds', async () => {
    const first = await said('[188549.976351] NVRM: The NVIDIA probe routine was not called for 3 device(s).');
    expect(first?.message).toMatch(/did not get 3 GPUs: another driver/);
  });
  test('the exporter of metrics names its reason, also in a log of nobody', async () => {
    const { first } = await run(dcgm, {
      logs: [{ class: 'text', lines: ['level=fatal msg="Error starting nv-hostengine: DCGM initialization error"'] }],
    });
    expect(first).toMatchObject({ severity: 'warning', variant: 'gpu-dcgm-failing' });
    expect(first?.message).toContain('DCGM initialization error');
  });
});

describe('driver and libraries', () => {
  const failure = (message: string) => ({ toolFailures: [{ node: 'gpu-1', tool: 'nvidia-smi', message }] });
  test('an automatic upgrade replaced the libraries', async () => {
    const { first } = await run(mismatch, {
      facts: {
        ...failure('Failed to initialize NVML: Driver/library version mismatch'),
        hostValues: [
          { node: 'gpu-1', topic: 'package', key: 'libssl3', value: '2026-02-26 05:40:00 Upgrade 3.0.1 -> 3.0.2' },
          {
            node: 'gpu-1',
            topic: 'package',
            key: 'libnvidia-compute-550',
            value: '2026-02-13 06:44:31 Upgrade 550.54.14 -> 550.90.07',
          },
        ],
      },
    });
    expect(first).toMatchObject({ severity: 'critical', subject: { name: 'gpu-1' } });
    expect(first?.message).toMatch(/version mismatch.*libnvidia-compute-550.*550\.54\.14 -> 550\.90\.07/);
    expect(first?.message).not.toContain('libssl3');
  });
  test('another failure of the tool is another check', async () => {
    const absent = failure("NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.");
    expect((await run(mismatch, { facts: absent })).outcome).toBe('passed');
    expect((await run(notLoaded, { facts: absent })).first).toMatchObject({
      variant: 'not-loaded',
      subject: { name: 'gpu-1' },
    });
    expect((await run(notLoaded, { facts: failure('Driver/library version mismatch') })).outcome).toBe('passed');
  });
  test('a card that does not start', async () => {
    const lines = ['[    8.844610] NVRM: GPU 0000:68:00.0: RmInitAdapter failed! (0x24:0x65:1439)'];
    expect(
      (await run(notLoaded, { logs: [{ class: 'kernel', origin: { node: 'gpu-1' }, lines }] })).first,
    ).toMatchObject({ variant: 'init-failed' });
  });
});

describe('a container that lost its GPU', () => {
  const lost = { node: 'gpu-1', tool: 'nvidia-smi', message: 'Failed to initialize NVML: Unknown Error' };
  test('the CPU manager is static', async () => {
    const { first } = await run(nvml, {
      facts: {
        toolFailures: [lost],
        hostValues: [
          { node: 'gpu-1', topic: 'kubelet-flag', key: 'cpu-manager-policy', value: 'static' },
          { node: 'gpu-1', topic: 'cgroup', key: 'devices.list', value: 'c 1:3 rwm' },
        ],
      },
    });
    expect(first).toMatchObject({ variant: 'cpu-manager', confidence: 'high' });
    expect(first?.message).toMatch(/cpu-manager-policy=static.*no NVIDIA device/);
  });
  test('otherwise systemd', async () => {
    const { first } = await run(nvml, {
      facts: { toolFailures: [lost], gpus: [{ node: 'gpu-1', index: 0, name: 'NVIDIA L40S' }] },
    });
    expect(first).toMatchObject({ variant: 'daemon-reload' });
    expect(first?.message).toMatch(/host gpu-1 sees 1 GPU; .*daemon-reload/);
  });
  test('what another machine tells is not the reason', async () => {
    const { first } = await run(nvml, {
      objects: [aNode('gpu-1'), aNode('gpu-2')],
      facts: {
        toolFailures: [lost],
        gpus: [{ node: 'gpu-2', index: 0, name: 'NVIDIA L40S' }],
        hostValues: [
          { node: 'gpu-2', topic: 'kubelet-flag', key: 'cpu-manager-policy', value: 'static' },
          { node: 'gpu-2', topic: 'cgroup', key: 'devices.list', value: 'c 1:3 rwm' },
        ],
      },
      logs: [{ class: 'host', origin: { node: 'gpu-2' }, lines: ['systemd[1]: Reloading.'] }],
    });
    expect(first).toMatchObject({ variant: 'daemon-reload', confidence: 'medium' });
    expect(first?.message).toMatch(/\(\/dev\/nvidiactl\); typically systemd/);
  });
  test('in a log of a pod', async () => {
    const logs = [
      {
        class: 'container' as const,
        origin: { namespace: 'shop', pod: 'web-5d9c7b8f6d-k2xvq' },
        lines: ['Failed to initialize NVML: Unknown Error'],
      },
    ];
    expect((await run(nvml, { objects: [aPod()], logs })).first?.subject).toMatchObject({ kind: 'Pod' });
  });
  test('other failures', async () => {
    expect(
      (await run(nvml, { facts: { toolFailures: [{ ...lost, message: 'No devices were found' }] } })).outcome,
    ).toBe('passed');
    expect((await run(nvml, {})).outcome).toBe('not-checked');
  });
});

describe('the fabric', () => {
  test('CUDA error 802', async () => {
    const logs = [
      {
        class: 'container' as const,
        lines: [
          'RuntimeError: Unexpected error from cudaGetDeviceCount(). Error 802: system not yet initialized',
          '    Fabric',
          '        State                             : In Progress',
        ],
      },
    ];
    const { found, first } = await run(fabric, { objects: [gpuNode({}, {})], logs });
    expect(found).toHaveLength(1);
    expect(first?.message).toMatch(/gpu-1 is not ready: CUDA fails with error 802.*"In Progress".*fabric manager/);
  });
  test('its own words come before those of systemd, and no other check tells of the unit', async () => {
    const parts = {
      facts: { units: [{ node: 'gpu-1', unit: 'nvidia-fabricmanager.service', active: 'failed' }] },
      logs: [
        {
          class: 'host' as const,
          origin: { node: 'gpu-1' },
          lines: [
            "Mar  1 11:50:00 gpu-1 nv-fabricmanager[211]: fabric manager NVIDIA GPU driver interface version 550.54.15 don't match with driver version 550.90.07. Please update with matching NVIDIA driver package.",
            'Mar  1 11:50:01 gpu-1 systemd[1]: nvidia-fabricmanager.service: Main process exited, code=exited, status=1/FAILURE',
          ],
        },
      ],
    };
    expect((await run(fabric, parts)).first?.message).toMatch(
      /^The NVSwitch fabric of gpu-1 is not ready: the fabric manager says: .*version 550\.54\.15 don't match with driver version 550\.90\.07/,
    );
    expect((await run(systemdUnitsFailed, parts)).outcome).toBe('passed');
  });
  test('by nvidia-smi and the unit', async () => {
    const gpu = (fabricState: string) => ({ gpus: [{ node: 'gpu-1', index: 0, fabricState }] });
    expect((await run(fabric, { facts: gpu('In Progress') })).outcome).toBe('failed');
    expect((await run(fabric, { facts: gpu('Completed') })).outcome).toBe('passed');
    expect(
      (
        await run(fabric, {
          facts: { units: [{ node: 'gpu-1', unit: 'nvidia-fabricmanager.service', active: 'failed' }] },
        })
      ).outcome,
    ).toBe('failed');
    // Installed and unused on a machine without switches.
    expect(
      (
        await run(fabric, {
          facts: { units: [{ node: 'gpu-1', unit: 'nvidia-fabricmanager.service', active: 'inactive' }] },
        })
      ).outcome,
    ).toBe('passed');
  });
});

test.each([
  ['nvidia-container-cli: initialization error: nvml error: driver not loaded: unknown', 'driver-not-loaded'],
  [
    'nvidia-container-cli: requirement error: unsatisfied condition: cuda>=12.4, please update your driver',
    'driver-too-old',
  ],
  ['nvidia-container-cli: device error: GPU-7c2f: unknown device: unknown', 'unknown-device'],
  ['failed to create containerd task: unresolvable CDI devices management.nvidia.com/gpu=all', 'cdi'],
])('the hook: %s', async (tail, variant) => {
  const pod = aPod('web-5d9c7b8f6d-k2xvq', {
    status: {
      phase: 'Pending',
      containerStatuses: [{ name: 'app', ready: false, state: { waiting: { reason: 'RunContainerError' } } }],
    },
  });
  const event = anEvent(
    { kind: 'Pod', name: 'web-5d9c7b8f6d-k2xvq' },
    'Failed',
    `Error: failed to create shim task: ${tail}`,
  );
  expect((await run(cli, { objects: [pod, event] })).first).toMatchObject({ variant, subject: { kind: 'Pod' } });
  const other = anEvent({ kind: 'Pod', name: 'web-5d9c7b8f6d-k2xvq' }, 'Failed', 'Error: ImagePullBackOff');
  expect((await run(cli, { objects: [pod, other] })).outcome).toBe('passed');
});

describe('logs of failing parts', () => {
  const plugin5 = 'nvidia-device-plugin-daemonset-x2x5v';
  const looping = (name: string) => operand(name, { status: crashing });

  test('the last words, where no known message is among them', async () => {
    const { first } = await run(plugin, {
      objects: [looping(plugin5)],
      logs: said(plugin5, 'Loading NVML', 'Error: the moon is in the wrong house'),
    });
    expect(first?.message).toMatch(/CrashLoopBackOff, 9 restarts; its log ends with: .*wrong house/);
  });
  test('a plugin that cannot watch the folder of the kubelet, or crashes in a call', async () => {
    const watch = await run(plugin, {
      objects: [looping(plugin5)],
      logs: said(plugin5, '2026/03/01 11:16:23 Failed to created FS watcher.'),
    });
    expect(watch.first?.message).toMatch(/its log says: Failed to created FS watcher/);
    const lines = [
      'panic: runtime error: invalid memory address or nil pointer dereference',
      '[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x1092953]',
      '',
      'goroutine 234 [running]:',
      'example.org/vgpu.(*NvidiaDevicePlugin).Allocate(0xc0001bc280, {0x14cff80, 0xc00045c720})',
    ];
    const crash = await run(plugin, { logs: [{ class: 'text', origin: { file: 'plugin.txt' }, lines }] });
    expect(crash.first?.message).toMatch(/panic: runtime error: invalid memory.*\(in Allocate\)/);
  });
  test('what went wrong before that', async () => {
    const pod = 'nvidia-driver-daemonset-x2x5v';
    const lines = [
      'W: Failed to fetch http://archive.example.org/dists/jammy/InRelease  Could not connect to archive.example.org:80',
      'Could not locate Linux kernel version string',
    ];
    const { first } = await run(driver, { objects: [looping(pod)], logs: said(pod, ...lines) });
    expect(first?.message).toMatch(
      /kernel version string, and before that: W: Failed to fetch .*archive\.example\.org:80/,
    );
    // In a text of nobody the packages of others are others' matter.
    const alone = [{ class: 'text' as const, lines: lines.slice(0, 1) }];
    expect((await run(driver, { objects: [aPod()], logs: alone })).outcome).toBe('passed');
  });
  test('the packages of an entitlement', async () => {
    const pod = 'nvidia-driver-daemonset-x2x5v';
    const lines = ['Error: Unable to find a match: elfutils-libelf-devel.x86_64'];
    expect((await run(driver, { logs: said(pod, ...lines) })).first?.message).toMatch(/elfutils-libelf-devel/);
  });
  const refused =
    'time="2026-03-01T11:31:15Z" level=info msg="Error: error validating driver installation: error creating symlinks: failed to get device nodes: no such device\\n\\nFailed to create symlinks under /dev/char"';
  test('the reason of the validator', async () => {
    const pod = 'nvidia-operator-validator-x2x5v';
    const status = {
      ...waiting('driver-validation'),
      initContainerStatuses: [
        { name: 'driver-validation', restartCount: 7, state: { waiting: { reason: 'CrashLoopBackOff' } } },
      ],
    };
    const { first } = await run(validator, { objects: [operand(pod, { status })], logs: said(pod, refused) });
    expect(first).toMatchObject({ variant: 'driver-refused', severity: 'critical' });
    expect(first?.message).toMatch(/its log says: error validating driver: error creating symlinks: .*no such device$/);
  });
  test('the log of the validator alone, and one that passed', async () => {
    const lines = ["chroot: failed to run command 'nvidia-smi': No such file or directory"];
    const { first } = await run(validator, { logs: said('nvidia-operator-validator-x2x5v', ...lines) });
    expect(first?.message).toMatch(
      /does not pass: error validating driver: chroot: failed to run command 'nvidia-smi'/,
    );
    const passed = [...lines, ...Array.from({ length: 6 }, () => 'all validations are successful')];
    expect((await run(validator, { logs: said('nvidia-operator-validator-x2x5v', ...passed) })).outcome).toBe('passed');
  });
});

test('what the runtime hook left in the status of a container', async () => {
  const message =
    "OCI runtime create failed: error running hook #0: exit status 1, stderr: Auto-detected mode as 'legacy'\nnvidia-container-cli: ldcache error: open failed: /sbin/ldconfig.real: no such file or directory: unknown";
  const status = {
    phase: 'Running',
    containerStatuses: [
      {
        name: 'app',
        ready: false,
        restartCount: 4,
        state: { waiting: { reason: 'CrashLoopBackOff' } },
        lastState: { terminated: { reason: 'StartError', exitCode: 128, message } },
      },
    ],
  };
  const { first } = await run(cli, { objects: [aPod('cuda-0', { spec: { nodeName: 'gpu-1' }, status })] });
  expect(first).toMatchObject({ variant: 'ldconfig' });
  expect(first?.message).toMatch(/pod cuda-0 on gpu-1: ldcache error: open failed: \/sbin\/ldconfig\.real/);
});

describe('machines that the cloud sells with GPUs', () => {
  const sold = (labels: Record<string, string>, age = 7200) => {
    const { metadata, ...rest } = aNode('gpu-1', {
      metadata: { labels, creationTimestamp: ago(age) },
      status: { capacity: { cpu: '8' }, allocatable: { cpu: '8' } },
    });
    return { metadata, ...rest };
  };
  test.each([
    [{ 'karpenter.k8s.aws/instance-gpu-count': '1' }],
    [{ 'cloud.google.com/gke-accelerator': 'nvidia-tesla-t4' }],
    [{ 'kubernetes.azure.com/accelerator': 'nvidia' }],
  ])('%j offers none', async (labels) => {
    const { first } = await run(zero, { objects: [sold(labels)] });
    expect(first).toMatchObject({ variant: 'absent', subject: { name: 'gpu-1' } });
    expect(first?.message).toContain('nvidia.com/gpu');
  });
  test('new machines, machines without GPUs, and clusters that hand them out otherwise', async () => {
    const labels = { 'karpenter.k8s.aws/instance-gpu-count': '1' };
    expect((await run(zero, { objects: [sold(labels, 120)] })).outcome).toBe('passed');
    expect((await run(zero, { objects: [sold({ accelerator: 'tpu' })] })).outcome).toBe('passed');
    const dra = aPod('nvidia-dra-driver-gpu-kubelet-plugin-x2x5v');
    expect((await run(zero, { objects: [sold(labels), dra] })).outcome).toBe('passed');
  });
});

test('libraries of an image that do not fit the driver', async () => {
  const lines = ['RuntimeError: Error 803: system has unsupported display driver / cuda driver combination'];
  const { first } = await run(mismatch, { logs: [{ class: 'container', origin: { pod: 'vllm-0' }, lines }] });
  expect(first?.message).toMatch(/in a container on .*Error 803: system has unsupported/);
  expect(first?.message).not.toContain('reboot');
});

test('a card that the driver does not support', async () => {
  const lines = [
    '[ 4.1] NVRM: The NVIDIA GPU 0000:3b:00.0 (PCI ID: 10de:1b38)',
    '[ 4.1] NVRM: installed in this system is not supported by the',
    '[ 4.1] NVRM: NVIDIA 560.35.03 driver release.',
    '[ 4.2] NVRM: The NVIDIA probe routine failed for 1 device(s).',
  ];
  const { first, found } = await run(notLoaded, { logs: [{ class: 'kernel', origin: { node: 'gpu-1' }, lines }] });
  expect(found).toHaveLength(1);
  expect(first).toMatchObject({ variant: 'card-unsupported', subject: { name: 'gpu-1' } });
  expect(first?.message).toMatch(/not supported by the \(.*560\.35\.03 driver release.*0000:3b:00\.0/);
});

test('the driver is not where a part of the stack looks for it', async () => {
  const line =
    '/driver-root (/ on host): nvidia-smi: not found, libnvidia-ml.so.1: not found, current contents: [bin, etc].';
  const { first } = await run(notLoaded, { logs: said('nvidia-dra-driver-gpu-kubelet-plugin-x2x5v', line) });
  expect(first?.related).toMatchObject([{ kind: 'Pod', name: 'nvidia-dra-driver-gpu-kubelet-plugin-x2x5v' }]);
  expect(first?.message).toContain('libnvidia-ml.so.1: not found');
});

test('the runtime of a node without its handler keeps the network agent from starting', async () => {
  const message =
    'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to get sandbox runtime: no runtime for "nvidia" is configured';
  const about = { kind: 'Pod', name: 'aws-node-x2x5v', namespace: 'kube-system' };
  const objects = [
    anEvent(about, 'Scheduled', 'Successfully assigned kube-system/aws-node-x2x5v to gpu-1', { type: 'Normal' }),
    anEvent(about, 'FailedCreatePodSandBox', message, { source: {} }),
  ];
  const { first } = await run(handler, { objects });
  expect(first).toMatchObject({
    variant: 'nvidia-network-agent',
    // Pasted events lack the host: the scheduler has named it.
    related: [{ kind: 'Node', name: 'gpu-1' }],
  });
});

test('a toolkit that is set up for another runtime than the one that runs', async () => {
  const line =
    'time="2026-03-01T01:22:42Z" level=warning msg="Error signaling docker, attempt 1/6: unable to dial: dial unix /var/run/docker.sock: connect: no such file or directory"';
  const { first } = await run(toolkit, { logs: [{ class: 'text', lines: [line] }] });
  expect(first?.message).toMatch(/dial unix \/var\/run\/docker\.sock/);
});

test('what the installer quotes of the kernel below its own guess', async () => {
  const lines = [
    "ERROR: Unable to load the kernel module 'nvidia.ko'.  This happens most frequently when this kernel module was built against the wrong sources",
    '-> Kernel module load error: No such device',
    '[  201.910514] NVRM: GPU 0000:01:00.0 is already bound to NovaCore.',
  ];
  const { first } = await run(driver, { logs: said('nvidia-driver-daemonset-x2x5v', ...lines) });
  expect(first?.message).toMatch(/No such device, NVRM: GPU 0000:01:00\.0 is already bound to NovaCore/);
});
