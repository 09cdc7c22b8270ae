import { describe, expect, it } from 'vitest';
import broad from '../../../src/checks/3-networking/svc-selector-too-broad.ts';
import family from '../../../src/checks/3-networking/svc-ipfamily-mismatch.ts';
import local from '../../../src/checks/3-networking/svc-local-policy-blackhole.ts';
import single from '../../../src/checks/3-networking/svc-single-endpoint.ts';
import stale from '../../../src/checks/3-networking/kubernetes-endpoints-stale.ts';
import { aNode, anEvent, aPod, aService, run, someEndpoints } from '../../build.ts';

const podOf = (owner: string, image: string, port: number, name = `${owner}-5d9c7b8f6d-k2xvq`) =>
  aPod(name, {
    metadata: { ownerReferences: [{ kind: 'ReplicaSet', name: `${owner}-5d9c7b8f6d`, controller: true }] },
    spec: { containers: [{ name: 'app', image, ports: [{ containerPort: port }] }] },
  });

describe('svc-selector-too-broad', () => {
  it('names both workloads and the one without the port', async () => {
    const objects = [
      aService(),
      podOf('web', 'registry.example.com/web:1', 8080),
      podOf('cron', 'registry.example.com/cron:1', 9090),
    ];
    const { first } = await run(broad, { objects });
    expect(first).toMatchObject({ severity: 'warning', subject: { kind: 'Service', name: 'web' } });
    expect(first?.message).toMatch(
      /app=web .*Deployment\/cron and Deployment\/web; Deployment\/cron does not declare port 8080/,
    );
    expect(first?.evidence[0].text).toContain('selector');
  });
  it('is information when both serve the port', async () => {
    const objects = [
      aService(),
      podOf('web', 'registry.example.com/web:1', 8080),
      podOf('api', 'registry.example.com/api:1', 8080),
    ];
    expect((await run(broad, { objects })).first?.severity).toBe('info');
  });
  it('is silent on canaries, on members of a headless Service, and on one workload', async () => {
    const canary = [
      podOf('web', 'registry.example.com/web:1', 8080),
      podOf('web-canary', 'registry.example.com/web:2', 8080),
    ];
    expect((await run(broad, { objects: [aService(), ...canary] })).outcome).toBe('passed');
    const versions = [
      podOf('web-v1', 'registry.example.com/web-v1:1', 8080),
      podOf('web-v2', 'registry.example.com/web-v2:1', 8080),
    ];
    expect((await run(broad, { objects: [aService(), ...versions] })).outcome).toBe('passed');
    const mixed = [
      podOf('web', 'registry.example.com/web:1', 8080),
      podOf('cron', 'registry.example.com/cron:1', 9090),
    ];
    const headless = aService('web', { spec: { clusterIP: 'None' } });
    expect((await run(broad, { objects: [headless, ...mixed] })).outcome).toBe('passed');
    expect((await run(broad, { objects: [aService(), aPod()] })).outcome).toBe('passed');
    expect((await run(broad, { objects: [aService()] })).outcome).toBe('not-checked');
  });
});

describe('svc-local-policy-blackhole', () => {
  const callee = aPod('web-5d9c7b8f6d-k2xvq');
  const slices = (node: string) => ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'web-x', namespace: 'shop', labels: { 'kubernetes.io/service-name': 'web' } },
    endpoints: [{ addresses: ['10.0.1.5'], nodeName: node, conditions: { ready: true } }],
  });
  const caller = (node: string) =>
    aPod('cart-6f7c8d9b5c-zzzzz', {
      metadata: {
        labels: { app: 'cart' },
        ownerReferences: [{ kind: 'ReplicaSet', name: 'cart-6f7c8d9b5c', controller: true }],
      },
      spec: {
        nodeName: node,
        containers: [
          { name: 'app', image: 'registry.example.com/cart:1', env: [{ name: 'WEB_URL', value: 'http://web:80' }] },
        ],
      },
    });
  const inner = aService('web', { spec: { internalTrafficPolicy: 'Local' } });

  it('tells the caller on a node without an endpoint', async () => {
    const { first } = await run(local, { objects: [inner, callee, caller('node-2'), slices('node-1')] });
    expect(first).toMatchObject({ variant: 'internal', severity: 'warning', subject: { name: 'web' } });
    expect(first?.message).toContain('pod cart-6f7c8d9b5c-zzzzz on node node-2');
  });
  it('is silent when the caller has an endpoint at home', async () => {
    expect((await run(local, { objects: [inner, callee, caller('node-1'), slices('node-1')] })).outcome).toBe('passed');
    expect((await run(local, { objects: [aService(), callee, caller('node-2'), slices('node-1')] })).outcome).toBe(
      'passed',
    );
    expect((await run(local, {})).outcome).toBe('not-checked');
  });
  it('external: information, a warning once a node dropped a connection', async () => {
    const outer = aService('web', {
      spec: {
        type: 'NodePort',
        externalTrafficPolicy: 'Local',
        ports: [{ port: 80, targetPort: 8080, nodePort: 31080 }],
      },
    });
    const nodes = [
      aNode('node-1'),
      aNode('node-2', {
        status: {
          conditions: [{ type: 'Ready', status: 'True' }],
          addresses: [{ type: 'InternalIP', address: '192.168.1.12' }],
        },
      }),
    ];
    const objects = [outer, callee, slices('node-1'), ...nodes];
    expect((await run(local, { objects })).first).toMatchObject({ variant: 'external', severity: 'info' });
    const probes = [{ tool: 'nc', target: '192.168.1.12', port: 31080, outcome: 'timeout' as const }];
    const { first } = await run(local, { objects, facts: { probes } });
    expect(first?.severity).toBe('warning');
    expect(first?.message).toContain('node node-2 has no endpoint of it and dropped a connection to port 31080');
  });
});

describe('svc-ipfamily-mismatch', () => {
  const v6 = aService('web', { spec: { clusterIP: 'fd00:10:96::20', clusterIPs: ['fd00:10:96::20'] } });
  it('tells a family that no pod has', async () => {
    const { first } = await run(family, { objects: [v6, aPod()] });
    expect(first).toMatchObject({ variant: 'no-family', severity: 'warning' });
    expect(first?.message).toContain('has an IPv6 address (fd00:10:96::20), but its 1 pod has only IPv4 (10.0.1.5)');
  });
  it('is information when one family of two is in common, silent when all agree', async () => {
    const dual = aService('web', { spec: { clusterIPs: ['10.96.0.20', 'fd00:10:96::20'] } });
    expect((await run(family, { objects: [dual, aPod()] })).first).toMatchObject({
      variant: 'one-family',
      severity: 'info',
    });
    expect((await run(family, { objects: [aService(), aPod()] })).outcome).toBe('passed');
    const both = aPod('web-5d9c7b8f6d-k2xvq', { status: { podIPs: [{ ip: '10.0.1.5' }, { ip: 'fd00:10:244::5' }] } });
    expect((await run(family, { objects: [dual, both] })).outcome).toBe('passed');
    expect((await run(family, {})).outcome).toBe('not-checked');
  });
  it('tells the event of the kubelet', async () => {
    const event = anEvent({ kind: 'Node', name: 'node-1' }, 'HostIPsIPFamilyMismatch', 'mismatched IP families');
    expect((await run(family, { objects: [event] })).first).toMatchObject({
      variant: 'node',
      subject: { name: 'node-1' },
    });
  });
});

describe('svc-single-endpoint', () => {
  const unready = aPod('web-5d9c7b8f6d-zzzzz', {
    status: { podIP: '10.0.1.6', conditions: [{ type: 'Ready', status: 'False' }] },
  });
  it('tells the last one of several', async () => {
    const { first } = await run(single, {
      objects: [aService(), aPod(), unready, someEndpoints('web', ['10.0.1.5'], ['10.0.1.6'])],
    });
    expect(first).toMatchObject({ variant: 'last', severity: 'info' });
    expect(first?.message).toContain(
      'one ready endpoint (10.0.1.5) left of 2 pods; 1 is not ready (web-5d9c7b8f6d-zzzzz)',
    );
  });
  it('tells the only one behind a webhook that fails closed, on a cluster with room for more', async () => {
    const webhook = {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingWebhookConfiguration',
      metadata: { name: 'policy' },
      webhooks: [
        {
          name: 'policy.example.com',
          failurePolicy: 'Fail',
          clientConfig: { service: { name: 'web', namespace: 'shop' } },
        },
      ],
    };
    const objects = [aService(), aPod(), someEndpoints('web', ['10.0.1.5']), webhook];
    expect((await run(single, { objects: [...objects, aNode('a'), aNode('b')] })).first?.variant).toBe('webhook');
    expect((await run(single, { objects: [...objects, aNode('a')] })).outcome).toBe('passed');
  });
  it('is silent on two endpoints and on one pod that is meant to be alone', async () => {
    expect((await run(single, { objects: [aService(), someEndpoints('web', ['10.0.1.5', '10.0.1.6'])] })).outcome).toBe(
      'passed',
    );
    expect((await run(single, { objects: [aService(), aPod(), someEndpoints('web', ['10.0.1.5'])] })).outcome).toBe(
      'passed',
    );
    expect((await run(single, { objects: [aService()] })).outcome).toBe('not-checked');
  });
});

describe('kubernetes-endpoints-stale', () => {
  const service = aService('kubernetes', {
    metadata: { namespace: 'default' },
    spec: { clusterIP: '10.96.0.1', selector: undefined },
  });
  const endpoints = (...ips: string[]) => {
    const all = someEndpoints('kubernetes', ips, [], 6443);
    return { ...all, metadata: { name: 'kubernetes', namespace: 'default' } };
  };
  const server = (name: string, ...flags: string[]) =>
    aPod(`kube-apiserver-${name}`, {
      metadata: {
        namespace: 'kube-system',
        labels: { component: 'kube-apiserver' },
        ownerReferences: [{ kind: 'Node', name }],
      },
      spec: { containers: [{ name: 'kube-apiserver', command: ['kube-apiserver', ...flags] }] },
    });
  const one = server('cp-1', '--advertise-address=192.0.2.11');

  it('tells the address that is of no API server', async () => {
    const { first } = await run(stale, { objects: [service, endpoints('192.0.2.11', '192.0.2.12'), one] });
    expect(first).toMatchObject({ variant: 'gone', severity: 'critical', subject: { name: 'kubernetes' } });
    expect(first?.message).toContain(
      '1 of 2 endpoints of the kubernetes Service (192.0.2.12) is of no API server; those are 192.0.2.11',
    );
  });
  it('tells loopback', async () => {
    expect((await run(stale, { objects: [service, endpoints('127.0.0.1'), one] })).first?.variant).toBe('loopback');
  });
  it('is silent when all agree, and when the addresses of the API servers are not all known', async () => {
    expect((await run(stale, { objects: [service, endpoints('192.0.2.11'), one] })).outcome).toBe('passed');
    expect((await run(stale, { objects: [service, endpoints('192.0.2.12'), server('cp-1')] })).outcome).toBe('passed');
    expect((await run(stale, { objects: [service, endpoints('192.0.2.12'), aPod()] })).outcome).toBe('passed');
    expect((await run(stale, { objects: [service] })).outcome).toBe('not-checked');
  });
});
