import { describe, expect, it } from 'vitest';
import type { Check } from '../../../src/checks/check.ts';
import appError from '../../../src/checks/1-application/crashloop-app-error.ts';
import byNode from '../../../src/checks/1-application/restarts-correlated-by-node.ts';
import byTime from '../../../src/checks/1-application/restarts-correlated-by-time.ts';
import command from '../../../src/checks/1-application/exit-126-127-command.ts';
import execFormat from '../../../src/checks/1-application/exec-format-error.ts';
import exit0 from '../../../src/checks/1-application/exit-0-restart-loop.ts';
import exit132 from '../../../src/checks/1-application/exit-132-135-cpu-or-bus.ts';
import exit134 from '../../../src/checks/1-application/exit-134-abort.ts';
import exit137 from '../../../src/checks/1-application/exit-137-not-oom.ts';
import exit139 from '../../../src/checks/1-application/exit-139-segfault.ts';
import exit143 from '../../../src/checks/1-application/exit-143-sigterm.ts';
import exit255 from '../../../src/checks/1-application/exit-255-or-status-unknown.ts';
import initCrash from '../../../src/checks/1-application/crashloop-init-container.ts';
import initStuck from '../../../src/checks/1-application/pod-init-stuck.ts';
import invisible from '../../../src/checks/1-application/oom-invisible-child.ts';
import memory from '../../../src/checks/1-application/memory-near-limit.ts';
import oomLoop from '../../../src/checks/1-application/crashloop-oomkilled.ts';
import oomOnce from '../../../src/checks/1-application/container-oomkilled-once.ts';
import restarts from '../../../src/checks/1-application/restart-count-high.ts';
import sidecar from '../../../src/checks/1-application/sidecar-failing.ts';
import startError from '../../../src/checks/1-application/exit-128-start-error.ts';
import { ago, anEvent, aNode, aPod, aService, run } from '../../build.ts';

const POD = 'web-5d9c7b8f6d-k2xvq';
type Fields = Record<string, unknown>;
const ended = (exitCode: number, reason: string, finished = 30, more: Fields = {}) => ({
  terminated: { exitCode, reason, startedAt: ago(finished + 20), finishedAt: ago(finished), ...more },
});
const looping = (exitCode: number, reason = 'Error', more: Fields = {}) => ({
  name: 'app',
  ready: false,
  restartCount: 4,
  state: { waiting: { reason: 'CrashLoopBackOff' } },
  lastState: ended(exitCode, reason, 30, more),
});
const withStatus = (status: Fields, name = POD, spec: Fields = {}) =>
  aPod(name, { spec, status: { containerStatuses: [status] } });
const again = (exitCode: number, reason: string, finished = 30, count = 1) => ({
  name: 'app',
  ready: true,
  restartCount: count,
  state: { running: { startedAt: ago(finished - 5) } },
  lastState: ended(exitCode, reason, finished),
});
const limited = { containers: [{ name: 'app', image: 'web:1', resources: { limits: { memory: '128Mi' } } }] };
const log = (...lines: string[]) => ({
  class: 'container' as const,
  origin: { namespace: 'shop', pod: POD, container: 'app' },
  lines,
});

describe('memory', () => {
  it('crashloop-oomkilled names code and limit', async () => {
    const { first } = await run(oomLoop, { objects: [withStatus(looping(137, 'OOMKilled'), POD, limited)] });
    expect(first).toMatchObject({ severity: 'critical', subject: { container: 'app' } });
    expect(first?.message).toMatch(/OOMKilled \(exit code 137\) at its memory limit of 128Mi, 4 restarts/);
    expect(first?.evidence.map((e) => e.text).join('\n')).toContain('128Mi');
  });
  it('crashloop-oomkilled at start, from the words of runc', async () => {
    const words =
      'Error: failed to create containerd task: OCI runtime create failed: container init was OOM-killed (memory limit too low?): unknown';
    const creating = withStatus(
      { name: 'app', ready: false, state: { waiting: { reason: 'ContainerCreating' } } },
      POD,
      limited,
    );
    const { first } = await run(oomLoop, { objects: [creating, anEvent({ kind: 'Pod', name: POD }, 'Failed', words)] });
    expect(first).toMatchObject({ variant: 'at-start' });
    expect(first?.message).toContain('128Mi');
    expect(
      (await run(startError, { objects: [creating, anEvent({ kind: 'Pod', name: POD }, 'Failed', words)] })).found,
    ).toEqual([]);
  });
  it('container-oomkilled-once while it runs again; a day later it is history', async () => {
    expect((await run(oomOnce, { objects: [withStatus(again(137, 'OOMKilled'))] })).first?.severity).toBe('warning');
    expect((await run(oomOnce, { objects: [withStatus(again(137, 'OOMKilled', 200_000))] })).first?.state).toBe(
      'historic',
    );
    expect((await run(oomOnce, { objects: [withStatus(looping(137, 'OOMKilled'))] })).found).toEqual([]);
    expect((await run(oomLoop, { objects: [withStatus(again(137, 'OOMKilled'))] })).found).toEqual([]);
  });
  it('memory-near-limit from kubectl top', async () => {
    const usage = (memoryBytes: number) => ({
      podUsage: [{ namespace: 'shop', pod: POD, container: 'app', memoryBytes }],
    });
    expect(
      (await run(memory, { objects: [withStatus(again(0, 'Completed'), POD, limited)], facts: usage(125 * 2 ** 20) }))
        .first?.message,
    ).toContain('98 %');
    expect(
      (await run(memory, { objects: [withStatus(again(0, 'Completed'), POD, limited)], facts: usage(60 * 2 ** 20) }))
        .found,
    ).toEqual([]);
    expect((await run(memory, { objects: [aPod()] })).outcome).toBe('not-checked');
  });
  it('memory-near-limit from cgroup figures alone', async () => {
    const scope =
      '/sys/fs/cgroup/memory/kubepods.slice/kubepods-burstable-pod11111111_2222_3333_4444_555555555555.slice';
    const values = (peak: string, failures: string) =>
      Object.entries({
        'memory.limit_in_bytes': '536870912',
        'memory.max_usage_in_bytes': peak,
        'memory.failcnt': failures,
      }).map(([key, value]) => ({ topic: 'cgroup', key, value, scope }));
    const { first } = await run(memory, { facts: { hostValues: values('536870912', '77') } });
    expect(first).toMatchObject({
      variant: 'cgroup',
      severity: 'critical',
      subject: { name: '11111111-2222-3333-4444-555555555555' },
    });
    expect(first?.message).toContain('memory limit of 512Mi');
    expect(first?.message).toContain('77 times');
    expect((await run(memory, { facts: { hostValues: values('200000000', '0') } })).found).toEqual([]);
  });
  it('oom-invisible-child: the kernel knows of a kill, Kubernetes does not', async () => {
    const uid = '0a1b2c3d-1111-2222-3333-0123456789ab';
    const pod = (status: Fields) => aPod(POD, { metadata: { uid }, status: { containerStatuses: [status] } });
    const kernel = {
      class: 'kernel' as const,
      origin: { node: 'node-1' },
      lines: [
        `[ 100.5] oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=x,mems_allowed=0,oom_memcg=/kubepods/burstable/pod${uid},task_memcg=/kubepods/burstable/pod${uid}/abc,task=worker,pid=77,uid=0`,
      ],
    };
    const running = { name: 'app', ready: true, restartCount: 0, state: { running: {} } };
    expect((await run(invisible, { objects: [pod(running)], logs: [kernel] })).first).toMatchObject({
      variant: 'child',
    });
    expect((await run(invisible, { objects: [pod(again(137, 'OOMKilled'))], logs: [kernel] })).found).toEqual([]);
    // containerd names the container, not the pod.
    const id = '5e8a'.repeat(16);
    const runtime = {
      class: 'host' as const,
      origin: { node: 'node-1', program: 'containerd' },
      lines: [`time="2026-03-01T11:58:00Z" level=info msg="TaskOOM event container_id:\\"${id}\\""`],
    };
    const named = (containerID: string) => pod({ ...running, containerID: `containerd://${containerID}` });
    expect((await run(invisible, { objects: [named(id)], logs: [runtime] })).first?.subject.name).toBe(POD);
    expect((await run(invisible, { objects: [named('b7'.repeat(32))], logs: [runtime] })).found).toEqual([]);
  });
});

describe('crash loops', () => {
  it('crashloop-app-error quotes exit code and last words', async () => {
    const { first } = await run(appError, {
      objects: [withStatus(looping(1))],
      logs: [log('starting', 'panic: no such table: orders', '', 'goroutine 1 [running]:')],
    });
    expect(first?.message).toContain('exit code 1 (Error), 4 restarts');
    expect(first?.message).toContain('panic: no such table: orders');
    expect(first?.evidence.some((e) => e.text.includes('no such table'))).toBe(true);
  });
  it('takes a log without a pod as that of the only workload that fails', async () => {
    const loose = { class: 'container' as const, lines: ['panic: no such table: orders'] };
    const healthy = aPod('cart-7c5ddbdf54-abcde');
    expect(
      (await run(appError, { objects: [healthy, withStatus(looping(1))], logs: [loose] })).first?.message,
    ).toContain('no such table');
    const cart = aPod('cart-7c5ddbdf54-abcde', {
      metadata: { ownerReferences: [{ kind: 'ReplicaSet', name: 'cart-7c5ddbdf54', controller: true }] },
      status: { containerStatuses: [looping(1)] },
    });
    const two = [withStatus(looping(1)), cart];
    expect((await run(appError, { objects: two, logs: [loose] })).first?.message).not.toContain('no such table');
  });
  it('knows a row without exit code, and an event without a pod', async () => {
    const row = withStatus(
      { name: '', ready: false, restartCount: 7, state: { waiting: { reason: 'CrashLoopBackOff' } } },
      'api-0',
      { containers: undefined },
    );
    expect((await run(appError, { objects: [row] })).first).toMatchObject({
      message: expect.stringContaining('exit code unknown') as string,
      confidence: 'medium',
    });
    const event = anEvent(
      { kind: 'Pod', name: 'api-0' },
      'BackOff',
      'Back-off restarting failed container api in pod api-0_shop(1-2)',
    );
    expect((await run(appError, { objects: [event] })).first?.subject).toMatchObject({
      name: 'api-0',
      container: 'api',
    });
  });
  it('leaves OOM kills, signals and finished programs to their checks', async () => {
    for (const status of [looping(137, 'OOMKilled'), looping(139), looping(0, 'Completed'), looping(128, 'StartError')])
      expect((await run(appError, { objects: [withStatus(status)] })).found).toEqual([]);
    expect((await run(appError, { objects: [aPod()] })).outcome).toBe('passed');
    expect((await run(appError, {})).outcome).toBe('not-checked');
  });
  it('crashloop-init-container', async () => {
    const pod = aPod(POD, {
      spec: { initContainers: [{ name: 'migrate', image: 'm:1' }] },
      status: { phase: 'Pending', containerStatuses: [], initContainerStatuses: [{ ...looping(2), name: 'migrate' }] },
    });
    expect((await run(initCrash, { objects: [pod] })).first).toMatchObject({
      subject: { container: 'migrate' },
      severity: 'critical',
    });
    expect((await run(appError, { objects: [pod] })).found).toEqual([]);
    const done = aPod(POD, {
      status: { initContainerStatuses: [{ name: 'migrate', ready: true, state: ended(0, 'Completed') }] },
    });
    expect((await run(initCrash, { objects: [done] })).found).toEqual([]);
  });
  it('pod-init-stuck names the Service that is waited for', async () => {
    const pod = aPod(POD, {
      spec: { initContainers: [{ name: 'wait', command: ['sh', '-c', 'until nc -z web 80; do sleep 2; done'] }] },
      status: {
        phase: 'Pending',
        initContainerStatuses: [{ name: 'wait', ready: false, state: { running: { startedAt: ago(1500) } } }],
      },
    });
    const { first } = await run(initStuck, { objects: [pod, aService()] });
    expect(first?.message).toContain('Service web');
    expect(first?.related).toContainEqual({ kind: 'Service', namespace: 'shop', name: 'web' });
    expect((await run(initStuck, { objects: [aPod()] })).found).toEqual([]);
  });
  it('sidecar-failing', async () => {
    const proxy = { name: 'istio-proxy', ready: false, restartCount: 0, state: { running: { startedAt: ago(600) } } };
    const app = { name: 'app', ready: true, restartCount: 0, state: { running: {} } };
    expect(
      (await run(sidecar, { objects: [aPod(POD, { status: { containerStatuses: [app, proxy] } })] })).first?.subject
        .container,
    ).toBe('istio-proxy');
    expect(
      (await run(sidecar, { objects: [aPod(POD, { status: { containerStatuses: [looping(1), proxy] } })] })).found,
    ).toEqual([]);
  });
});

describe('exit codes', () => {
  it.each<readonly [Check, Fields, string]>([
    [exit139, looping(139), 'segmentation fault'],
    [exit134, looping(134), 'SIGABRT'],
    [exit132, looping(132), 'illegal instruction'],
    [exit132, looping(135), 'bus error'],
    [exit143, looping(143), 'SIGTERM'],
    [exit137, looping(137), 'SIGKILL'],
    [command, looping(127), 'not found'],
    [command, looping(126), 'not executable'],
    [exit0, looping(0, 'Completed'), 'exit code 0'],
    [exit255, again(137, 'ContainerStatusUnknown'), 'ContainerStatusUnknown'],
    [
      startError,
      looping(128, 'StartError', { message: 'exec: "/app/run": stat /app/run: no such file or directory' }),
      '/app/run',
    ],
  ])('$id', async (check, status, words) => {
    const { first } = await run(check, { objects: [withStatus(status)] });
    expect(first?.message).toContain(words);
    expect((await run(check, { objects: [aPod()] })).found).toEqual([]);
    expect((await run(check, {})).outcome).toBe('not-checked');
  });
  it('exit 0 is no loop for a finished Job', async () => {
    const job = aPod('job-x', {
      spec: { restartPolicy: undefined },
      status: {
        phase: 'Succeeded',
        containerStatuses: [{ name: 'app', restartCount: 5, state: ended(0, 'Completed') }],
      },
    });
    expect((await run(exit0, { objects: [job] })).found).toEqual([]);
  });
  it('exit 137 with a failed probe says so', async () => {
    const kill = anEvent(
      { kind: 'Pod', name: POD },
      'Killing',
      'Container app failed liveness probe, will be restarted',
      { lastTimestamp: ago(40) },
    );
    expect((await run(exit137, { objects: [withStatus(looping(137)), kill] })).first).toMatchObject({
      variant: 'probe',
    });
  });
  it('restart-count-high counts by day', async () => {
    expect((await run(restarts, { objects: [withStatus(again(1, 'Error', 600, 12))] })).first?.severity).toBe(
      'warning',
    );
    const old = aPod(POD, {
      metadata: { creationTimestamp: ago(86_400 * 60) },
      status: { containerStatuses: [again(1, 'Error', 600, 12)] },
    });
    expect((await run(restarts, { objects: [old] })).first?.severity).toBe('info');
    expect((await run(restarts, { objects: [withStatus(again(1, 'Error', 600, 2))] })).found).toEqual([]);
  });
});

describe('exec-format-error', () => {
  it('from the log, with the architecture of the node', async () => {
    const arm = aNode('node-1', { status: { nodeInfo: { architecture: 'arm64' } } });
    const { first } = await run(execFormat, {
      objects: [arm, withStatus(looping(1))],
      logs: [log('exec /app/server: exec format error')],
    });
    expect(first?.message).toContain('node node-1 is arm64');
    expect(first?.subject).toMatchObject({ name: POD });
  });
  it('from a log alone', async () => {
    expect(
      (
        await run(execFormat, {
          logs: [
            { class: 'container', lines: ['standard_init_linux.go:228: exec user process caused: exec format error'] },
          ],
        })
      ).first?.subject.kind,
    ).toBe('Log');
  });
});

describe('restarts together', () => {
  const on = (name: string, node: string, finished: number) =>
    aPod(name, {
      spec: { nodeName: node },
      status: { containerStatuses: [{ ...looping(1), lastState: ended(1, 'Error', finished) }] },
      metadata: { ownerReferences: undefined },
    });
  it('on one node', async () => {
    const pods = [on('a', 'node-1', 100), on('b', 'node-1', 110), on('c', 'node-1', 120), on('d', 'node-2', 9000)];
    expect((await run(byNode, { objects: pods })).first?.subject).toMatchObject({ kind: 'Node', name: 'node-1' });
    expect((await run(byNode, { objects: pods.slice(1) })).found).toEqual([]);
  });
  it('on several nodes', async () => {
    const pods = [on('a', 'node-1', 100), on('b', 'node-2', 110), on('c', 'node-3', 120), on('d', 'node-2', 130)];
    expect((await run(byTime, { objects: pods })).found).toHaveLength(1);
    expect((await run(byTime, { objects: pods.slice(1) })).found).toEqual([]);
  });
});
