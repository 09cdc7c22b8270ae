import { describe, expect, it } from 'vitest';
import allUnready from '../../../src/checks/3-networking/svc-endpoints-all-unready.ts';
import namedPort from '../../../src/checks/3-networking/svc-named-port-missing.ts';
import noEndpoints from '../../../src/checks/3-networking/svc-no-endpoints.ts';
import selectorless from '../../../src/checks/3-networking/svc-selectorless-unmanaged.ts';
import stale from '../../../src/checks/3-networking/svc-endpoints-stale.ts';
import pending from '../../../src/checks/3-networking/svc-lb-pending.ts';
import { aDeployment, ago, anEvent, aPod, aService, run, someEndpoints } from '../../build.ts';

const unready = aPod('web-5d9c7b8f6d-k2xvq', { status: { conditions: [{ type: 'Ready', status: 'False' }] } });

describe('svc-endpoints-all-unready', () => {
  it('names the pods', async () => {
    const { first } = await run(allUnready, { objects: [aService(), unready, someEndpoints('web', [], ['10.0.1.5'])] });
    expect(first?.subject).toMatchObject({ kind: 'Service', name: 'web' });
    expect(first?.message).toContain('web-5d9c7b8f6d-k2xvq');
    expect(first?.related).toContainEqual({ kind: 'Pod', name: 'web-5d9c7b8f6d-k2xvq', namespace: 'shop' });
  });
  it('names the node when all pods run on it', async () => {
    const other = aPod('web-5d9c7b8f6d-zzzzz', {
      spec: { nodeName: 'node-2' },
      status: { conditions: [{ type: 'Ready', status: 'False' }] },
    });
    const nodes = async (...pods: readonly object[]) =>
      (await run(allUnready, { objects: [aService(), ...pods, someEndpoints('web', [])] })).first?.related?.filter(
        ({ kind }) => kind === 'Node',
      );
    expect(await nodes(unready)).toEqual([{ kind: 'Node', name: 'node-1' }]);
    expect(await nodes(unready, other)).toEqual([]);
  });
  it('is silent with one ready pod, or when unready addresses are published', async () => {
    expect((await run(allUnready, { objects: [aService(), unready, aPod('web-5d9c7b8f6d-aaaaa')] })).outcome).toBe(
      'passed',
    );
    const peers = aService('web', { spec: { publishNotReadyAddresses: true } });
    expect((await run(allUnready, { objects: [peers, unready] })).outcome).toBe('passed');
    expect((await run(allUnready, { objects: [unready] })).outcome).toBe('not-checked');
  });
});

describe('svc-no-endpoints', () => {
  it('tells a Service scaled to zero apart', async () => {
    const objects = [aService(), someEndpoints('web', []), aDeployment('web', { spec: { replicas: 0 } })];
    const { first } = await run(noEndpoints, { objects });
    expect(first).toMatchObject({ variant: 'scaled-to-zero', severity: 'info' });
    expect(first?.message).toContain('scaled to 0');
  });
  it('tells of pods that have failed', async () => {
    const evicted = aPod('web-5d9c7b8f6d-k2xvq', { status: { phase: 'Failed', reason: 'Evicted' } });
    const { first } = await run(noEndpoints, { objects: [aService(), evicted, someEndpoints('web', [])] });
    expect(first?.message).toContain('web-5d9c7b8f6d-k2xvq Evicted');
    expect(first?.related).toContainEqual({ kind: 'Pod', name: 'web-5d9c7b8f6d-k2xvq', namespace: 'shop' });
  });
  it('takes the pods of its name for its own where a table shows no labels', async () => {
    const row = aPod('web-0', { metadata: { labels: undefined, deletionTimestamp: ago(600) } });
    const objects = [aService(), row, someEndpoints('web', [])];
    const { first } = await run(noEndpoints, { objects, complete: [] });
    expect(first).toMatchObject({ variant: 'unready', related: [{ kind: 'Pod', name: 'web-0', namespace: 'shop' }] });
    expect(first?.message).toContain('web-0 is being deleted');
    const well = aPod('web-0', { metadata: { labels: undefined } });
    const others = await run(noEndpoints, { objects: [aService(), well, someEndpoints('web', [])], complete: [] });
    expect(others.first?.variant).toBeUndefined();
  });
  it('judges from Endpoints alone', async () => {
    const { first } = await run(noEndpoints, {
      objects: [someEndpoints('web', []), aPod('api-0', { metadata: { labels: {} } })],
      complete: [],
    });
    expect(first).toMatchObject({ variant: 'empty', severity: 'critical', subject: { kind: 'Service', name: 'web' } });
    expect(first?.message).toContain('selector');
    const own = await run(noEndpoints, { objects: [someEndpoints('web', []), unready], complete: [] });
    expect(own.first?.variant).toBe('unready');
  });
  it('leaves old leader election and healthy endpoints alone', async () => {
    const leader = {
      ...someEndpoints('scheduler', []),
      metadata: {
        name: 'scheduler',
        namespace: 'shop',
        annotations: { 'control-plane.alpha.kubernetes.io/leader': '{}' },
      },
    };
    expect((await run(noEndpoints, { objects: [leader], complete: [] })).outcome).toBe('passed');
    expect((await run(noEndpoints, { objects: [aService(), someEndpoints('web', ['10.0.1.5'])] })).outcome).toBe(
      'passed',
    );
    expect((await run(noEndpoints, { objects: [aService()] })).outcome).toBe('not-checked');
  });
});

it('svc-named-port-missing: pods without any named port', async () => {
  const service = aService('web', { spec: { ports: [{ port: 80, targetPort: 'http' }] } });
  const { first } = await run(namedPort, { objects: [service, aPod()] });
  expect(first?.message).toContain('"http"');
  expect((await run(namedPort, { objects: [aService(), aPod()] })).outcome).toBe('passed');
});

it('svc-selectorless-unmanaged', async () => {
  const service = aService('legacy', { spec: { selector: {} } });
  const listed = { objects: [service, someEndpoints('other', ['10.0.0.1'])] };
  expect((await run(selectorless, listed)).first?.subject.name).toBe('legacy');
  expect((await run(selectorless, { objects: [service, someEndpoints('legacy', ['10.9.9.9'])] })).outcome).toBe(
    'passed',
  );
});

it('svc-endpoints-stale: addresses that no pod has', async () => {
  const { first } = await run(stale, { objects: [aService(), aPod(), someEndpoints('web', ['10.0.7.7'])] });
  expect(first?.message).toContain('10.0.7.7');
  expect((await run(stale, { objects: [aService(), aPod(), someEndpoints('web', ['10.0.1.5'])] })).outcome).toBe(
    'passed',
  );
});

describe('svc-lb-pending without the Service', () => {
  const edge = { kind: 'Service', name: 'edge', namespace: 'shop' };
  const sync = (why: string) =>
    anEvent(edge, 'SyncLoadBalancerFailed', `Error syncing load balancer: ${why}`, {
      metadata: { name: `edge.${why.length}`, namespace: 'shop' },
    });
  const made = anEvent(edge, 'EnsuredLoadBalancer', 'Ensured load balancer', { lastTimestamp: ago(10) });
  const line = (why: string) => ({
    class: 'container' as const,
    origin: { program: 'cloud-controller-manager' },
    lines: [
      `E0907 10:52:23.479321       1 controller.go:255] error processing service shop/edge (will retry): failed to ensure load balancer: ${why}`,
    ],
  });
  it('tells the failure, not the waiting', async () => {
    const objects = [sync('no external network'), sync('load balancer is not ACTIVE: PENDING_CREATE')];
    const { first } = await run(pending, { objects, complete: false });
    expect(first).toMatchObject({ subject: { kind: 'Service', name: 'edge' } });
    expect(first?.message).toContain('no external network');
  });
  it('is silent when a later try made it', async () => {
    expect((await run(pending, { objects: [sync('no subnet'), made], complete: false })).outcome).toBe('passed');
  });
  it('reads the log of the controller', async () => {
    const { first } = await run(pending, { logs: [line('quota of public addresses reached')] });
    expect(first).toMatchObject({ subject: { kind: 'Service', name: 'edge', namespace: 'shop' } });
    expect(first?.message).toContain('quota of public addresses reached');
    expect(first?.fix?.[0]).toContain('Mend what the cloud complains of');
    expect(
      (await run(pending, { logs: [line('it is not yet active - current status: pending')] })).first,
    ).toBeUndefined();
    const done = await run(pending, { objects: [made], complete: false, logs: [line('quota reached')] });
    expect(done.first).toBeUndefined();
  });
});

it('svc-lb-pending: no address after five minutes', async () => {
  const service = aService('edge', { spec: { type: 'LoadBalancer' } });
  const event = anEvent(
    { kind: 'Service', name: 'edge' },
    'SyncLoadBalancerFailed',
    'Error syncing load balancer: no subnet',
  );
  expect((await run(pending, { objects: [service, event] })).first?.message).toContain('no subnet');
  const young = aService('edge', { metadata: { creationTimestamp: ago(30) }, spec: { type: 'LoadBalancer' } });
  expect((await run(pending, { objects: [young] })).outcome).toBe('passed');
  // A table of an undated bundle tells ages.
  const row = (createdAgo: number) =>
    run(pending, {
      objects: [
        aService('edge', { metadata: { creationTimestamp: undefined, createdAgo }, spec: { type: 'LoadBalancer' } }),
      ],
      now: null,
    });
  expect((await row(30)).outcome).toBe('passed');
  expect((await row(3600)).outcome).toBe('failed');
  expect((await run(pending, { objects: [aService()] })).outcome).toBe('passed');
});
