import { describe, expect, it } from 'vitest';
import api from '../../../src/checks/3-networking/dns-coredns-api-blocked.ts';
import down from '../../../src/checks/3-networking/dns-coredns-down.ts';
import self from '../../../src/checks/3-networking/dns-forwards-to-self.ts';
import lookup from '../../../src/checks/3-networking/dns-lookup-failed.ts';
import broken from '../../../src/checks/3-networking/dns-service-broken.ts';
import upstream from '../../../src/checks/3-networking/dns-coredns-upstream-timeout.ts';
import vip from '../../../src/checks/3-networking/apiserver-vip-unreachable-from-pods.ts';
import zero from '../../../src/checks/1-application/deployment-paused-or-zero.ts';
import { ago, aDeployment, aPod, aService, run, someEndpoints } from '../../build.ts';

const ports = [
  { name: 'dns', port: 53, targetPort: 53, protocol: 'UDP' },
  { name: 'dns-tcp', port: 53, targetPort: 53, protocol: 'TCP' },
];
const service = (over: object = {}) =>
  aService('kube-dns', {
    metadata: { namespace: 'kube-system' },
    spec: { clusterIP: '10.96.0.10', selector: { 'k8s-app': 'kube-dns' }, ports, ...over },
  });
const dnsPod = (ready: string, name = 'coredns-5d9c7b8f6d-k2xvq') =>
  aPod(name, {
    metadata: { namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } },
    status: { conditions: [{ type: 'Ready', status: ready }] },
  });
const log = (lines: string[], origin: object = { program: 'coredns' }) => [
  { class: 'container' as const, origin, lines },
];

describe('dns-coredns-down', () => {
  it('is critical when none is ready, a warning when some are not', async () => {
    const all = await run(down, { objects: [service(), dnsPod('False')] });
    expect(all.first).toMatchObject({ variant: 'all', severity: 'critical' });
    expect(all.first?.message).toContain('CoreDNS');
    const part = await run(down, { objects: [service(), dnsPod('False'), dnsPod('True', 'coredns-5d9c7b8f6d-zzzzz')] });
    expect(part.first).toMatchObject({ variant: 'part', severity: 'warning' });
  });
  it('is a note while its pods have just been made', async () => {
    const made = (seconds: number) => {
      const pod = dnsPod('False') as { metadata: object };
      return { ...pod, metadata: { ...pod.metadata, creationTimestamp: ago(seconds) } };
    };
    expect((await run(down, { objects: [service(), made(70)] })).first?.severity).toBe('info');
    expect((await run(down, { objects: [service(), made(600)] })).first?.severity).toBe('critical');
  });
  it('tells itself of a Deployment that somebody scaled to nothing', async () => {
    const dns = (replicas: number) =>
      aDeployment('coredns', {
        metadata: { namespace: 'kube-system' },
        spec: { replicas, template: { metadata: { labels: { 'k8s-app': 'kube-dns' } } } },
        status: { replicas, readyReplicas: replicas, availableReplicas: replicas },
      });
    const empty = { ...someEndpoints('kube-dns', []), metadata: { namespace: 'kube-system', name: 'kube-dns' } };
    const objects = [dns(0), service(), empty];
    const { first } = await run(down, { objects });
    expect(first).toMatchObject({ variant: 'scaled-to-zero', severity: 'critical', subject: { name: 'coredns' } });
    expect(first?.message).toContain('scaled to 0 replicas');
    expect((await run(zero, { objects })).found).toEqual([]);
    // Another one serves in its place.
    expect(
      (await run(down, { objects: [dns(0), service(), dnsPod('True', 'kube-dns-5d9c7b8f6d-k2xvq')] })).found,
    ).toEqual([]);
  });
  it('does not count a pod that is being deleted while others have taken its place', async () => {
    const leaving = dnsPod('False', 'coredns-5d9c7b8f6d-yyyyy') as { metadata: object };
    const gone = { ...leaving, metadata: { ...leaving.metadata, deletionTimestamp: ago(600) } };
    const other = dnsPod('True', 'coredns-5d9c7b8f6d-zzzzz');
    expect((await run(down, { objects: [service(), gone, other] })).outcome).toBe('passed');
    expect((await run(down, { objects: [service(), gone] })).first?.variant).toBe('all');
  });
  it('is silent when all are ready', async () => {
    expect((await run(down, { objects: [service(), dnsPod('True')] })).outcome).toBe('passed');
    expect((await run(down, {})).outcome).toBe('not-checked');
  });
});

it('dns-coredns-upstream-timeout counts by server', async () => {
  const line = (name: string) =>
    `[ERROR] plugin/errors: 2 ${name}. A: read udp 10.1.0.9:46193->192.0.2.53:53: i/o timeout`;
  const { first } = await run(upstream, { logs: log(['a', 'b', 'c'].map((n) => line(`${n}.example.org`))) });
  expect(first?.severity).toBe('critical');
  expect(first?.message).toContain('192.0.2.53:53 (i/o timeout), 3 times');
  expect((await run(upstream, { logs: log([line('a.example.org')]) })).first?.severity).toBe('info');
  expect((await run(upstream, { logs: log(['[INFO] plugin/reload: Running configuration']) })).outcome).toBe('passed');
  expect((await run(upstream, {})).outcome).toBe('not-checked');
});

it('dns-coredns-api-blocked', async () => {
  const line =
    'E0301 reflector.go:153] dns.go:191: Failed to list *v1.Service: Get "https://10.96.0.1:443/api/v1/services": dial tcp 10.96.0.1:443: i/o timeout';
  expect((await run(api, { logs: log([line]) })).first).toMatchObject({ severity: 'critical' });
  const early = ['[INFO] plugin/ready: Still waiting on: "kubernetes"'];
  expect((await run(api, { logs: log(early) })).first?.severity).toBe('info');
});

describe('apiserver-vip-unreachable-from-pods', () => {
  const line = 'Get "https://10.96.0.1:443/version": dial tcp 10.96.0.1:443: i/o timeout';
  const kubernetes = aService('kubernetes', {
    metadata: { namespace: 'default' },
    spec: { clusterIP: '10.96.0.1', selector: undefined, ports: [{ port: 443, targetPort: 6443 }] },
  });
  it('names the node of the pods that say so', async () => {
    const pod = aPod('op-5d9c7b8f6d-k2xvq', { status: { conditions: [{ type: 'Ready', status: 'False' }] } });
    const { first } = await run(vip, {
      objects: [kubernetes, pod],
      logs: log([line, line], { pod: 'op-5d9c7b8f6d-k2xvq', namespace: 'shop' }),
    });
    expect(first?.subject).toMatchObject({ kind: 'Node', name: 'node-1' });
    expect(first?.message).toContain('10.96.0.1:443 (i/o timeout)');
  });
  it('is judged from a log alone, is old when the pod is ready, and knows other addresses', async () => {
    expect((await run(vip, { logs: log([line], {}) })).first?.severity).toBe('critical');
    const ready = await run(vip, {
      objects: [kubernetes, aPod('op-5d9c7b8f6d-k2xvq')],
      logs: log([line], { pod: 'op-5d9c7b8f6d-k2xvq', namespace: 'shop' }),
    });
    expect(ready.first).toMatchObject({ state: 'recovered', severity: 'info' });
    expect(
      (await run(vip, { objects: [kubernetes], logs: log(['dial tcp 10.20.0.9:443: i/o timeout'], {}) })).outcome,
    ).toBe('passed');
  });
});

it('dns-forwards-to-self reads the Corefile', async () => {
  const corefile = (target: string) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'coredns', namespace: 'kube-system' },
    data: { Corefile: `.:53 {\n    errors\n    forward . ${target} {\n    }\n}` },
  });
  expect((await run(self, { objects: [service(), corefile('10.96.0.10')] })).first?.message).toContain(
    'the cluster DNS itself',
  );
  expect((await run(self, { objects: [service(), corefile('127.0.0.53')] })).first?.message).toContain('loopback');
  expect((await run(self, { objects: [service(), corefile('[::1]')] })).first?.message).toContain('loopback');
  // Another block of the same Corefile, or a sidecar, listens there.
  for (const other of ['/etc/resolv.conf 192.0.2.1', '127.0.0.1:301 127.0.0.1:302', '[::1]:5300', '[fd00::1]:53'])
    expect((await run(self, { objects: [service(), corefile(other)] })).outcome).toBe('passed');
});

it('dns-service-broken', async () => {
  expect((await run(broken, { objects: [service({ ports: [ports[1]] }), dnsPod('True')] })).first?.variant).toBe(
    'ports',
  );
  expect((await run(broken, { objects: [service(), dnsPod('True')] })).outcome).toBe('passed');
  expect((await run(broken, { objects: [aService(), dnsPod('True')] })).first?.variant).toBe('missing');
});

it('dns-lookup-failed tells cluster names from others', async () => {
  const probe = (target: string, outcome: 'ok' | 'unresolved' | 'timeout') =>
    ({ tool: 'nslookup', target, outcome, from: { namespace: 'shop', pod: 'tools' } }) as const;
  const cluster = await run(lookup, { facts: { probes: [probe('kubernetes.default.svc.cluster.local', 'timeout')] } });
  expect(cluster.first).toMatchObject({
    variant: 'cluster',
    severity: 'critical',
    subject: { kind: 'Pod', name: 'tools' },
  });
  const outside = await run(lookup, {
    facts: { probes: [probe('kubernetes.default', 'ok'), probe('x.example.org', 'timeout')] },
  });
  expect(outside.first?.variant).toBe('external');
  expect((await run(lookup, { facts: { probes: [probe('kubernetes.default', 'ok')] } })).outcome).toBe('passed');
  expect((await run(lookup, {})).outcome).toBe('not-checked');
});

it('dns-lookup-failed: a server that gives a program no answer, but not one that says no', async () => {
  const logs = (why: string, name = 'ink.shop.svc') =>
    log([`db: dial tcp: lookup ${name} on 10.96.0.10:53: ${why}`], { pod: 'press-0' });
  const timeout = 'read udp 10.1.1.5:4->10.96.0.10:53: i/o timeout';
  const silent = await run(lookup, { logs: logs(timeout) });
  expect(silent.first).toMatchObject({ variant: 'cluster-no-answer', severity: 'critical' });
  expect((await run(lookup, { logs: logs(timeout, 'ink.example.org') })).first?.variant).toBe('no-answer');
  expect(silent.first?.message).toContain('DNS server 10.96.0.10 gives press-0 no answer');
  expect((await run(lookup, { logs: logs('no such host') })).outcome).toBe('passed');
});
