import { describe, expect, test } from 'vitest';
import cpu from '../../../src/checks/5-node/cpu-load-high.ts';
import files from '../../../src/checks/5-node/fd-exhaustion.ts';
import memcg from '../../../src/checks/5-node/kernel-oom-memcg.ts';
import oom from '../../../src/checks/5-node/kernel-oom-node.ts';
import segfaults from '../../../src/checks/5-node/kernel-segfault-cluster.ts';
import memory from '../../../src/checks/5-node/memory-exhausted-host.ts';
import nic from '../../../src/checks/5-node/nic-errors.ts';
import clock from '../../../src/checks/5-node/node-time-unsynced.ts';
import { ago, aNode, anEvent, aPod, run } from '../../build.ts';

const kernel = (...messages: string[]) => [
  { class: 'kernel' as const, origin: { node: 'node-1' }, lines: messages.map((m, i) => `[${5000 + i}.113204] ${m}`) },
];

describe('kills at a memory limit', () => {
  const UID = '0a1b2c3d-0001-4000-8000-00000000000a';
  const line = (limit: string, task = 'worker') =>
    `oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=a1,mems_allowed=0,oom_memcg=${limit},task_memcg=${limit}/cri-77.scope,task=${task},pid=48213,uid=0`;
  const slice = `/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${UID.replaceAll('-', '_')}.slice`;
  test('find their pod by its uid', async () => {
    const { first } = await run(memcg, {
      objects: [aPod('web-5d9c7b8f6d-k2xvq', { metadata: { uid: UID } })],
      logs: kernel(line(slice), line(slice)),
    });
    expect(first).toMatchObject({
      variant: 'container-limit',
      severity: 'warning',
      subject: { kind: 'Pod', name: 'web-5d9c7b8f6d-k2xvq' },
    });
    expect(first?.message).toMatch(/killed worker \(2 times\)/);
  });
  test('the limit of all pods together', async () => {
    expect((await run(memcg, { logs: kernel(line('/kubepods.slice')) })).first).toMatchObject({
      variant: 'node-allocatable',
      subject: { kind: 'Node', name: 'node-1' },
    });
  });
  test('only the second line of the record is there', async () => {
    const { first } = await run(memcg, {
      logs: kernel('Memory cgroup out of memory: Killed process 48213 (worker) total-vm:2211840kB'),
    });
    expect(first?.message).toContain('worker');
  });
  test('a node without memory is another matter', async () => {
    const line2 = 'Out of memory: Killed process 48213 (worker) total-vm:2211840kB, anon-rss:524100kB';
    expect((await run(memcg, { logs: kernel(line2) })).outcome).toBe('passed');
    expect((await run(oom, { logs: kernel(line2) })).first).toMatchObject({
      severity: 'critical',
      subject: { name: 'node-1' },
    });
    expect((await run(oom, { logs: kernel(line(slice)) })).outcome).toBe('passed');
  });
});

test('a node out of memory, told by an event', async () => {
  const event = anEvent(
    { kind: 'Node', name: 'node-2' },
    'SystemOOM',
    'System OOM encountered, victim process: java, pid: 4110',
  );
  expect((await run(oom, { objects: [event] })).first?.message).toMatch(/node-2 ran out of memory.*java/);
  const old = { ...event, firstTimestamp: ago(200_000), lastTimestamp: ago(200_000) };
  expect((await run(oom, { objects: [old] })).first).toMatchObject({ state: 'historic', severity: 'info' });
});

test('memory faults of unrelated programs', async () => {
  const fault = (program: string, library: string) =>
    `${program}[4110]: segfault at 8 ip 00007f2a sp 00007ffd error 4 in ${library}[7f2a+5000]`;
  const three = kernel(fault('sshd', 'libc.so.6'), fault('python3', 'python3.11'), fault('containerd', 'containerd'));
  expect((await run(segfaults, { logs: three })).first?.message).toContain('3 different programs');
  const one = kernel(fault('worker', 'libfoo.so'), fault('worker', 'libfoo.so'), fault('other', 'libfoo.so'));
  expect((await run(segfaults, { logs: one })).outcome).toBe('passed');
});

const values = (topic: string, entries: Record<string, string>) => ({
  hostValues: Object.entries(entries).map(([key, value]) => ({ node: 'node-1', topic, key, value })),
});
const GIB = 2 ** 30;

test('memory of a machine', async () => {
  const little = values('memory', { MemTotal: String(16 * GIB), MemAvailable: String(GIB) });
  expect((await run(memory, { facts: little })).first?.message).toMatch(/1 GiB of 16 GiB memory available \(6\.3 %\)/);
  const none = values('memory', { MemTotal: String(16 * GIB), MemAvailable: String(50 * 2 ** 20) });
  expect((await run(memory, { facts: none })).first?.severity).toBe('critical');
  const enough = values('memory', { MemTotal: String(16 * GIB), MemAvailable: String(4 * GIB) });
  expect((await run(memory, { facts: enough })).outcome).toBe('passed');
  expect((await run(memory, { objects: [aNode()] })).outcome).toBe('not-checked');
});

test('file handles', async () => {
  expect((await run(files, { facts: values('sysctl', { 'fs.file-nr': '9500\t0\t10000' }) })).first?.severity).toBe(
    'critical',
  );
  expect(
    (await run(files, { facts: values('sysctl', { 'fs.file-nr': '2048\t0\t9223372036854775807' }) })).outcome,
  ).toBe('passed');
  expect((await run(files, { logs: kernel('VFS: file-max limit 400000 reached') })).first?.message).toContain('400000');
});

test('load and CPU', async () => {
  const load = (text: string) => ({ objects: [aNode()], facts: values('os', { loadavg: text }) });
  expect((await run(cpu, load('19.20 18.00 9.10 5/900 4110'))).first?.message).toContain('19.2 on 4 CPUs');
  expect((await run(cpu, load('3.20 3.00 2.10 5/900 4110'))).outcome).toBe('passed');
  expect((await run(cpu, { facts: { nodeUsage: [{ name: 'node-1', cpuPercent: 97 }] } })).outcome).toBe('failed');
});

test('errors of real network cards', async () => {
  expect((await run(nic, { facts: values('network', { 'eno1.rx_crc_errors': '48211' }) })).first).toMatchObject({
    confidence: 'low',
    subject: { name: 'node-1' },
  });
  expect(
    (
      await run(nic, {
        facts: values('network', { 'cali12.rx_errors': '48211', 'eno1.rx_dropped': '48211', 'eno1.rx_errors': '3' }),
      })
    ).outcome,
  ).toBe('passed');
});

describe('clocks', () => {
  const notYet =
    'Mar 01 07:02:04 node-1 kubelet[1066]: E0301 07:02:04.311982    1066 controller.go:145] "Failed to ensure lease exists, will retry" err="tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-03-01T07:02:04Z is before 2026-03-01T09:14:55Z"';
  test('behind by hours: unsynchronised, refuses fresh certificates, etcd measures it', async () => {
    const { found, first } = await run(clock, {
      facts: {
        timeSync: [{ tool: 'timedatectl', synchronized: false }],
        hostValues: [{ topic: 'time', key: 'ntp-service', value: 'inactive' }],
      },
      logs: [
        { class: 'host', origin: { program: 'kubelet' }, lines: [notYet] },
        {
          class: 'container',
          origin: { program: 'etcd' },
          lines: [
            '{"level":"warn","ts":"2026-03-01T09:15:30.004127Z","caller":"rafthttp/probing_status.go:82","msg":"prober found high clock drift","round-tripper-name":"ROUND_TRIPPER_SNAPSHOT","remote-peer-id":"6d90e3b41fa7c528","clock-drift":"2h12m53.4s","rtt":"598µs"}',
          ],
        },
      ],
    });
    expect(found).toHaveLength(1);
    expect(first).toMatchObject({ variant: 'refuses', severity: 'critical', subject: { name: 'node-1' } });
    expect(first?.message).toMatch(/not synchronised.*NTP service is inactive.*clock drift of 2 h 12 min/);
  });
  test('what members of etcd measure says nothing of a worker', async () => {
    const drift = {
      class: 'container' as const,
      origin: { program: 'etcd' },
      lines: [
        '{"level":"warn","ts":"2026-03-01T09:15:30Z","msg":"prober found high clock drift","remote-peer-id":"6d90e3b4","clock-drift":"2h12m53.4s","rtt":"598µs"}',
      ],
    };
    const control = aNode('cp-1', { metadata: { labels: { 'node-role.kubernetes.io/control-plane': '' } } });
    const unsynced = (node: string) =>
      run(clock, {
        objects: [control, aNode('node-1')],
        facts: { timeSync: [{ node, tool: 'timedatectl', synchronized: false }] },
        logs: [drift],
      });
    expect((await unsynced('cp-1')).first).toMatchObject({ variant: 'skew', severity: 'critical' });
    expect((await unsynced('node-1')).first).toMatchObject({ variant: 'unsynced', severity: 'warning' });
  });
  test('merely unsynchronised; a small offset; all well', async () => {
    const sync = (over: object) => ({ facts: { timeSync: [{ node: 'node-1', tool: 'chronyc', ...over }] } });
    expect((await run(clock, sync({ synchronized: false }))).first).toMatchObject({
      variant: 'unsynced',
      severity: 'warning',
    });
    expect((await run(clock, sync({ synchronized: true, offsetSeconds: -0.2 }))).first?.message).toContain(
      '0.2 s behind',
    );
    expect((await run(clock, sync({ synchronized: true, offsetSeconds: 0.0001 }))).outcome).toBe('passed');
    expect((await run(clock, {})).outcome).toBe('not-checked');
  });
});

test('the CPUs, as top sees them', async () => {
  const value = (key: string, text: string) => ({
    facts: { hostValues: [{ node: 'node-1', topic: 'cpu', key, value: text }] },
  });
  expect((await run(cpu, value('idle', '1.1'))).first).toMatchObject({ variant: 'cpu', subject: { name: 'node-1' } });
  expect((await run(cpu, value('steal', '44.0'))).first?.message).toContain('hypervisor takes 44 %');
  expect((await run(cpu, value('iowait', '71.5'))).first?.variant).toBe('iowait');
  expect((await run(cpu, value('idle', '83.0'))).outcome).toBe('passed');
});
