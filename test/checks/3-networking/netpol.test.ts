import { describe, expect, it } from 'vitest';
import blocks from '../../../src/checks/3-networking/netpol-blocks-flow.ts';
import defaultDeny from '../../../src/checks/3-networking/netpol-default-deny.ts';
import dns from '../../../src/checks/3-networking/netpol-dns-egress-blocked.ts';
import ignored from '../../../src/checks/3-networking/netpol-not-enforced.ts';
import servicePort from '../../../src/checks/3-networking/netpol-port-uses-service-port.ts';
import nothing from '../../../src/checks/3-networking/netpol-selects-nothing.ts';
import { aPod, aService, run } from '../../build.ts';

const policy = (name: string, spec: object) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name, namespace: 'shop', uid: name },
  spec,
});
const denyAll = policy('deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'], ingress: [], egress: [] });
const allowDns = policy('dns', {
  podSelector: {},
  policyTypes: ['Egress'],
  egress: [
    {
      ports: [
        { port: 53, protocol: 'UDP' },
        { port: 53, protocol: 'TCP' },
      ],
    },
  ],
});
const coredns = aPod('coredns-5d9c7b8f6d-k2xvq', {
  metadata: { namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } },
});
const ill = aPod('web-5d9c7b8f6d-k2xvq', { status: { conditions: [{ type: 'Ready', status: 'False' }] } });

describe('netpol-dns-egress-blocked', () => {
  it('tells the policy and what is missing', async () => {
    const { first } = await run(dns, { objects: [denyAll, coredns, ill] });
    expect(first).toMatchObject({
      severity: 'critical',
      subject: { kind: 'NetworkPolicy', name: 'deny', namespace: 'shop' },
    });
    expect(first?.message).toContain('DNS');
    expect(first?.related).toContainEqual({ kind: 'Deployment', name: 'web', namespace: 'shop' });
  });
  it('names the policy that denies everything only where no other one isolates the pods', async () => {
    const toDb = policy('web-to-db', {
      podSelector: {},
      policyTypes: ['Egress'],
      egress: [{ ports: [{ port: 5432 }] }],
    });
    const ofDeny = expect.arrayContaining([
      expect.objectContaining({ kind: 'NetworkPolicy', name: 'deny' }),
    ]) as unknown;
    expect((await run(dns, { objects: [denyAll, coredns, ill] })).first?.related).toEqual(ofDeny);
    expect((await run(dns, { objects: [denyAll, toDb, coredns, ill] })).first?.related).not.toEqual(ofDeny);
  });
  it('is silent when another policy allows it, and mild when nobody suffers', async () => {
    expect((await run(dns, { objects: [denyAll, allowDns, coredns, ill] })).outcome).toBe('passed');
    expect((await run(dns, { objects: [denyAll, coredns, aPod()] })).first?.severity).toBe('info');
    expect((await run(dns, { objects: [ill] })).outcome).toBe('not-checked');
  });
  it('blames no policy that the plug-in ignores', async () => {
    const flannel = aPod('kube-flannel-ds-x7k2q', {
      metadata: { namespace: 'kube-flannel' },
      spec: { hostNetwork: true },
    });
    expect((await run(dns, { objects: [denyAll, coredns, ill, flannel] })).first?.severity).toBe('info');
    expect((await run(ignored, { objects: [denyAll, flannel] })).outcome).toBe('failed');
    expect((await run(ignored, { objects: [denyAll, coredns] })).outcome).toBe('passed');
  });
});

describe('netpol-dns-egress-blocked: the side of the servers', () => {
  const shut = (ingress: readonly object[]) => ({
    ...policy('closed', { podSelector: {}, policyTypes: ['Ingress'], ingress }),
    metadata: { name: 'closed', namespace: 'kube-system', uid: 'closed' },
  });
  const log = (line: string) => [
    { class: 'container' as const, origin: { pod: 'web-5d9c7b8f6d-k2xvq', namespace: 'shop' }, lines: [line] },
  ];
  const lost = log('dial tcp: lookup depot on 10.96.0.10:53: read udp 10.1.0.7:40211->10.96.0.10:53: i/o timeout');
  it('tells the policy around the DNS pods where look-ups get no answer', async () => {
    const { first } = await run(dns, { objects: [shut([]), coredns, aPod()], logs: lost });
    expect(first).toMatchObject({
      variant: 'servers',
      severity: 'critical',
      subject: { kind: 'NetworkPolicy', name: 'closed', namespace: 'kube-system' },
    });
    expect(first?.related).toContainEqual({ kind: 'Deployment', name: 'web', namespace: 'shop' });
  });
  it('is silent without a lost look-up, and where a rule lets clients in', async () => {
    const absent = log('dial tcp: lookup depot on 10.96.0.10:53: no such host');
    expect((await run(dns, { objects: [shut([]), coredns, aPod()], logs: absent })).outcome).toBe('passed');
    const open = shut([{ ports: [{ port: 53, protocol: 'UDP' }] }]);
    expect((await run(dns, { objects: [open, coredns, aPod()], logs: lost })).outcome).toBe('passed');
  });
});

describe('netpol-blocks-flow', () => {
  const db = aService('db', {
    spec: { selector: { app: 'db' }, ports: [{ port: 5432, targetPort: 5432 }], clusterIP: '10.96.0.44' },
  });
  const dbPod = aPod('db-0', {
    metadata: { labels: { app: 'db' }, ownerReferences: undefined },
    status: { podIP: '10.0.1.9' },
  });
  const caller = aPod('web-5d9c7b8f6d-k2xvq', {
    spec: { containers: [{ name: 'app', env: [{ name: 'DB_ADDR', value: 'db:5432' }] }] },
    status: { conditions: [{ type: 'Ready', status: 'False' }] },
  });
  const onlyApi = policy('db-in', {
    podSelector: { matchLabels: { app: 'db' } },
    policyTypes: ['Ingress'],
    ingress: [{ from: [{ podSelector: { matchLabels: { app: 'api' } } }] }],
  });
  it('names the call, the policy and the direction', async () => {
    const { first } = await run(blocks, { objects: [db, dbPod, caller, onlyApi] });
    expect(first).toMatchObject({ variant: 'ingress', severity: 'critical', subject: { name: 'db-in' } });
    expect(first?.message).toContain('db:5432');
    expect(first?.fix?.[0]).toContain('5432/TCP');
    expect(first?.related?.some(({ kind }) => kind === 'NetworkPolicy')).toBe(false);
  });
  it('names the policy that denies everything', async () => {
    const { first } = await run(blocks, { objects: [db, dbPod, caller, denyAll] });
    expect(first?.related).toContainEqual(expect.objectContaining({ kind: 'NetworkPolicy', name: 'deny' }));
  });
  it('is silent when the flow is allowed', async () => {
    const web = policy('db-in', {
      podSelector: { matchLabels: { app: 'db' } },
      policyTypes: ['Ingress'],
      ingress: [{ from: [{ podSelector: { matchLabels: { app: 'web' } } }] }],
    });
    expect((await run(blocks, { objects: [db, dbPod, caller, web] })).outcome).toBe('passed');
  });
});

it('netpol-default-deny is information', async () => {
  const { first } = await run(defaultDeny, { objects: [denyAll] });
  expect(first?.severity).toBe('info');
  expect(first?.message).toContain('no ingress and no egress; no other policy there allows any egress, not even name');
  expect((await run(defaultDeny, { objects: [denyAll, allowDns] })).first?.message).not.toContain('no other policy');
  expect((await run(defaultDeny, { objects: [allowDns] })).outcome).toBe('passed');
});

it('netpol-selects-nothing', async () => {
  const lost = policy('lost', { podSelector: { matchLabels: { app: 'gone' } }, ingress: [] });
  expect((await run(nothing, { objects: [lost, aPod()] })).first?.subject.name).toBe('lost');
  expect((await run(nothing, { objects: [denyAll, aPod()] })).outcome).toBe('passed');
});

it('netpol-selects-nothing: a peer of a rule', async () => {
  const space = (name: string, labels?: object) => ({ kind: 'Namespace', metadata: { name, labels, uid: name } });
  const from = (peer: object) =>
    policy('in', { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8' } }, peer] }] });
  const pods = [
    aPod(),
    aPod('prom-0', { metadata: { namespace: 'monitoring', labels: { app: 'prom' }, ownerReferences: undefined } }),
  ];
  const spaces = [space('shop', {}), space('monitoring', { team: 'ops' })];
  const findings = async (peer: object, objects: readonly object[] = [...pods, ...spaces]) =>
    (await run(nothing, { objects: [from(peer), ...objects] })).found.map((one) => one.message);
  const select = (label: string, value: string) => ({ matchLabels: { [label]: value } });
  expect(await findings({ namespaceSelector: select('name', 'monitoring') })).toEqual([
    'ingress[0].from[1] of NetworkPolicy in matches no namespace (name=monitoring; namespace monitoring carries kubernetes.io/metadata.name=monitoring, not that label)',
  ]);
  expect(
    await findings({ namespaceSelector: select('team', 'ops'), podSelector: select('app', 'prometheus') }),
  ).toEqual(['ingress[0].from[1] of NetworkPolicy in matches no pod (app=prometheus)']);
  expect(await findings({ podSelector: select('app', 'prom') })).toHaveLength(1);
  for (const peer of [
    { namespaceSelector: select('team', 'ops') },
    { namespaceSelector: select('kubernetes.io/metadata.name', 'monitoring'), podSelector: select('app', 'prom') },
    { namespaceSelector: {} },
  ])
    expect(await findings(peer)).toEqual([]);
  // Labels of namespaces that nobody showed.
  expect(await findings({ namespaceSelector: select('name', 'monitoring') }, [...pods, space('shop')])).toEqual([]);
});

it('netpol-port-uses-service-port', async () => {
  const rule = (port: number) =>
    policy('in', { podSelector: { matchLabels: { app: 'web' } }, ingress: [{ ports: [{ port }] }] });
  expect((await run(servicePort, { objects: [aService(), rule(80)] })).first?.message).toContain('targetPort 8080');
  expect((await run(servicePort, { objects: [aService(), rule(8080)] })).outcome).toBe('passed');
  const outcome = async (...objects: readonly object[]) => (await run(servicePort, { objects })).outcome;
  // Another policy, a range or a name lets the right port pass.
  for (const ports of [[{ port: 8080 }], [{ port: 8000, endPort: 9000 }], [{ port: 'http' }], undefined])
    expect(await outcome(aService(), rule(80), policy('other', { podSelector: {}, ingress: [{ ports }] }))).toBe(
      'passed',
    );
  // Another protocol, a Service that translates nothing, a second one whose pods serve the number.
  expect(
    await outcome(aService('web', { spec: { ports: [{ port: 80, targetPort: 8080, protocol: 'UDP' }] } }), rule(80)),
  ).toBe('passed');
  expect(await outcome(aService('web', { spec: { clusterIP: 'None' } }), rule(80))).toBe('passed');
  expect(
    await outcome(aService(), aService('direct', { spec: { ports: [{ port: 80, targetPort: 80 }] } }), rule(80)),
  ).toBe('passed');
});

it('netpol-port-uses-service-port: everybody is nobody in particular', async () => {
  const out = (namespaceSelector: object) =>
    policy('out', {
      podSelector: {},
      policyTypes: ['Egress'],
      egress: [{ to: [{ namespaceSelector }], ports: [{ port: 80 }] }],
    });
  const named = { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } };
  expect((await run(servicePort, { objects: [aService(), out({})] })).outcome).toBe('passed');
  expect((await run(servicePort, { objects: [aService(), aPod(), out(named)] })).first).toMatchObject({
    variant: 'egress',
    related: [{ kind: 'Service' }, { kind: 'Pod' }],
  });
});
