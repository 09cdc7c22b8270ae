import { describe, expect, test } from 'vitest';
import unreachable from '../../../src/checks/5-node/kubelet-api-unreachable.ts';
import cgroup from '../../../src/checks/5-node/kubelet-cgroup-driver-mismatch.ts';
import cert from '../../../src/checks/5-node/kubelet-client-cert-expired.ts';
import down from '../../../src/checks/5-node/kubelet-down.ts';
import eviction from '../../../src/checks/5-node/kubelet-eviction-active.ts';
import imageGc from '../../../src/checks/5-node/kubelet-image-gc-failing.ts';
import inotify from '../../../src/checks/5-node/kubelet-inotify-exhausted.ts';
import loop from '../../../src/checks/5-node/kubelet-restart-loop.ts';
import { ago, aNode, anEvent, aPod, NOW, run } from '../../build.ts';

const journal = (...messages: string[]) => [
  {
    class: 'host' as const,
    origin: { program: 'kubelet' },
    lines: messages.map((message) => `Mar 01 11:50:00 node-2 kubelet[866]: ${message}`),
  },
];
const systemd = (...messages: string[]) => [
  {
    class: 'host' as const,
    origin: { program: 'kubelet' },
    lines: messages.map((message) => `Mar 01 11:50:00 node-2 systemd[1]: ${message}`),
  },
];

describe('kubelet-down', () => {
  test('the unit is stopped', async () => {
    const pod = aPod('web-5d9c7b8f6d-k2xvq', { spec: { nodeName: 'node-2' } });
    const { first } = await run(down, {
      objects: [aNode('node-2'), pod],
      facts: {
        units: [
          { node: 'node-2', unit: 'kubelet.service', load: 'loaded', active: 'inactive', sub: 'dead', exitCode: 0 },
        ],
      },
    });
    expect(first).toMatchObject({
      variant: 'stopped',
      severity: 'critical',
      subject: { kind: 'Node', name: 'node-2', node: 'node-2' },
    });
    expect(first?.message).toMatch(/kubelet\.service is inactive \(dead\); it was stopped.*1 pods/);
  });
  test('the unit fails and starts anew; the last error is quoted', async () => {
    const { first } = await run(down, {
      facts: {
        units: [
          {
            node: 'node-2',
            unit: 'kubelet.service',
            active: 'activating',
            sub: 'auto-restart',
            result: 'exit-code',
            exitCode: 1,
            restarts: 41,
          },
        ],
      },
      logs: journal(
        'E0301 11:50:00.100000     866 run.go:72] "command failed" err="failed to load kubelet config file"',
      ),
    });
    expect(first).toMatchObject({ variant: 'restarting' });
    expect(first?.message).toMatch(
      /auto-restart.*exit code 1.*restart counter at 41.*failed to load kubelet config file/,
    );
    expect(first?.evidence).toHaveLength(2);
  });
  test('k3s carries the kubelet', async () => {
    const unit = { node: 'node-2', unit: 'k3s-agent.service', active: 'failed' };
    expect((await run(down, { facts: { units: [unit] } })).first).toMatchObject({ variant: 'failed' });
  });
  test('the journal alone', async () => {
    const { first } = await run(down, { logs: systemd("kubelet.service: Failed with result 'exit-code'.") });
    expect(first).toMatchObject({ variant: 'failed', subject: { name: 'node-2' } });
  });
  test.each([
    { unit: 'kubelet.service', active: 'active', sub: 'running' },
    { unit: 'kubelet.service', load: 'not-found' },
    { unit: 'kubelet.service', active: 'activating', sub: 'start' },
    { unit: 'nginx.service', active: 'failed' },
  ])('$unit $active $load is none', async (unit) => {
    expect((await run(down, { facts: { units: [{ node: 'node-2', ...unit }] } })).outcome).toBe('passed');
  });
  test('without units', async () => {
    expect((await run(down, { objects: [aNode()] })).outcome).toBe('not-checked');
  });
});

test('restart loops', async () => {
  const { first } = await run(loop, {
    logs: systemd('kubelet.service: Scheduled restart job, restart counter is at 41.'),
  });
  expect(first?.message).toContain('41 times');
  expect(
    (await run(loop, { logs: systemd('kubelet.service: Scheduled restart job, restart counter is at 1.') })).outcome,
  ).toBe('passed');
  const unit = { node: 'node-2', unit: 'kubelet.service', restarts: 12 };
  expect((await run(loop, { facts: { units: [{ ...unit, active: 'activating' }] } })).outcome).toBe('failed');
  expect((await run(loop, { facts: { units: [{ ...unit, active: 'active' }] } })).outcome).toBe('passed');
});

test('restart loops as events show them', async () => {
  const starts = (count: number, apart: number) =>
    Array.from({ length: count }, (_, i) =>
      anEvent({ kind: 'Node', name: 'node-2' }, 'Starting', 'Starting kubelet.', {
        metadata: { name: `node-2.${i}`, namespace: 'default' },
        type: 'Normal',
        count: 1,
        firstTimestamp: ago(60 + i * apart),
        lastTimestamp: ago(60 + i * apart),
      }),
    );
  const { first } = await run(loop, { objects: starts(6, 100) });
  expect(first).toMatchObject({ subject: { kind: 'Node', name: 'node-2' }, since: NOW - 560_000 });
  expect(first?.message).toContain('6 times within 8 min');
  expect((await run(loop, { objects: starts(6, 900) })).outcome).toBe('passed');
  expect((await run(loop, { objects: starts(4, 100) })).outcome).toBe('passed');
});

test('different cgroup drivers', async () => {
  const { first } = await run(cgroup, {
    logs: journal(
      'E0301 11:50:00.100000     866 server.go:292] "Failed to run kubelet" err="failed to run Kubelet: misconfiguration: kubelet cgroup driver: \\"cgroupfs\\" is different from docker cgroup driver: \\"systemd\\""',
    ),
  });
  expect(first).toMatchObject({ severity: 'critical', subject: { name: 'node-2' } });
  expect(first?.message).toMatch(/cgroupfs.*systemd/);
  const well = journal(
    'I0301 11:50:00.100000     866 server.go:1] "Using cgroup driver setting received from the CRI runtime" cgroupDriver="systemd"',
  );
  expect((await run(cgroup, { logs: well })).outcome).toBe('passed');
  expect((await run(cgroup, {})).outcome).toBe('not-checked');
});

describe('client certificates', () => {
  const expired =
    'E0301 11:50:00.100000     866 bootstrap.go:266] part of the existing bootstrap client certificate in /etc/kubernetes/kubelet.conf is expired: 2026-02-02 06:41:09 +0000 UTC';
  const noBootstrap =
    'E0301 11:50:00.200000     866 run.go:72] "command failed" err="failed to run Kubelet: unable to load bootstrap kubeconfig: stat /etc/kubernetes/bootstrap-kubelet.conf: no such file or directory"';
  test('told by the kubelet', async () => {
    const { found, first } = await run(cert, { logs: journal(expired, noBootstrap) });
    expect(found).toHaveLength(1);
    expect(first?.message).toMatch(
      /kubelet\.conf has expired on 2026-02-02 06:41:09 UTC; there is no bootstrap kubeconfig/,
    );
  });
  test('a missing bootstrap file alone says nothing of expiry', async () => {
    expect((await run(cert, { logs: journal(noBootstrap) })).outcome).toBe('passed');
  });
  const certificate = (name: string, days: number) => ({
    node: 'node-2',
    name,
    state: 'unknown' as const,
    notAfter: NOW + days * 86_400_000,
  });
  test('by its dates', async () => {
    const path = '/var/lib/kubelet/pki/kubelet-client-current.pem';
    expect((await run(cert, { facts: { certificates: [certificate(path, -3)] } })).first?.message).toContain(path);
    expect((await run(cert, { facts: { certificates: [certificate(path, 3)] } })).outcome).toBe('passed');
  });
  test("the API server's certificate for kubelets is another", async () => {
    expect((await run(cert, { facts: { certificates: [certificate('apiserver-kubelet-client', -3)] } })).outcome).toBe(
      'passed',
    );
  });
});

describe('inotify', () => {
  test('a program that cannot watch', async () => {
    const { first } = await run(inotify, {
      objects: [aPod()],
      logs: [
        {
          class: 'container',
          origin: { namespace: 'shop', pod: 'web-5d9c7b8f6d-k2xvq' },
          lines: ['panic: cannot start config watcher: too many open files'],
        },
      ],
      facts: { hostValues: [{ node: 'node-1', topic: 'sysctl', key: 'fs.inotify.max_user_instances', value: '128' }] },
    });
    expect(first).toMatchObject({ severity: 'critical', subject: { kind: 'Pod', node: 'node-1' } });
    expect(first?.message).toMatch(/too many open files.*inotify.*max_user_instances=128/);
  });
  test('ENOSPC counts watches, not instances', async () => {
    const { first } = await run(inotify, {
      logs: journal(
        'Mar 01 11:50:00 node-1 kubelet[866]: W0301 11:50:00.100000 866 raw.go:87] Error while processing event: inotify_add_watch /sys/fs/cgroup/cpuset/kubepods: no space left on device',
      ),
    });
    expect(first?.message).toMatch(/"no space left on device".*watches.*max_user_watches/);
  });
  test('the reason stands on the line above', async () => {
    const lines = (reason: string) => [
      { class: 'text' as const, origin: {}, lines: [reason, 'Failed to create watcher for /var/lib/kubelet/x.sock'] },
    ];
    const { first } = await run(inotify, { logs: lines('E1 manager.go:146] Failed to serve a: too many open files') });
    expect(first?.message).toContain('inotify');
    expect((await run(inotify, { logs: lines('Failed to serve a: permission denied') })).found).toEqual([]);
  });
  test('the kubelet itself goes on', async () => {
    const { first } = await run(inotify, {
      logs: journal(
        'E0301 11:50:00.100000     866 file.go:109] "Unable to process watch event" err="unable to create inotify: inotify_init: too many open files"',
      ),
    });
    expect(first).toMatchObject({ severity: 'warning', subject: { kind: 'Node', name: 'node-2' } });
  });
  test('sockets are another limit', async () => {
    const logs = [
      { class: 'container' as const, lines: ['http: Accept error: accept4: too many open files; retrying in 1s'] },
    ];
    expect((await run(inotify, { logs })).outcome).toBe('passed');
  });
});

describe('the way to the API server', () => {
  const fails = (why: string) =>
    `E0301 11:50:00.100000     866 controller.go:145] "Failed to ensure lease exists, will retry" err="Get \\"https://192.0.2.5:6443/x\\": dial tcp 192.0.2.5:6443: connect: ${why}" interval="7s"`;
  test('refused again and again', async () => {
    const line = fails('connection refused');
    const { first } = await run(unreachable, { logs: journal(line, line, line, line) });
    expect(first).toMatchObject({
      variant: 'refused',
      state: 'current',
      severity: 'critical',
      subject: { name: 'node-2' },
    });
  });
  test('the node is Ready now', async () => {
    const line = fails('connection refused');
    const { first } = await run(unreachable, { objects: [aNode('node-2')], logs: journal(line, line, line) });
    expect(first).toMatchObject({ state: 'recovered', severity: 'info' });
  });
  test('a blip: the log goes on without it', async () => {
    const fine = 'I0301 11:50:00.100000     866 a.go:1] "fine"';
    const after = await run(unreachable, { logs: journal(fails('connection refused'), fine, fine, fine) });
    expect(after.first?.severity).toBe('info');
  });
  test('an excerpt that ends with it, and credentials that will not mend themselves', async () => {
    expect((await run(unreachable, { logs: journal(fails('connection refused')) })).first?.severity).toBe('warning');
    const refused = '"Unable to register node with API server" err="Unauthorized" node="node-2"';
    const { first } = await run(unreachable, {
      logs: journal(`E0301 11:50:00.100000     866 kubelet_node_status.go:96] ${refused}`),
    });
    expect(first).toMatchObject({ variant: 'unauthorized', severity: 'critical' });
  });
  test('nothing of the kind', async () => {
    expect((await run(unreachable, { logs: journal('I0301 11:50:00.100000     866 a.go:1] "fine"') })).outcome).toBe(
      'passed',
    );
  });
});

test('evictions, by event and by journal', async () => {
  const event = anEvent({ kind: 'Node', name: 'node-2' }, 'EvictionThresholdMet', 'Attempting to reclaim inodes', {
    count: 172,
  });
  expect((await run(eviction, { objects: [event] })).first?.message).toMatch(/reclaim inodes.*172 times/);
  const log = journal(
    'W0301 11:50:00.100000     866 eviction_manager.go:349] "Eviction manager: unable to evict any pods from the node"',
  );
  expect((await run(eviction, { logs: log })).first?.variant).toContain('unable');
  expect((await run(eviction, { objects: [aNode()], complete: ['Event'] })).outcome).toBe('passed');
});

test('image garbage collection: the first failure after a start is noise', async () => {
  const about = { kind: 'Node', name: 'node-2' };
  const start = anEvent(about, 'ImageGCFailed', 'invalid capacity 0 on image filesystem');
  expect((await run(imageGc, { objects: [start] })).outcome).toBe('passed');
  const full = anEvent(
    about,
    'FreeDiskSpaceFailed',
    'failed to garbage collect required amount of images. Attempted to free 1288490188 bytes, but only found 0 bytes eligible to free',
  );
  expect((await run(imageGc, { objects: [full] })).first?.subject.name).toBe('node-2');
});
