/** What the logs of a cluster's first minutes say is history where the cluster shows that it has got over it. */
import { expect, test } from 'vitest';
import podEvicted from '../../src/checks/1-application/pod-evicted.ts';
import pdbBlocks from '../../src/checks/2-scheduling/pdb-blocks-drain.ts';
import cniNotInitialized from '../../src/checks/3-networking/cni-not-initialized.ts';
import apiEtcdLatencyHigh from '../../src/checks/4-control-plane/api-etcd-latency-high.ts';
import metricsServerBroken from '../../src/checks/4-control-plane/metrics-server-broken.ts';
import etcdMemberUnhealthy from '../../src/checks/4-control-plane/etcd-member-unhealthy.ts';
import etcdQuorumLost from '../../src/checks/4-control-plane/etcd-quorum-lost.ts';
import kernelOomMemcg from '../../src/checks/5-node/kernel-oom-memcg.ts';
import nicLinkDown from '../../src/checks/5-node/nic-link-down.ts';
import nodeRebooted from '../../src/checks/5-node/node-rebooted.ts';
import { builtInChecks } from '../../src/checks/all.ts';
import { ago, aNode, anEvent, aPod, run } from '../build.ts';

const at = (minute: number): string => `2026-03-01T11:${String(minute).padStart(2, '0')}:00Z`;
const node = (ready: string, beat: number) => ({
  kind: 'Node',
  metadata: { name: 'n1' },
  status: { conditions: [{ type: 'Ready', status: ready, lastHeartbeatTime: at(beat), lastTransitionTime: at(beat) }] },
});
const notReady = {
  kind: 'Event',
  metadata: { name: 'e', namespace: 'net' },
  involvedObject: { kind: 'Pod', namespace: 'net', name: 'gone' },
  source: { host: 'n1' },
  reason: 'NetworkNotReady',
  message: 'network is not ready: NetworkPluginNotReady message:No CNI configuration file in /etc/cni/net.d/',
  lastTimestamp: at(10),
};

test('a node that is Ready later has got over its missing network', async () => {
  const check = (ready: string, beat: number) => run(cniNotInitialized, { objects: [node(ready, beat), notReady] });
  expect((await check('True', 30)).first).toMatchObject({ state: 'recovered' });
  expect((await check('True', 10)).first).not.toHaveProperty('state', 'recovered');
  expect((await check('False', 30)).first).not.toHaveProperty('state', 'recovered');
});

const health = (endpoint: string, healthy: boolean, tookMs = 20) => ({
  endpoint,
  healthy,
  tookMs,
  source: { file: 'endpoint_health.json', line: 1, text: endpoint },
});

test('a socket that a member advertises is not another member', async () => {
  const sockets = { etcdHealth: [health('https://10.0.0.1:2379', true), health('unixs://10.0.0.1:0', false)] };
  expect((await run(etcdMemberUnhealthy, { facts: sockets })).outcome).toBe('passed');
  expect((await run(etcdQuorumLost, { facts: sockets })).outcome).toBe('passed');
  const dead = { etcdHealth: [health('https://10.0.0.1:2379', false), health('unixs://10.0.0.1:0', false)] };
  expect((await run(etcdMemberUnhealthy, { facts: dead })).first?.message).toContain('https://10.0.0.1:2379');
});

const timeouts = (from: number) => ({
  class: 'container' as const,
  origin: {
    namespace: 'kube-system',
    pod: 'kube-apiserver-n1',
    container: 'kube-apiserver',
    program: 'kube-apiserver',
  },
  lines: [
    ...[0, 1, 2, 3].map(
      (n) => `${at(from + n)} E0301 11:00:00.000000       1 status.go:71] etcdserver: request timed out`,
    ),
    `${at(50)} I0301 11:50:00.000000       1 controller.go:611] quota admission added evaluator`,
  ],
});

test('etcd that answers now was slow before', async () => {
  const facts = { etcdHealth: [health('https://10.0.0.1:2379', true)] };
  expect((await run(apiEtcdLatencyHigh, { facts, logs: [timeouts(5)] })).first).toMatchObject({ severity: 'warning' });
  expect((await run(apiEtcdLatencyHigh, { facts, logs: [timeouts(44)] })).first?.severity).toBe('critical');
  expect((await run(apiEtcdLatencyHigh, { logs: [timeouts(5)] })).first?.severity).toBe('critical');
});

test('a manifest that the kubelet could not read once, and read later, is whole', async () => {
  const check = builtInChecks.find((one) => one.id === 'static-pod-manifest-bad');
  if (check === undefined) throw new Error('no check');
  const line = (minute: number, text: string) =>
    `Mar 01 11:${String(minute).padStart(2, '0')}:00 n1 kubelet[812]: E0301 11:00:00.000000     812 file.go:109] ${text}`;
  const bad = `"Could not process manifest file" err="x: couldn't parse as pod(yaml: line 4)" path="/etc/kubernetes/manifests/x.yaml"`;
  const log = (from: number, end: number) => ({
    class: 'host' as const,
    lines: [line(from, bad), line(end, '"Other words"')],
  });
  expect((await run(check, { logs: [log(5, 50)] })).first).toMatchObject({ state: 'recovered' });
  expect((await run(check, { logs: [log(50, 51)] })).first).toMatchObject({ severity: 'critical' });
});

const kubelet = (...lines: readonly string[]) => [
  { class: 'host' as const, origin: { program: 'kubelet', node: 'n7' }, lines },
];
const missing =
  'E0301 11:00:02.231001     501 kubelet.go:2881] "Container runtime network not ready" networkReady="NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized"';
const ready =
  'I0301 11:00:33.331001     501 kubelet_node_status.go:497] "Fast updating node status as it just became ready"';

test('a kubelet that says that its node became ready had its network by then', async () => {
  expect((await run(cniNotInitialized, { logs: kubelet(missing, ready) })).first).toHaveProperty('state', 'recovered');
  const { first } = await run(cniNotInitialized, { logs: kubelet(ready, missing) });
  expect(first).toMatchObject({ severity: 'critical' });
  expect(first).not.toHaveProperty('state', 'recovered');
});

test('containerd looks for the network once when it starts: alone that is no fault', async () => {
  const started =
    'level=error msg="failed to load cni during init, please check CRI plugin status before setting up network for pods" error="cni config load failed: no network config found in /etc/cni/net.d: cni plugin not initialized: failed to load cni config"';
  const containerd = { class: 'host' as const, origin: { program: 'containerd', node: 'n7' }, lines: [started] };
  expect((await run(cniNotInitialized, { logs: [containerd] })).first).toMatchObject({ severity: 'info' });
  const both = await run(cniNotInitialized, { logs: [containerd, ...kubelet(missing)] });
  expect(both.first).toMatchObject({ severity: 'critical' });
});

test('a reboot of a node that was cordoned before and is Ready is maintenance', async () => {
  const about = { kind: 'Node', name: 'n1' };
  const event = (reason: string, minute: number) => anEvent(about, reason, reason, { lastTimestamp: at(minute) });
  const check = async (...objects: readonly object[]) => (await run(nodeRebooted, { objects })).first?.severity;
  const rebooted = event('Rebooted', 20);
  expect(await check(event('NodeNotSchedulable', 10), rebooted, aNode('n1'))).toBe('info');
  expect(await check(event('NodeNotSchedulable', 10), rebooted, event('NodeReady', 25))).toBe('info');
  expect(await check(event('NodeNotSchedulable', 30), rebooted, aNode('n1'))).toBe('warning');
  expect(await check(event('NodeNotSchedulable', 10), rebooted)).toBe('warning');
});

test('an evicted pod of old whose workload has its pods again is a leftover', async () => {
  const evicted = (name: string, age: number) =>
    aPod(name, {
      metadata: { creationTimestamp: ago(age) },
      status: { phase: 'Failed', reason: 'Evicted', containerStatuses: [] },
    });
  const well = aPod('web-5d9c7b8f6d-aaaaa');
  const check = async (...objects: readonly object[]) => (await run(podEvicted, { objects })).first;
  expect(await check(evicted('web-5d9c7b8f6d-bbbbb', 30 * 86_400), well)).toHaveProperty('state', 'historic');
  expect(await check(evicted('web-5d9c7b8f6d-bbbbb', 3600), well)).not.toHaveProperty('state', 'historic');
  expect(await check(evicted('web-5d9c7b8f6d-bbbbb', 30 * 86_400))).not.toHaveProperty('state', 'historic');
  const many = ['bbbbb', 'ccccc', 'ddddd', 'fffff'].map((end) => evicted(`web-5d9c7b8f6d-${end}`, 30 * 86_400));
  expect(await check(well, ...many)).not.toHaveProperty('state', 'historic');
});

test('what was evicted further down only had to wait', async () => {
  const text = (...lines: readonly string[]) => [{ class: 'text' as const, origin: { file: 'drain.txt' }, lines }];
  const refused =
    'error when evicting pods/"web-0" -n "shop" (will retry after 5s): Cannot evict pod as it would violate the pod\'s disruption budget.';
  const check = async (...lines: readonly string[]) => (await run(pdbBlocks, { logs: text(...lines) })).first;
  expect(await check(refused, 'pod/web-0 evicted')).toBeUndefined();
  expect(await check(refused, 'node/n1 drained')).toBeUndefined();
  expect(await check(refused, 'pod/other evicted')).toMatchObject({ variant: 'refused' });
  expect(await check('pod/web-0 evicted', refused)).toMatchObject({ variant: 'refused' });
});

test('one "no leader" counts when others cannot be reached', async () => {
  const etcd = (...lines: readonly string[]) => [{ class: 'host' as const, origin: { program: 'etcd' }, lines }];
  const leaderless = '{"level":"warn","caller":"etcdhttp/health.go:232","msg":"serving /health false; no leader"}';
  const unreached =
    '{"level":"warn","msg":"prober detected unhealthy status","round-tripper-name":"ROUND_TRIPPER_SNAPSHOT","remote-peer-id":"ca933ab8cfffe553","rtt":"0s","error":"dial tcp 192.0.2.5:2380: connect: connection refused"}';
  expect((await run(etcdQuorumLost, { logs: etcd(leaderless) })).first).toMatchObject({ severity: 'info' });
  expect((await run(etcdQuorumLost, { logs: etcd(leaderless, unreached) })).first).toMatchObject({
    severity: 'critical',
    message: expect.stringContaining('does not reach ca933ab8cfffe553'),
  });
});

test('lines without a year can still be told apart by their distance', async () => {
  const openapi = builtInChecks.find(({ id }) => id === 'apiservice-openapi-failed')!;
  const logs = (...lines: readonly string[]) => [
    { class: 'container' as const, origin: { program: 'kube-apiserver' }, lines },
  ];
  const failed =
    'E0101 10:00:09.112233       1 controller.go:104] loading OpenAPI spec for "v1beta1.metrics.k8s.io" failed with: ResponseCode: 503';
  const later = (time: string) => `I0101 ${time}.112233       1 handler.go:286] Adding GroupVersion a.example.org v1`;
  const state = async (...lines: readonly string[]) =>
    (await run(openapi, { logs: logs(...lines), now: null })).first?.state;
  expect(await state(failed, later('10:04:12'))).toBe('recovered');
  expect(await state(failed, later('10:00:40'))).toBe('current');
});

test('a link that came up again is a note, one that stays down is not', async () => {
  const kernel = (...lines: readonly string[]) => [{ class: 'kernel' as const, origin: { node: 'n1' }, lines }];
  const [down, up, other] = [
    'eth0: NIC Link is Down',
    'eth0: NIC Link is Up 10 Gbps',
    'eth1: NIC Link is Up 10 Gbps',
  ].map((text) => `[ 3.900] ixgbe 0000:04:00.0 ${text}`) as [string, string, string];
  const severity = async (...lines: readonly string[]) =>
    (await run(nicLinkDown, { logs: kernel(...lines) })).first?.severity;
  expect(await severity(down, up)).toBe('info');
  expect(await severity(down, other)).toBe('warning');
  expect(await severity(down, up, down, up, down, up)).toBe('warning');
});

test('a metrics-server that starts has no metrics yet', async () => {
  const line =
    'I0301 11:50:01.112233       1 server.go:191] "Failed probe" probe="metric-storage-ready" err="no metrics to serve"';
  const logs = (count: number) => [
    {
      class: 'container' as const,
      origin: { program: 'metrics-server' },
      lines: Array.from({ length: count }, () => line),
    },
  ];
  expect((await run(metricsServerBroken, { logs: logs(2) })).first).toBeUndefined();
  expect((await run(metricsServerBroken, { logs: logs(8) })).first).toMatchObject({ severity: 'warning' });
});

test('a process that was killed at its limit weeks ago is history', async () => {
  const line = (date: string) =>
    `[${date}] Memory cgroup out of memory: Killed process 3311 (report) total-vm:991122kB, anon-rss:260011kB`;
  const state = async (date: string) =>
    (await run(kernelOomMemcg, { logs: [{ class: 'kernel' as const, origin: { node: 'n1' }, lines: [line(date)] }] }))
      .first?.state;
  expect(await state('Mon Feb  2 02:10:01 2026')).toBe('historic');
  expect(await state('Sun Mar  1 11:10:01 2026')).toBe('current');
});

test('the control plane complains of what it tries again: no failing container', async () => {
  const log = builtInChecks.find(({ id }) => id === 'log-stacktrace-other')!;
  const lines = [
    'I0412 09:20:11.120012       1 controller.go:615] quota admission added evaluator for: deployments.apps',
    'E0412 09:31:21.551231       1 watcher.go:338] watch chan error: etcdserver: mvcc: required revision has been compacted',
  ];
  const of = (program: string) => [{ class: 'container' as const, origin: { program }, lines }];
  expect((await run(log, { logs: of('kube-apiserver') })).first).toBeUndefined();
  expect((await run(log, { logs: of('shop') })).first).toMatchObject({ severity: 'warning' });
});

test('a controller that holds its lease by now has got over the attempts before', async () => {
  const lease = builtInChecks.find(({ id }) => id === 'leader-election-lost')!;
  const failed =
    'E0301 09:12:13.120012       1 leaderelection.go:332] error retrieving resource lock kube-system/kube-scheduler: Get "https://192.0.2.5:6443/": dial tcp 192.0.2.5:6443: connect: connection refused';
  const acquired =
    'I0301 09:12:19.120012       1 leaderelection.go:260] successfully acquired lease kube-system/kube-scheduler';
  const lost = 'E0301 09:13:13.120012       1 server.go:299] "Leaderelection lost"';
  const state = async (...lines: readonly string[]) =>
    (await run(lease, { logs: [{ class: 'container' as const, origin: { program: 'kube-scheduler' }, lines }] })).first
      ?.state;
  expect(await state(failed, acquired)).toBe('recovered');
  expect(await state(acquired, failed)).toBe('current');
  expect(await state(failed, acquired, lost)).toBe('current');
});

test('a node that was taken out of the cluster is not missed', async () => {
  const check = builtInChecks.find(({ id }) => id === 'node-notready-reported')!;
  const about = { kind: 'Node', name: 'pool-7' };
  const event = (reason: string, minute: number) => anEvent(about, reason, reason, { lastTimestamp: at(minute) });
  const state = async (...objects: readonly object[]) => (await run(check, { objects })).first?.state;
  expect(await state(event('NodeNotReady', 10), event('RemovingNode', 11))).toBe('recovered');
  expect(await state(event('NodeNotReady', 10))).toBe('current');
});

test('a webhook that let a call or two pass is a note', async () => {
  const check = builtInChecks.find(({ id }) => id === 'webhook-failing')!;
  const line = (n: number) =>
    `W0301 11:0${n}:00.000000       1 dispatcher.go:205] Failed calling webhook, failing open check.example.com: failed calling webhook "check.example.com": failed to call webhook: Post "https://hook.gate.svc:443/?timeout=2s": context deadline exceeded`;
  const severity = async (count: number) =>
    (
      await run(check, {
        logs: [
          {
            class: 'container' as const,
            origin: { program: 'kube-apiserver' },
            lines: Array.from({ length: count }, (_, i) => line(i)),
          },
        ],
      })
    ).first?.severity;
  expect(await severity(1)).toBe('info');
  expect(await severity(4)).toBe('warning');
});

test('a message that varies is still being said when its last form ends the excerpt', async () => {
  const trace = builtInChecks.find(({ id }) => id === 'api-etcd-trace-slow')!;
  const said = (id: number, ms: number) => `Trace[${id}]: ---"Txn call completed" ${ms}ms (11:00:05.110)`;
  const other = 'I0301 11:00:09.112233       1 handler.go:286] Adding GroupVersion a.example.org v1';
  const severity = async (...lines: readonly string[]) =>
    (await run(trace, { logs: [{ class: 'container' as const, origin: { program: 'kube-apiserver' }, lines }] })).first
      ?.severity;
  expect(await severity(said(1, 3998), other, said(2, 6998), other)).toBe('warning');
  expect(await severity(said(1, 3998), said(2, 6998), other, other, other)).toBe('info');
});

test('a component whose caches are synced has found the API server', async () => {
  const check = builtInChecks.find(({ id }) => id === 'component-api-unreachable');
  if (check === undefined) throw new Error('the check is gone');
  const refused =
    'E0301 11:10:00.000000       1 reflector.go:158] failed to list *v1.Node: Get "https://192.0.2.5:6443/api/v1/nodes": net/http: TLS handshake timeout';
  const synced = (time: string) =>
    `I0301 ${time}.000000       1 shared_informer.go:320] Caches are synced for node config`;
  const log = (lines: readonly string[]) => ({
    class: 'host' as const,
    origin: { program: 'kube-proxy' },
    lines,
  });
  const lost = [refused, refused, refused, refused, refused];
  expect((await run(check, { logs: [log([...lost, synced('11:10:30')])], now: null })).first).toMatchObject({
    state: 'recovered',
  });
  expect((await run(check, { logs: [log([synced('11:09:50'), ...lost])], now: null })).first).toMatchObject({
    state: 'current',
  });
});
