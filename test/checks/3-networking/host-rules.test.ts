import { describe, expect, it } from 'vitest';
import backend from '../../../src/checks/3-networking/iptables-backend-conflict.ts';
import firewall from '../../../src/checks/3-networking/host-firewall-blocking.ts';
import tls from '../../../src/checks/3-networking/ingress-tls-secret-bad.ts';
import { aNode, anEvent, aPod, aService, run } from '../../build.ts';

const host = (key: string, value: string, line: number, file = 'a.txt') => ({
  topic: 'iptables',
  key,
  value,
  node: 'node-1',
  source: { file, line, text: `${key} ${value}` },
});

describe('iptables-backend-conflict', () => {
  const nft = [host('backend', 'nf_tables', 1), host('nat.rules', '40', 5)];
  const legacy = [host('backend', 'legacy', 100), host('filter.rules', '7', 105)];
  it('tells rules in both', async () => {
    const { first } = await run(backend, { facts: { hostValues: [...nft, ...legacy] } });
    expect(first).toMatchObject({ severity: 'warning', subject: { kind: 'Node', name: 'node-1' } });
    expect(first?.message).toContain('40 in table nat of nf_tables and 7 in table filter of legacy');
  });
  it('tells the event of node-problem-detector and the word of iptables', async () => {
    const event = anEvent(
      { kind: 'Node', name: 'node-1' },
      'IPTablesVersionsMismatch',
      'Found 12 rules in nf_tables and 9 in legacy',
    );
    expect((await run(backend, { objects: [event] })).first?.variant).toBe('event');
    const lines = ['# Warning: iptables-legacy tables present, use iptables-legacy to see them'];
    const logs = [{ class: 'container' as const, origin: { program: 'kube-proxy' }, lines }];
    expect((await run(backend, { logs })).first).toMatchObject({ variant: 'log', severity: 'info' });
  });
  it('is silent on one back end, on empty tables, and on one of each machine', async () => {
    expect((await run(backend, { facts: { hostValues: nft } })).outcome).toBe('passed');
    expect(
      (
        await run(backend, {
          facts: { hostValues: [...nft, host('backend', 'legacy', 100), host('nat.rules', '0', 101)] },
        })
      ).outcome,
    ).toBe('passed');
    const other = legacy.map((value) => ({ ...value, node: 'node-2', source: { ...value.source, file: 'b.txt' } }));
    expect((await run(backend, { facts: { hostValues: [...nft, ...other] } })).outcome).toBe('passed');
    expect((await run(backend, {})).outcome).toBe('not-checked');
  });
});

describe('host-firewall-blocking', () => {
  const drop = (from: string, port: number) =>
    `[ 1234.5] [UFW BLOCK] IN=eth0 OUT= MAC=aa SRC=${from} DST=192.168.1.11 LEN=60 TOS=0x00 PROTO=TCP SPT=40112 DPT=${port} WINDOW=64240`;
  const kernel = (...lines: string[]) => [{ class: 'kernel' as const, origin: { node: 'node-1' }, lines }];
  const nodes = [
    aNode(),
    aNode('node-2', { status: { addresses: [{ type: 'InternalIP', address: '192.168.1.12' }] } }),
  ];
  it('tells packets between nodes', async () => {
    const { first } = await run(firewall, {
      objects: nodes,
      logs: kernel(drop('192.168.1.12', 10250), drop('192.168.1.12', 10250)),
    });
    expect(first).toMatchObject({ variant: 'log', severity: 'warning', subject: { kind: 'Node', name: 'node-1' } });
    expect(first?.message).toMatch(/192\.168\.1\.12 to 192\.168\.1\.11, TCP port 10250 \(the kubelet\)/);
  });
  it('is silent on strangers', async () => {
    expect((await run(firewall, { objects: nodes, logs: kernel(drop('203.0.113.9', 10250)) })).outcome).toBe('passed');
    expect((await run(firewall, {})).outcome).toBe('not-checked');
  });
  it('tells a closing REJECT, loudly when pods of the node meet it', async () => {
    const hostValues = [host('filter.FORWARD.rule', '-j REJECT --reject-with icmp-host-prohibited', 9)];
    expect((await run(firewall, { facts: { hostValues } })).first).toMatchObject({ variant: 'rule', severity: 'info' });
    const kubernetes = aService('kubernetes', { metadata: { namespace: 'default' }, spec: { clusterIP: '10.96.0.1' } });
    const lines = ['dial tcp 10.96.0.1:443: connect: no route to host'];
    const logs = [{ class: 'container' as const, origin: { pod: 'web-5d9c7b8f6d-k2xvq', namespace: 'shop' }, lines }];
    const { first } = await run(firewall, { objects: [aPod(), kubernetes], facts: { hostValues }, logs });
    expect(first).toMatchObject({ variant: 'rule', severity: 'warning' });
    // As a time-out, with nothing before it in the chain: somebody loaded saved rules over those of the network plug-in.
    const lost = [{ ...logs[0], class: 'container' as const, lines: ['dial tcp 10.96.0.1:443: i/o timeout'] }];
    const closed = (await run(firewall, { objects: [kubernetes], facts: { hostValues }, logs: lost })).first;
    expect(closed).toMatchObject({ variant: 'closed', severity: 'warning' });
    expect(closed?.message).toContain('the only rule of its FORWARD chain, while pods do not reach 10.96.0.1');
    const open = [...hostValues, host('filter.FORWARD.gate', '-s 10.42.0.0/16 -j ACCEPT', 8)];
    expect((await run(firewall, { facts: { hostValues: open }, logs: lost })).first?.severity).toBe('info');
    const narrow = [host('filter.FORWARD.rule', '-d 10.96.7.7/32 -p tcp -j REJECT', 9)];
    expect((await run(firewall, { facts: { hostValues: narrow } })).outcome).toBe('passed');
  });
});

describe('ingress-tls-secret-bad', () => {
  const ingress = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'site', namespace: 'shop' },
    spec: { tls: [{ hosts: ['shop.example.com'], secretName: 'site-tls' }] },
  };
  const secret = (data: object) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'site-tls', namespace: 'shop' },
    type: 'Opaque',
    data,
  });
  it('tells a missing Secret and missing keys', async () => {
    const missing = await run(tls, { objects: [ingress], complete: ['Secret', 'Ingress'] });
    expect(missing.first).toMatchObject({
      variant: 'missing',
      severity: 'critical',
      subject: { kind: 'Ingress', name: 'site' },
    });
    expect(missing.first?.message).toContain(
      'shop.example.com from Secret site-tls, which does not exist in namespace shop',
    );
    const keys = await run(tls, { objects: [ingress, secret({ 'tls.crt': 'eA==' })] });
    expect(keys.first?.message).toContain('which has no tls.key');
  });
  it('takes a row that does not say its namespace for the Secret itself', async () => {
    const row = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'site-tls' }, type: 'kubernetes.io/tls' };
    expect((await run(tls, { objects: [ingress, row] })).outcome).toBe('passed');
    const other = { ...row, metadata: { name: 'site-tls', namespace: 'cafe' } };
    expect((await run(tls, { objects: [ingress, other] })).first?.message).toContain('in namespace cafe');
  });
  it('reads the log of the controller', async () => {
    const lines = [
      'W0301 10:00:00.000000       7 controller.go:1333] Error getting SSL certificate "shop/site-tls": local SSL certificate shop/site-tls was not found. Using default certificate',
    ];
    const logs = [
      {
        class: 'container' as const,
        origin: { pod: 'ingress-nginx-controller-5d9c7b8f6d-k2xvq', namespace: 'ingress-nginx' },
        lines,
      },
    ];
    expect((await run(tls, { logs })).first).toMatchObject({
      variant: 'log',
      subject: { kind: 'Secret', name: 'site-tls' },
    });
    // An Ingress with hosts and no Secret wants the default certificate.
    const unnamed = lines.map((line) => line.replaceAll('shop/site-tls', 'shop/'));
    expect((await run(tls, { logs: logs.map((log) => ({ ...log, lines: unnamed })) })).first).toBeUndefined();
    const now = await run(tls, { objects: [secret({ 'tls.crt': 'eA==', 'tls.key': 'eA==' })], logs });
    expect(now.first).toMatchObject({ state: 'recovered', severity: 'info' });
  });
  it('is silent on a good Secret and where Secrets were not listed', async () => {
    expect((await run(tls, { objects: [ingress, secret({ 'tls.crt': 'eA==', 'tls.key': 'eA==' })] })).outcome).toBe(
      'passed',
    );
    expect((await run(tls, { objects: [ingress] })).outcome).toBe('passed');
    expect((await run(tls, {})).outcome).toBe('not-checked');
  });
});
