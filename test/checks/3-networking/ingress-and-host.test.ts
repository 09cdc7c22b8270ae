import { describe, expect, it } from 'vitest';
import backend from '../../../src/checks/3-networking/ingress-backend-missing.ts';
import bridge from '../../../src/checks/3-networking/br-netfilter-missing.ts';
import cls from '../../../src/checks/3-networking/ingress-class-unclaimed.ts';
import controller from '../../../src/checks/3-networking/ingress-controller-down.ts';
import duplicate from '../../../src/checks/3-networking/net-duplicate-ip-or-cidr-overlap.ts';
import errors from '../../../src/checks/3-networking/ingress-upstream-errors.ts';
import forward from '../../../src/checks/3-networking/ip-forward-disabled.ts';
import gateway from '../../../src/checks/3-networking/gateway-not-programmed.ts';
import route from '../../../src/checks/3-networking/route-not-attached.ts';
import toService from '../../../src/checks/3-networking/net-pod-to-service-failed.ts';
import { aNode, aPod, aService, run, someEndpoints } from '../../build.ts';

const ingress = (service: string, port: number, spec: object = {}) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'site', namespace: 'shop', creationTimestamp: '2026-03-01T00:00:00Z' },
  spec: {
    rules: [
      {
        host: 'shop.example.com',
        http: { paths: [{ path: '/', backend: { service: { name: service, port: { number: port } } } }] },
      },
    ],
    ...spec,
  },
});

describe('ingress-backend-missing', () => {
  it('tells a missing Service and a missing port', async () => {
    const service = await run(backend, { objects: [ingress('wep', 80), aService('webs')] });
    expect(service.first).toMatchObject({ variant: 'service', subject: { kind: 'Ingress', name: 'site' } });
    const port = await run(backend, { objects: [ingress('web', 8081), aService()] });
    expect(port.first?.message).toContain('port 8081');
  });
  it('is silent on what exists and on Services that were not listed', async () => {
    expect((await run(backend, { objects: [ingress('web', 80), aService()] })).outcome).toBe('passed');
    expect((await run(backend, { objects: [ingress('web', 80)] })).outcome).toBe('passed');
    expect((await run(backend, {})).outcome).toBe('not-checked');
  });
});

it('ingress-backend-missing: actions of the AWS controller are no Services; a Service without its namespace', async () => {
  const action = ingress('ssl-redirect', 80);
  const [rule] = action.spec.rules;
  const use = {
    ...rule,
    http: { paths: [{ backend: { service: { name: 'to', port: { name: 'use-annotation' } } } }] },
  };
  const objects = [{ ...action, spec: { rules: [use] } }, aService()];
  expect((await run(backend, { objects })).outcome).toBe('passed');
  const lines = ['Service "web" does not have any active Endpoint.'];
  const { first } = await run(backend, { logs: [{ class: 'text', lines }] });
  expect(first?.subject).toEqual({ kind: 'Service', name: 'web' });
});

it('ingress-upstream-errors reads access logs of Envoy, text and JSON, when they say so again and again', async () => {
  const text = (flag: string) =>
    `[2026-03-01T10:00:00.000Z] "GET /v1 HTTP/1.1" 503 ${flag} - "-" 0 95 0 - "-" "curl" "6f1d" "web.shop:80" "10.0.1.5:8080" outbound|80||web.shop.svc.cluster.local - 10.96.0.9:80 10.0.1.9:4711 - -`;
  const logs = (lines: readonly string[]) => [
    { class: 'container' as const, origin: { pod: 'cart-0', namespace: 'shop', container: 'istio-proxy' }, lines },
  ];
  const bad = text('UF upstream_reset_before_response_started{remote_connection_failure,delayed_connect_error:_111}');
  const { first } = await run(errors, { objects: [aService(), aPod()], logs: logs([bad, bad, bad]) });
  expect(first?.message).toContain('Service web');
  expect(first?.message).toContain('nothing listens');
  const json =
    '{"response_code":503,"response_flags":"UH","response_code_details":"no_healthy_upstream","upstream_cluster":"outbound|80||web.shop.svc.cluster.local"}';
  const healthy = await run(errors, { objects: [aService(), aPod()], logs: logs([json, json, json]) });
  expect(healthy.first?.message).toContain('no healthy endpoint');
  const blip = [bad, ...Array.from({ length: 60 }, () => text('-').replace('503', '200'))];
  expect((await run(errors, { objects: [aService(), aPod()], logs: logs(blip) })).outcome).toBe('passed');
});

it('ingress-class-unclaimed', async () => {
  const nginx = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: { name: 'nginx' },
    spec: { controller: 'k8s.io/ingress-nginx' },
  };
  expect((await run(cls, { objects: [ingress('web', 80, { ingressClassName: 'ngnix' }), nginx] })).first?.variant).toBe(
    'missing-class',
  );
  expect((await run(cls, { objects: [ingress('web', 80), nginx] })).first?.variant).toBe('no-class');
  expect((await run(cls, { objects: [ingress('web', 80, { ingressClassName: 'nginx' }), nginx] })).outcome).toBe(
    'passed',
  );
});

it('ingress-controller-down: none is ready', async () => {
  const pod = (ready: string, name: string) =>
    aPod(name, {
      metadata: { namespace: 'ingress-nginx' },
      status: { conditions: [{ type: 'Ready', status: ready }] },
    });
  expect(
    (await run(controller, { objects: [pod('False', 'ingress-nginx-controller-5d9c7b8f6d-k2xvq')] })).outcome,
  ).toBe('failed');
  const two = [
    pod('False', 'ingress-nginx-controller-5d9c7b8f6d-k2xvq'),
    pod('True', 'ingress-nginx-controller-5d9c7b8f6d-zzzzz'),
  ];
  expect((await run(controller, { objects: two })).outcome).toBe('passed');
});

it('ingress-controller-down: a configuration that a controller cannot load, and not that of any nginx', async () => {
  const emerg = 'nginx: [emerg] mkdir() "/var/cache/nginx/client_temp" failed (13: Permission denied)';
  const reload = `Error reloading NGINX: exit status 1: ${emerg}`;
  const logs = (line: string) => [{ class: 'text' as const, lines: [line] }];
  expect((await run(controller, { logs: logs(emerg) })).found).toEqual([]);
  expect((await run(controller, { logs: logs(reload) })).first?.variant).toBe('reload');
});

it('ingress-upstream-errors ties the address to its Service', async () => {
  const line =
    '2026/03/01 10:00:00 [error] 30#30: *1 connect() failed (111: Connection refused) while connecting to upstream, client: 10.1.1.1, request: "GET / HTTP/1.1", upstream: "http://10.0.1.5:8080/", host: "shop.example.com"';
  const { first } = await run(errors, {
    objects: [aService(), aPod()],
    logs: [{ class: 'container', origin: { pod: 'proxy-0', namespace: 'shop' }, lines: [line] }],
  });
  expect(first?.message).toContain('Service web');
  expect(first?.message).toContain('nothing listens');
  expect(first?.related).toContainEqual({ kind: 'Service', name: 'web', namespace: 'shop' });
  expect(
    (await run(errors, { logs: [{ class: 'container', origin: { pod: 'proxy-0' }, lines: ['GET / 200'] }] })).outcome,
  ).toBe('passed');
});

it('Gateway API: conditions decide', async () => {
  const gw = (status: string) => ({
    kind: 'Gateway',
    apiVersion: 'gateway.networking.k8s.io/v1',
    metadata: { name: 'edge', namespace: 'shop' },
    status: { conditions: [{ type: 'Programmed', status, reason: 'AddressNotAssigned', message: 'no address' }] },
  });
  expect((await run(gateway, { objects: [gw('False')] })).first?.message).toContain('AddressNotAssigned');
  expect((await run(gateway, { objects: [gw('True')] })).outcome).toBe('passed');
  const http = (status: string) => ({
    kind: 'HTTPRoute',
    apiVersion: 'gateway.networking.k8s.io/v1',
    metadata: { name: 'r', namespace: 'shop' },
    status: {
      parents: [
        { parentRef: { name: 'edge' }, conditions: [{ type: 'ResolvedRefs', status, reason: 'BackendNotFound' }] },
      ],
    },
  });
  expect((await run(route, { objects: [http('False')] })).first).toMatchObject({
    variant: 'BackendNotFound',
    subject: { kind: 'HTTPRoute', name: 'r' },
  });
  expect((await run(route, { objects: [http('True')] })).outcome).toBe('passed');
});

it('net-pod-to-service-failed', async () => {
  const probe = (outcome: 'ok' | 'timeout') =>
    ({ tool: 'nc', target: 'web', port: 80, outcome, from: { namespace: 'shop', pod: 'tools' } }) as const;
  const objects = [aService(), someEndpoints('web', ['10.0.1.5'])];
  const { first } = await run(toService, { objects, facts: { probes: [probe('timeout')] } });
  expect(first).toMatchObject({ variant: 'timeout', subject: { kind: 'Service', name: 'web' } });
  expect(first?.message).toContain('1 ready endpoint');
  expect((await run(toService, { objects, facts: { probes: [probe('ok')] } })).outcome).toBe('passed');
  expect((await run(toService, { objects })).outcome).toBe('not-checked');
});

it('net-pod-to-service-failed: a Service that nobody listed is what its name says', async () => {
  const from = { namespace: 'shop', pod: 'tools' };
  const probe = (target: string, more: object = {}) => ({
    tool: 'curl',
    target,
    port: 80,
    outcome: 'timeout',
    from,
    ...more,
  });
  const { found } = await run(toService, {
    facts: {
      probes: [
        probe('api'),
        probe('cart.shop'),
        probe('db.data.svc.cluster.local'),
        probe('api.example.com'),
        probe('10.0.0.9'),
      ],
    } as never,
  });
  expect(found.map(({ subject }) => [subject.namespace, subject.name])).toEqual([
    ['shop', 'api'],
    ['shop', 'cart'],
    ['data', 'db'],
  ]);
  // Listed, it is no Service; and a name that does not resolve is DNS's trouble.
  const probes = [probe('api')] as never;
  expect((await run(toService, { objects: [aService()], facts: { probes } })).found).toEqual([]);
  expect(
    (await run(toService, { facts: { probes: [probe('api', { outcome: 'unresolved' })] as never } })).found,
  ).toEqual([]);
});

it('sysctls of nodes', async () => {
  const value = (key: string, v: string) => ({ topic: 'sysctl', key, value: v, node: 'n7' });
  expect((await run(forward, { facts: { hostValues: [value('net.ipv4.ip_forward', '0')] } })).first?.subject.name).toBe(
    'n7',
  );
  expect(
    (
      await run(forward, {
        facts: { hostValues: [value('net.ipv4.ip_forward', '1'), value('net.ipv4.ip_forward_use_pmtu', '0')] },
      })
    ).outcome,
  ).toBe('passed');
  expect(
    (await run(bridge, { facts: { hostValues: [value('net.bridge.bridge-nf-call-iptables', '0')] } })).outcome,
  ).toBe('failed');
  const absent = (message: string) =>
    run(bridge, { facts: { toolFailures: [{ tool: 'sysctl', message, node: 'n7' }] } });
  const path = '/proc/sys/net/bridge/bridge-nf-call-iptables';
  const { first } = await absent(`sysctl: cannot stat ${path}: No such file or directory`);
  expect(first).toMatchObject({ variant: 'module', subject: { name: 'n7' } });
  expect((await absent('sysctl: cannot stat /proc/sys/net/foo: No such file or directory')).found).toEqual([]);
  expect(
    (await run(bridge, { facts: { hostValues: [value('net.bridge.bridge-nf-call-iptables', '1')] } })).outcome,
  ).toBe('passed');
});

it('net-duplicate-ip-or-cidr-overlap', async () => {
  const pod = (name: string) => aPod(name, { status: { hostIP: '192.168.1.11' } });
  expect((await run(duplicate, { objects: [pod('a-0'), pod('b-0')] })).first?.message).toContain('10.0.1.5');
  const node = (name: string, podCIDR: string) => aNode(name, { spec: { podCIDR } });
  expect(
    (await run(duplicate, { objects: [node('n1', '10.9.0.0/23'), node('n2', '10.9.1.0/24')] })).first?.variant,
  ).toBe('cidr');
  expect(
    (await run(duplicate, { objects: [pod('a-0'), node('n1', '10.9.0.0/24'), node('n2', '10.9.1.0/24')] })).outcome,
  ).toBe('passed');
});
