import { describe, expect, test } from 'vitest';
import { flow } from '../../src/explain/flow.ts';
import { flowText } from '../../src/explain/flow-text.ts';
import { aNode, aPod, aService, someEndpoints } from '../build.ts';
import { analyzed } from './analyzed.ts';

const pod = (name: string, app: string, over: Parameters<typeof aPod>[1] = {}) =>
  aPod(name, {
    metadata: { labels: { app, 'pod-template-hash': 'abc' }, ownerReferences: [], ...over.metadata },
    ...(over.spec === undefined ? {} : { spec: over.spec }),
    ...(over.status === undefined ? {} : { status: over.status }),
  });
const web = pod('web-1', 'web');
const client = pod('client-1', 'client', { status: { podIP: '10.0.1.9' } });
const policy = (name: string, spec: object, namespace = 'shop') => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name, namespace },
  spec,
});
const from = (app: string, port?: number) => ({
  from: [{ podSelector: { matchLabels: { app } } }],
  ...(port === undefined ? {} : { ports: [{ port }] }),
});
const isolates = (...ingress: object[]) =>
  policy('web-in', { podSelector: { matchLabels: { app: 'web' } }, policyTypes: ['Ingress'], ingress });
const NONE = ['NetworkPolicy', 'Pod', 'Service'];
const calico = pod('calico-node-x', 'calico-node', {
  metadata: { namespace: 'kube-system' },
  spec: { hostNetwork: true },
});
const ask = async (
  objects: readonly object[],
  source = 'client-1',
  destination = 'web-1:8080',
  complete: readonly string[] | true = NONE,
) => flow(source, destination, 'shop', await analyzed({ objects: [aNode(), ...objects], complete }));

describe('policies', () => {
  test('without policies the flow is allowed', async () => {
    expect(await ask([web, client])).toMatchObject({ verdict: 'allowed', missing: null });
  });

  test('an isolated destination without a rule blocks; the policy and the missing rule are named', async () => {
    const answer = await ask([web, client, calico, isolates(from('other', 8080))]);
    expect(answer.verdict).toBe('blocked');
    expect(answer.answer).toContain('shop/web-1 is isolated for ingress by web-in');
    expect(answer.ways[0]?.blocks[0]?.policies).toEqual([
      { namespace: 'shop', name: 'web-in', near: ['rule 1 fits the port, but not the source'] },
    ]);
    expect(answer.missing).toEqual({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'allow-ingress-8080', namespace: 'shop' },
      spec: {
        podSelector: { matchLabels: { app: 'web' } },
        policyTypes: ['Ingress'],
        ingress: [
          { from: [{ podSelector: { matchLabels: { app: 'client' } } }], ports: [{ protocol: 'TCP', port: 8080 }] },
        ],
      },
    });
    expect(answer.notes).toEqual([]);
  });

  test('that a pod is not ready is told where the pod itself was asked for, and not its Service', async () => {
    const unready = pod('web-1', 'web', {
      status: { conditions: [{ type: 'Ready', status: 'False' }], podIP: '10.0.1.5' },
    });
    const objects = [unready, client, calico, aService()];
    const note = 'Pod shop/web-1 is not ready: it may not answer';
    expect((await ask(objects)).notes).toContain(note);
    expect((await ask(objects, 'client-1', 'svc/web')).notes).not.toContain(note);
  });

  test('the policy that is offered as missing lets the flow through when it is there', async () => {
    const objects = [web, client, isolates()];
    const { missing } = await ask(objects);
    expect(await ask([...objects, missing as object])).toMatchObject({ verdict: 'allowed' });
  });

  test('a rule with the right source and another port is a near miss', async () => {
    const answer = await ask([web, client, isolates(from('client', 9090))]);
    expect(answer.ways[0]?.blocks[0]?.policies[0]?.near).toEqual(['rule 1 fits the source, but not port 8080/TCP']);
  });

  test('a rule that fits neither is told as such, and one whose peer is not known as not sure', async () => {
    const far = await ask([web, client, isolates(from('other', 9090))]);
    expect(far.ways[0]?.blocks[0]?.policies[0]?.near).toEqual(['none of its rules (1) fits the source or the port']);
    const space = { from: [{ namespaceSelector: { matchLabels: { team: 'a' } } }] };
    const unsure = await ask([web, client, isolates(space)]);
    expect(unsure).toMatchObject({ verdict: 'unknown', missing: null });
    expect(unsure.ways[0]?.blocks[0]).toMatchObject({
      sure: false,
      policies: [{ near: ['rule 1 fits the port, but not surely the source'] }],
    });
  });

  test('all blocked ports of a Service are in the missing rule, and replicas are told once', async () => {
    const ports = {
      ports: [
        { port: 53, protocol: 'UDP', name: 'dns' },
        { port: 53, name: 'dns-tcp' },
      ],
    };
    const both = [web, pod('web-2', 'web', { status: { podIP: '10.0.1.6' } })];
    const answer = await ask([...both, client, aService('web', { spec: ports }), isolates()], 'client-1', 'svc/web');
    expect(answer.missing).toMatchObject({
      spec: {
        ingress: [
          {
            ports: [
              { protocol: 'UDP', port: 53 },
              { protocol: 'TCP', port: 53 },
            ],
          },
        ],
      },
    });
    expect(answer.ways).toHaveLength(4);
    expect(flowText(answer)).toContain('53/UDP (and 1 more pair of pods)');
  });

  test('egress of the source is judged too, and its way to DNS', async () => {
    const shut = policy('no-egress', { podSelector: {}, policyTypes: ['Egress'] });
    const dns = pod('coredns-1', 'x', { metadata: { namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } } });
    const answer = await ask(
      [web, client, aService(), someEndpoints('web', ['10.0.1.5']), dns, shut],
      'client-1',
      'svc/web:80',
    );
    expect(answer.verdict).toBe('blocked');
    expect(answer.ways[0]?.blocks[0]).toMatchObject({
      direction: 'Egress',
      policies: [{ name: 'no-egress', near: ['allows no egress at all'] }],
    });
    expect(answer.notes.join()).toContain('port 53/UDP');
  });

  test('a plug-in that ignores policies lets everything through; one that is not known is told', async () => {
    const flannel = pod('kube-flannel-ds-x', 'flannel', {
      metadata: { namespace: 'kube-flannel' },
      spec: { hostNetwork: true },
    });
    const ignored = await ask([web, client, flannel, isolates()]);
    expect(ignored).toMatchObject({ verdict: 'allowed' });
    expect(ignored.answer).toContain('ignores NetworkPolicies');
    expect((await ask([web, client, isolates()])).notes.join()).toContain('does not show which network plug-in runs');
  });

  test('policies of other engines make a verdict unknown', async () => {
    const cilium = {
      apiVersion: 'cilium.io/v2',
      kind: 'CiliumNetworkPolicy',
      metadata: { name: 'c', namespace: 'shop' },
    };
    expect(await ask([web, client, cilium])).toMatchObject({ verdict: 'unknown' });
  });

  test('policies that were not collected are no open door', async () => {
    const answer = await ask([web, client], 'client-1', 'web-1:8080', ['Pod', 'Service']);
    expect(answer).toMatchObject({ verdict: 'unknown', ways: [{ verdict: 'unknown' }] });
    expect(answer.answer).toContain('does not list the NetworkPolicies of namespace shop');
  });

  test('a node reaches the pods on it whatever the policies, and others only by address', async () => {
    const far = aNode('node-2', { status: { addresses: [{ type: 'InternalIP', address: '192.168.1.12' }] } });
    expect(await ask([web, isolates()], 'node/node-1')).toMatchObject({ verdict: 'allowed' });
    expect(await ask([web, far, isolates()], 'node/node-2')).toMatchObject({ verdict: 'blocked' });
    const block = { from: [{ ipBlock: { cidr: '192.168.1.0/24' } }] };
    expect(await ask([web, far, isolates(block)], 'node/node-2')).toMatchObject({ verdict: 'allowed' });
    expect(await ask([web, isolates(block)], '10.9.9.9')).toMatchObject({ verdict: 'blocked' });
  });
});

describe('Services', () => {
  const service = aService('web', {
    spec: {
      ports: [
        { name: 'http', port: 80, targetPort: 8080 },
        { name: 'metrics', port: 90, targetPort: 9090 },
      ],
    },
  });

  test('lead to the target port of their pods', async () => {
    const answer = await ask([web, client, service, someEndpoints('web', ['10.0.1.5'])], 'client-1', 'web:http');
    expect(answer).toMatchObject({ verdict: 'allowed', ways: [{ to: 'Pod shop/web-1', port: '8080/TCP' }] });
  });

  test('are found by DNS name and by cluster address', async () => {
    const objects = [web, client, service, someEndpoints('web', ['10.0.1.5'])];
    for (const name of ['web.shop.svc.cluster.local:80', '10.96.0.20:80', 'shop/svc/web:80', 'svc/web:http'])
      expect((await ask(objects, 'client-1', name)).ways, name).toMatchObject([
        { to: 'Pod shop/web-1', port: '8080/TCP' },
      ]);
  });

  test('without ready endpoints block, with the reason', async () => {
    const sick = pod('web-1', 'web', { status: { conditions: [{ type: 'Ready', status: 'False' }] } });
    const unready = await ask(
      [sick, client, service, someEndpoints('web', [], ['10.0.1.5'])],
      'client-1',
      'svc/web:80',
    );
    expect(unready).toMatchObject({ verdict: 'blocked' });
    expect(unready.answer).toContain('none of the pods it selects is ready');
    const empty = await ask([client, service, someEndpoints('web', [])], 'client-1', 'svc/web:80');
    expect(empty.answer).toContain('its selector matches no pod');
  });

  test('do not have every port', async () => {
    const answer = await ask([web, client, service, someEndpoints('web', ['10.0.1.5'])], 'client-1', 'svc/web:81');
    expect(answer.answer).toBe('blocked: Service shop/web has no port 81: it has http 80/TCP, metrics 90/TCP');
  });

  test('without selector lead to the addresses of their endpoints', async () => {
    const outside = aService('db', { spec: { selector: undefined, ports: [{ port: 5432 }] } });
    const shut = policy('no-egress', { podSelector: {}, policyTypes: ['Egress'] });
    const answer = await ask(
      [client, outside, someEndpoints('db', ['10.20.0.3'], [], 5432), shut],
      'client-1',
      'svc/db',
    );
    expect(answer).toMatchObject({ verdict: 'blocked', ways: [{ to: '10.20.0.3', port: '5432/TCP' }] });
  });
});

test('workloads stand for their pods, and a part of the pairs may be blocked', async () => {
  const old = aPod('client-5d9c7b8f6d-k2xvq', {
    metadata: {
      labels: { app: 'old' },
      ownerReferences: [{ kind: 'ReplicaSet', name: 'client-5d9c7b8f6d', controller: true }],
    },
  });
  const young = aPod('client-6d9c7b8f6d-k2xvq', {
    metadata: {
      labels: { app: 'client' },
      ownerReferences: [{ kind: 'ReplicaSet', name: 'client-6d9c7b8f6d', controller: true }],
    },
  });
  const answer = await ask([web, old, young, isolates(from('client'))], 'deploy/client');
  expect(answer).toMatchObject({ verdict: 'blocked', from: 'Deployment shop/client' });
  expect(answer.answer).toContain('for 1 of 2 pairs of pods');
});

test('what is not in the bundle is said in one line with a near name', async () => {
  await expect(ask([web, client], 'cleint-1')).rejects.toThrow(
    "nothing in the bundle is called 'cleint-1'; near: client-1",
  );
  await expect(ask([web, client], 'deploy/nothing')).rejects.toMatchObject({ name: 'UserError' });
  await expect(ask([web, client], 'client-1', 'web-1:99999')).rejects.toThrow("'99999' is no port");
});

test('the text shows verdict, near misses and the policy as YAML', async () => {
  const text = flowText(await ask([web, client, isolates(from('other', 8080))]));
  expect(text).toContain('✗ blocked: NetworkPolicies drop it');
  expect(text).toContain('shop/web-in: rule 1 fits the port, but not the source');
  expect(text).toContain('  kind: NetworkPolicy\n');
  expect(text).toContain('            port: 8080');
});
