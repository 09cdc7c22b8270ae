import { describe, expect, it } from 'vitest';
import between from '../../../src/checks/3-networking/net-cross-node-failed.ts';
import external from '../../../src/checks/3-networking/net-external-failed.ts';
import masquerade from '../../../src/checks/3-networking/net-masquerade-missing.ts';
import toPod from '../../../src/checks/3-networking/net-pod-to-pod-failed.ts';
import type { Probe } from '../../../src/parsers/records.ts';
import { aNode, aPod, run } from '../../build.ts';

type Try = Omit<Probe, 'source'>;
const pod = (name: string, ip: string, node: string, ready = 'True') =>
  aPod(name, {
    spec: { nodeName: node, containers: [] },
    status: { podIP: ip, conditions: [{ type: 'Ready', status: ready }] },
  });
const a = pod('a', '10.0.1.5', 'node-1');
const b = pod('b', '10.0.1.6', 'node-1');
const c = pod('c', '10.0.2.5', 'node-2');
const from = { pod: 'a', namespace: 'shop' };
const probe = (target: string, outcome: Probe['outcome'], more: Partial<Try> = {}): Try => ({
  tool: 'curl',
  from,
  target,
  port: 8080,
  outcome,
  ...more,
});

describe('net-pod-to-pod-failed', () => {
  it('is critical without an answer, a warning when refused', async () => {
    const lost = await run(toPod, { objects: [a, c], facts: { probes: [probe('10.0.2.5', 'timeout')] } });
    expect(lost.first).toMatchObject({ severity: 'critical', variant: 'timeout', subject: { kind: 'Pod', name: 'c' } });
    expect(lost.first?.message).toContain(
      'pod c (10.0.2.5 port 8080) on node node-2 times out (curl in pod a on node node-1)',
    );
    const refused = await run(toPod, { objects: [a, c], facts: { probes: [probe('10.0.2.5', 'refused')] } });
    expect(refused.first).toMatchObject({ severity: 'warning', variant: 'refused' });
  });
  it('is silent on answers, on look-ups, and on a pod that is not ready', async () => {
    expect((await run(toPod, { objects: [a, c], facts: { probes: [probe('10.0.2.5', 'ok')] } })).outcome).toBe(
      'passed',
    );
    const lookup = [probe('10.0.2.5', 'timeout', { tool: 'nslookup' })];
    expect((await run(toPod, { objects: [a, c], facts: { probes: lookup } })).outcome).toBe('passed');
    const sick = [a, pod('c', '10.0.2.5', 'node-2', 'False')];
    expect((await run(toPod, { objects: sick, facts: { probes: [probe('10.0.2.5', 'timeout')] } })).outcome).toBe(
      'passed',
    );
    expect((await run(toPod, { objects: [a] })).outcome).toBe('not-checked');
  });
});

describe('net-cross-node-failed', () => {
  it('needs both halves: well within a node, lost between nodes', async () => {
    const probes = [probe('10.0.1.6', 'ok'), probe('10.0.2.5', 'timeout')];
    const { first } = await run(between, { objects: [a, b, c], facts: { probes } });
    expect(first).toMatchObject({ severity: 'critical', subject: { kind: 'Node', name: 'node-2' } });
    expect(first?.message).toContain('node-1 → node-2');
    expect(first?.evidence).toHaveLength(2);
    expect(
      (await run(between, { objects: [a, b, c], facts: { probes: [probe('10.0.2.5', 'timeout')] } })).outcome,
    ).toBe('passed');
    const refused = [probe('10.0.1.6', 'ok'), probe('10.0.2.5', 'refused')];
    expect((await run(between, { objects: [a, b, c], facts: { probes: refused } })).outcome).toBe('passed');
    expect((await run(between, { objects: [a] })).outcome).toBe('not-checked');
  });
});

describe('net-external-failed', () => {
  it('tells pods from the site', async () => {
    const lost = probe('packages.example.org', 'timeout', { port: 443 });
    const { first } = await run(external, { objects: [a], facts: { probes: [lost] } });
    expect(first).toMatchObject({ variant: 'pods', severity: 'warning', subject: { kind: 'Pod', name: 'a' } });
    expect(first?.message).toContain('packages.example.org:443 outside of the cluster times out');
    const host: Try = { tool: 'curl', node: 'node-1', target: 'packages.example.org', port: 443, outcome: 'timeout' };
    const site = await run(external, { objects: [a, aNode()], facts: { probes: [lost, host] } });
    expect(site.first).toMatchObject({ variant: 'site', severity: 'info' });
    const reached = await run(external, {
      objects: [a, aNode()],
      facts: { probes: [lost, { ...host, outcome: 'ok' }] },
    });
    expect(reached.first?.message).toContain('while the node reaches it');
  });
  it('is silent on targets inside and on answers', async () => {
    const quiet = [
      probe('10.9.9.9', 'timeout'),
      probe('web.shop.svc.cluster.local', 'timeout'),
      probe('example.org', 'refused'),
      probe('192.0.2.7', 'ok'),
    ];
    expect((await run(external, { objects: [a], facts: { probes: quiet } })).outcome).toBe('passed');
    expect((await run(external, {})).outcome).toBe('not-checked');
  });
});

describe('net-masquerade-missing', () => {
  const inside = probe('10.200.0.53', 'timeout', { port: 53 });
  const host: Try = { tool: 'nc', node: 'node-1', target: '10.200.0.53', port: 53, outcome: 'ok' };
  it('fires when the node gets an answer and its pod does not', async () => {
    const { first } = await run(masquerade, { objects: [a], facts: { probes: [inside, host] } });
    expect(first).toMatchObject({ severity: 'warning', confidence: 'low', subject: { kind: 'Node', name: 'node-1' } });
    expect(first?.message).toContain('reaches 10.200.0.53:53, but pod a gets no answer');
    const configFiles = [
      { path: '/etc/cni/net.d/10-bridge.conf', text: '{"type":"bridge","ipMasq": false}', node: 'node-1' },
    ];
    expect(
      (await run(masquerade, { objects: [a], facts: { probes: [inside, host], configFiles } })).first,
    ).toMatchObject({ confidence: 'medium' });
  });
  it('is sure of it when the cluster DNS gets no answer either', async () => {
    const line = (upstream: string) =>
      `[ERROR] plugin/errors: 2 shop.example.com. A: read udp 10.0.1.9:40129->${upstream}:53: i/o timeout`;
    const of = async (upstream: string) => {
      const origin = { pod: 'coredns-5d9c7b8f6d-k2xvq', namespace: 'kube-system', container: 'coredns' };
      const logs = [{ class: 'container' as const, origin, lines: [line(upstream), line(upstream)] }];
      return (await run(masquerade, { objects: [a], facts: { probes: [inside, host] }, logs })).first;
    };
    expect(await of('10.200.0.53')).toMatchObject({ confidence: 'medium' });
    expect((await of('10.200.0.53'))?.message).toContain('nor does the cluster DNS');
    expect(await of('10.200.0.54')).toMatchObject({ confidence: 'low' });
  });
  it('is silent when another pod reaches it, when refused, and when the node fails too', async () => {
    const other = probe('10.200.0.53', 'ok', { port: 53, from: { pod: 'b', namespace: 'shop' } });
    expect((await run(masquerade, { objects: [a], facts: { probes: [inside, host, other] } })).outcome).toBe('passed');
    expect(
      (await run(masquerade, { objects: [a], facts: { probes: [{ ...inside, outcome: 'refused' }, host] } })).outcome,
    ).toBe('passed');
    expect(
      (await run(masquerade, { objects: [a], facts: { probes: [inside, { ...host, outcome: 'timeout' }] } })).outcome,
    ).toBe('passed');
    expect((await run(masquerade, {})).outcome).toBe('not-checked');
  });
});
