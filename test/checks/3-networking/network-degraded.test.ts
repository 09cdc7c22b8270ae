import { describe, expect, it } from 'vitest';
import nodeCheck from '../../../src/checks/5-node/node-network-degraded.ts';
import podCheck from '../../../src/checks/3-networking/pod-network-degraded.ts';
import podNetem from '../../../src/checks/3-networking/pod-netem-active.ts';
import nodeNetem from '../../../src/checks/5-node/node-netem-active.ts';
import { aNode, aPod, aService, run } from '../../build.ts';

/** Service, its pod on a node, and whom it calls. */
const part = (name: string, node: string, calls: readonly string[] = []) => [
  aService(name, {
    spec: { selector: { app: name }, ports: [{ port: 80, targetPort: 8080 }], clusterIP: `10.96.2.${name.length}` },
  }),
  aPod(`${name}-5d9c7b8f6d-k2xvq`, {
    metadata: {
      labels: { app: name },
      ownerReferences: [{ kind: 'ReplicaSet', name: `${name}-5d9c7b8f6d`, controller: true }],
    },
    spec: {
      nodeName: node,
      containers: [{ name: 'app', env: calls.map((c) => ({ name: `${c.toUpperCase()}_ADDR`, value: `${c}:80` })) }],
    },
    status: { podIP: `10.0.3.${name.length}` },
  }),
];
const nodes = [aNode('node-a'), aNode('node-b')];
const alert = (name: string, labels: Record<string, string>, description: string, state = 'firing') =>
  ({ name, labels: { namespace: 'shop', ...labels }, annotations: { description }, state }) as const;
const slow = (service: string, from: number, to: number) =>
  alert('HighLatency', { service }, `p95 latency from ${from}ms to ${to}ms`);

describe('pod-network-degraded', () => {
  const objects = [
    ...nodes,
    ...part('shop', 'node-a', ['cart']),
    ...part('cart', 'node-b', ['stock']),
    ...part('stock', 'node-a'),
  ];
  it('names the deepest of the slow services, not its callers', async () => {
    const { first, found } = await run(podCheck, {
      objects,
      facts: { alerts: [slow('shop', 50, 900), slow('cart', 20, 880), slow('stock', 2, 850)] },
    });
    expect(found).toHaveLength(1);
    expect(first).toMatchObject({
      variant: 'delay',
      subject: { kind: 'Service', name: 'stock', workload: { name: 'stock' } },
    });
    expect(first?.message).toContain('425 times');
    expect(first?.related).toContainEqual({ kind: 'Service', name: 'shop', namespace: 'shop' });
  });
  it('takes the shortest risen median where configuration shows no calls: callers wait longer than their callee', async () => {
    const apart = [...nodes, ...part('shop', 'node-a'), ...part('cart', 'node-b'), ...part('stock', 'node-a')];
    const both = (service: string, p50: readonly [number, number], p90: readonly [number, number]) =>
      alert(
        'SlowResponses',
        { service },
        `p50latency: Normal=${p50[0]}ms -> Current=${p50[1]}ms | p90latency: Normal=${p90[0]}ms -> Current=${p90[1]}ms`,
      );
    const tail = alert('SlowResponses', { service: 'shop' }, 'p90latency: Normal=30ms -> Current=500ms');
    const { first } = await run(podCheck, {
      objects: apart,
      facts: { alerts: [both('cart', [12, 3600], [80, 7000]), both('stock', [50, 2100], [600, 5200]), tail] },
    });
    expect(first).toMatchObject({ subject: { kind: 'Service', name: 'stock' } });
  });
  it('does not take the callee for the cause when only its slowest requests are slow, and less than the caller', async () => {
    const caller = alert('SlowResponses', { service: 'cart' }, 'p50latency: Normal=10ms -> Current=2400ms');
    const callee = alert('SlowResponses', { service: 'stock' }, 'p90latency: Normal=4ms -> Current=1100ms');
    const { first } = await run(podCheck, { objects, facts: { alerts: [caller, callee] } });
    expect(first).toMatchObject({ subject: { kind: 'Service', name: 'cart' } });
  });
  it('does not blame the network of a service that lacks CPU', async () => {
    const starved = [
      slow('stock', 2, 40),
      alert('CPUThrottlingHigh', { service: 'stock' }, 'throttled'),
      alert('HighCPU', { service: 'stock' }, 'cpu usage from 0.01 to 0.2 cores'),
    ];
    expect((await run(podCheck, { objects, facts: { alerts: starved } })).outcome).toBe('passed');
  });
  it('is silent without latency, on resolved alerts and without alerts', async () => {
    const quiet = [alert('Watchdog', {}, 'always firing'), { ...slow('stock', 2, 850), state: 'resolved' }];
    expect((await run(podCheck, { objects, facts: { alerts: quiet } })).outcome).toBe('passed');
    expect((await run(podCheck, { objects })).outcome).toBe('not-checked');
  });
});

describe('node-network-degraded', () => {
  const objects = [
    ...nodes,
    ...part('cart', 'node-b'),
    ...part('stock', 'node-b'),
    ...part('shop', 'node-a', ['cart', 'stock']),
  ];
  const retrans = (node: string, now: number) =>
    alert('TcpRetransmissions', { node }, `TCP retransmission before 0.01 now ${now}`);
  it('names the node with by far the most retransmissions: packets are lost', async () => {
    const { first } = await run(nodeCheck, {
      objects,
      facts: { alerts: [retrans('node-a', 0.5), retrans('node-b', 7.5), slow('cart', 2, 300)] },
    });
    expect(first).toMatchObject({ variant: 'loss', subject: { kind: 'Node', name: 'node-b' } });
    expect(first?.message).toContain('cart');
  });
  it('looks at where the slow services run when the peer of a slow node repeats segments', async () => {
    const alerts = [retrans('node-a', 0.6), slow('cart', 2, 1200), slow('stock', 3, 1100), slow('shop', 20, 2500)];
    const { first } = await run(nodeCheck, { objects, facts: { alerts } });
    expect(first).toMatchObject({ variant: 'delay', subject: { kind: 'Node', name: 'node-b' } });
  });
  it('is silent when no node has such an alert', async () => {
    expect((await run(nodeCheck, { objects, facts: { alerts: [slow('cart', 2, 300)] } })).outcome).toBe('passed');
    expect((await run(nodeCheck, { objects })).outcome).toBe('not-checked');
  });
});

describe('netem', () => {
  const netem = (over: object) => ({
    topic: 'network',
    key: 'eth0.netem',
    value: 'delay 900ms 80ms loss 7%',
    source: { file: 'tc.txt', line: 2, text: 'qdisc netem 1: root refcnt 2 limit 1000 delay 900ms 80ms loss 7%' },
    ...over,
  });
  const objects = [...nodes, ...part('stock', 'node-b'), ...part('shop', 'node-a', ['stock'])];
  const inPod = netem({ pod: { namespace: 'shop', name: 'stock-5d9c7b8f6d-k2xvq' } });
  it('is told of the pod in which the command ran, with the callers', async () => {
    const { first } = await run(podNetem, { objects, facts: { hostValues: [inPod] } });
    expect(first).toMatchObject({ variant: 'delay', subject: { kind: 'Pod', name: 'stock-5d9c7b8f6d-k2xvq' } });
    expect(first?.related).toContainEqual({ kind: 'Deployment', name: 'shop', namespace: 'shop' });
    expect((await run(nodeNetem, { objects, facts: { hostValues: [inPod] } })).outcome).toBe('passed');
  });
  it('is told of the machine elsewhere', async () => {
    const hostValues = [netem({ node: 'node-a', value: 'loss 7%' })];
    const { first } = await run(nodeNetem, { objects, facts: { hostValues } });
    expect(first).toMatchObject({ variant: 'loss', subject: { kind: 'Node', name: 'node-a' } });
    expect((await run(podNetem, { objects, facts: { hostValues } })).outcome).toBe('passed');
  });
});
