import { describe, expect, it } from 'vitest';
import five from '../../../src/checks/3-networking/dns-five-second-latency.ts';
import ndots from '../../../src/checks/3-networking/dns-ndots-amplification.ts';
import nodelocal from '../../../src/checks/3-networking/dns-nodelocal-down.ts';
import search from '../../../src/checks/3-networking/dns-search-missing.ts';
import spread from '../../../src/checks/3-networking/dns-coredns-not-spread.ts';
import { aNode, aPod, aService, run } from '../../build.ts';
import { scrape } from '../../scrape.ts';

const systemPod = (name: string, app: string, node: string, ready = 'True') =>
  aPod(name, {
    metadata: { namespace: 'kube-system', labels: { 'k8s-app': app } },
    spec: { nodeName: node },
    status: { conditions: [{ type: 'Ready', status: ready }] },
  });

describe('dns-coredns-not-spread', () => {
  const nodes = [aNode('node-1'), aNode('node-2')];
  const dns = (name: string, node: string) => systemPod(`coredns-5d9c7b8f6d-${name}`, 'kube-dns', node);
  it('tells a single one and several on one node', async () => {
    expect((await run(spread, { objects: [...nodes, dns('aaaaa', 'node-1')] })).first).toMatchObject({
      variant: 'single',
      severity: 'info',
    });
    const { first } = await run(spread, { objects: [...nodes, dns('aaaaa', 'node-1'), dns('bbbbb', 'node-1')] });
    expect(first?.message).toContain('All 2 ready pods of the cluster DNS are on node node-1, of 2 nodes');
  });
  it('is silent when they are apart and when there is one node', async () => {
    expect((await run(spread, { objects: [...nodes, dns('aaaaa', 'node-1'), dns('bbbbb', 'node-2')] })).outcome).toBe(
      'passed',
    );
    expect((await run(spread, { objects: [aNode('node-1'), dns('aaaaa', 'node-1')] })).outcome).toBe('passed');
    expect((await run(spread, { objects: nodes })).outcome).toBe('not-checked');
  });
});

describe('dns-nodelocal-down', () => {
  it('tells the node', async () => {
    const { first } = await run(nodelocal, {
      objects: [aNode('node-1'), systemPod('node-local-dns-x7x2z', 'node-local-dns', 'node-1', 'False')],
    });
    expect(first).toMatchObject({ severity: 'critical', subject: { name: 'node-local-dns-x7x2z', node: 'node-1' } });
    expect(first?.message).toContain('169.254.20.10');
  });
  it('is silent on ready ones and on a node that is away', async () => {
    expect(
      (await run(nodelocal, { objects: [systemPod('node-local-dns-x7x2z', 'node-local-dns', 'node-1')] })).outcome,
    ).toBe('passed');
    const away = aNode('node-1', { status: { conditions: [{ type: 'Ready', status: 'Unknown' }] } });
    expect(
      (
        await run(nodelocal, {
          objects: [away, systemPod('node-local-dns-x7x2z', 'node-local-dns', 'node-1', 'False')],
        })
      ).outcome,
    ).toBe('passed');
    expect((await run(nodelocal, {})).outcome).toBe('not-checked');
  });
});

describe('dns-search-missing', () => {
  const client = (spec: object, ready = 'True') =>
    aPod('cart-6f7c8d9b5c-zzzzz', {
      metadata: { labels: { app: 'cart' }, ownerReferences: undefined },
      spec: {
        containers: [
          { name: 'app', image: 'registry.example.com/cart:1', env: [{ name: 'WEB_URL', value: 'http://web:80' }] },
        ],
        ...spec,
      },
      status: { conditions: [{ type: 'Ready', status: ready }] },
    });
  it('tells a pod of the host network that calls a Service by name', async () => {
    const { first } = await run(search, {
      objects: [aService(), client({ hostNetwork: true, dnsPolicy: 'ClusterFirst' }, 'False')],
    });
    expect(first).toMatchObject({ variant: 'host-network', severity: 'warning' });
    expect(first?.message).toContain('the Service name web (WEB_URL)');
    expect((await run(search, { objects: [aService(), client({ hostNetwork: true })] })).first?.severity).toBe('info');
  });
  it('tells a short name that fails where the full one resolves', async () => {
    const from = { pod: 'cart', namespace: 'shop' };
    const probes = [
      { tool: 'nslookup', from, target: 'web', outcome: 'unresolved' as const },
      { tool: 'nslookup', from, target: 'web.shop.svc.cluster.local', outcome: 'ok' as const },
    ];
    const { first } = await run(search, { facts: { probes } });
    expect(first).toMatchObject({ variant: 'lookup', subject: { kind: 'Pod', name: 'cart' } });
    expect((await run(search, { facts: { probes: probes.slice(0, 1) } })).outcome).toBe('passed');
  });
  it('is silent with the policy for host networks, and without a name of the cluster', async () => {
    expect(
      (
        await run(search, {
          objects: [aService(), client({ hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' })],
        })
      ).outcome,
    ).toBe('passed');
    expect((await run(search, { objects: [aService(), client({})] })).outcome).toBe('passed');
    expect((await run(search, { objects: [client({ hostNetwork: true })] })).outcome).toBe('passed');
    expect((await run(search, {})).outcome).toBe('not-checked');
  });
});

describe('dns-ndots-amplification', () => {
  const page = (lost: number) =>
    scrape('coredns', {
      coredns_dns_responses_total: [
        [{ rcode: 'NOERROR', zone: '.' }, 1000],
        [{ rcode: 'NXDOMAIN', zone: '.' }, lost],
      ],
    });
  it('counts the answers, and warns when the DNS does not keep up', async () => {
    const { first } = await run(ndots, { facts: { metrics: [page(3000)] } });
    expect(first).toMatchObject({ severity: 'info' });
    expect(first?.message).toContain('75 % of the 4000 answers');
    const lines = ['[ERROR] plugin/errors: 2 example.org. A: concurrent queries exceeded maximum 1000'];
    const logs = [{ class: 'container' as const, origin: { program: 'coredns' }, lines }];
    expect((await run(ndots, { facts: { metrics: [page(3000)] }, logs })).first?.severity).toBe('warning');
  });
  it('is silent on fewer', async () => {
    expect((await run(ndots, { facts: { metrics: [page(100)] } })).outcome).toBe('passed');
    expect((await run(ndots, {})).outcome).toBe('not-checked');
  });
});

describe('dns-five-second-latency', () => {
  const look = (tookMs: number) => ({ tool: 'dig', target: 'example.org', outcome: 'ok' as const, tookMs });
  it('knows the time-out of resolvers', async () => {
    const { first } = await run(five, { facts: { probes: [look(5004), look(12)] } });
    expect(first?.message).toContain('dig of example.org took 5.0 s');
    const commandTimings = [{ command: 'kubectl exec web -- nslookup web', seconds: 10.2 }];
    expect((await run(five, { facts: { commandTimings } })).first?.severity).toBe('warning');
  });
  it('is silent on other times and other commands', async () => {
    expect((await run(five, { facts: { probes: [look(12), look(3200)] } })).outcome).toBe('passed');
    expect(
      (await run(five, { facts: { commandTimings: [{ command: 'kubectl get pods', seconds: 5.1 }] } })).outcome,
    ).toBe('passed');
    expect((await run(five, {})).outcome).toBe('not-checked');
  });
});
