import { describe, expect, it } from 'vitest';
import block from '../../../src/checks/3-networking/netpol-ipblock-on-cluster-ips.ts';
import confusion from '../../../src/checks/3-networking/netpol-and-or-confusion.ts';
import engines from '../../../src/checks/3-networking/netpol-other-engines-present.ts';
import { aNode, aPod, aService, run } from '../../build.ts';

const policy = (spec: object) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { podSelector: {}, ...spec },
});
const space = (name: string, labels: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels },
});
const pod = (name: string, namespace: string, app: string) => aPod(name, { metadata: { namespace, labels: { app } } });

describe('netpol-and-or-confusion', () => {
  const spaces = [space('shop'), space('monitoring', { team: 'ops' })];
  const scraper = { podSelector: { matchLabels: { app: 'scraper' } } };
  const ops = { namespaceSelector: { matchLabels: { team: 'ops' } } };
  const away = [...spaces, pod('web', 'shop', 'web'), pod('scraper', 'monitoring', 'scraper')];
  const here = [...spaces, pod('scraper', 'shop', 'scraper'), pod('other', 'monitoring', 'other')];
  it('tells two items that were meant as one', async () => {
    const { first } = await run(confusion, { objects: [...away, policy({ ingress: [{ from: [scraper, ops] }] })] });
    expect(first).toMatchObject({ variant: 'or', severity: 'info', subject: { name: 'web' } });
  });
  it('tells one item that was meant as two', async () => {
    const { first } = await run(confusion, {
      objects: [...here, policy({ egress: [{ to: [{ ...scraper, ...ops }] }] })],
    });
    expect(first?.variant).toBe('and');
  });
  it('is silent when the rule fits, and when pods are not all known', async () => {
    expect(
      (await run(confusion, { objects: [...away, policy({ ingress: [{ from: [{ ...scraper, ...ops }] }] })] })).outcome,
    ).toBe('passed');
    expect(
      (await run(confusion, { objects: [...here, policy({ ingress: [{ from: [scraper, ops] }] })] })).outcome,
    ).toBe('passed');
    expect(
      (await run(confusion, { objects: [...away, policy({ ingress: [{ from: [scraper, ops] }] })], complete: false }))
        .outcome,
    ).toBe('passed');
    expect((await run(confusion, {})).outcome).toBe('not-checked');
  });
});

describe('netpol-ipblock-on-cluster-ips', () => {
  const to = (cidr: string, except?: string[]) =>
    policy({ egress: [{ to: [{ ipBlock: { cidr, ...(except ? { except } : {}) } }] }] });
  const node = aNode('node-1', { spec: { podCIDR: '10.244.1.0/24' } });
  it('tells Service addresses and pod ranges', async () => {
    const { first } = await run(block, { objects: [to('10.96.0.0/16'), aService()] });
    expect(first).toMatchObject({ variant: 'services', severity: 'warning' });
    expect(first?.message).toContain('10.96.0.0/16, which holds Service addresses (web: 10.96.0.20)');
    expect((await run(block, { objects: [to('10.244.0.0/16'), node] })).first).toMatchObject({
      variant: 'pods',
      severity: 'info',
    });
  });
  it('is silent on everywhere, on the outside, and on exceptions', async () => {
    for (const cidr of ['0.0.0.0/0', '10.0.0.0/8', '203.0.113.0/24'])
      expect((await run(block, { objects: [to(cidr), aService(), node] })).outcome, cidr).toBe('passed');
    expect((await run(block, { objects: [to('10.96.0.0/15', ['10.96.0.0/16']), aService()] })).outcome).toBe('passed');
    expect((await run(block, {})).outcome).toBe('not-checked');
  });
});

it('netpol-other-engines-present: objects of other engines', async () => {
  const cilium = {
    apiVersion: 'cilium.io/v2',
    kind: 'CiliumNetworkPolicy',
    metadata: { name: 'dns', namespace: 'shop' },
    spec: {},
  };
  const { first } = await run(engines, { objects: [cilium] });
  expect(first).toMatchObject({ severity: 'info', subject: { kind: 'CiliumNetworkPolicy', name: 'dns' } });
  expect((await run(engines, { complete: ['CiliumNetworkPolicy'] })).outcome).toBe('passed');
  expect((await run(engines, {})).outcome).toBe('not-checked');
});
