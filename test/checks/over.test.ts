/** What the logs of a cluster's first minutes say is history where the cluster shows that it has got over it. */
import { expect, test } from 'vitest';
import cniNotInitialized from '../../src/checks/3-networking/cni-not-initialized.ts';
import apiEtcdLatencyHigh from '../../src/checks/4-control-plane/api-etcd-latency-high.ts';
import etcdMemberUnhealthy from '../../src/checks/4-control-plane/etcd-member-unhealthy.ts';
import etcdQuorumLost from '../../src/checks/4-control-plane/etcd-quorum-lost.ts';
import { builtInChecks } from '../../src/checks/all.ts';
import { run } from '../build.ts';

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
