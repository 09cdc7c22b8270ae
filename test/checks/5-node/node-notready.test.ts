import { expect, test } from 'vitest';
import reported from '../../../src/checks/5-node/node-notready-reported.ts';
import unknown from '../../../src/checks/5-node/node-notready-unknown.ts';
import { ago, aNode, anEvent, aPod, run } from '../../build.ts';

const ready = (over: object) => ({
  conditions: [{ type: 'Ready', lastHeartbeatTime: ago(900), lastTransitionTime: ago(840), ...over }],
});
const silent = aNode('node-2', {
  status: ready({ status: 'Unknown', reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.' }),
});
const broken = (message: string) =>
  aNode('node-2', { status: ready({ status: 'False', reason: 'KubeletNotReady', message }) });

test('a silent kubelet', async () => {
  const pod = aPod('web-5d9c7b8f6d-k2xvq', { spec: { nodeName: 'node-2' } });
  const { found, first } = await run(unknown, { objects: [aNode(), silent, pod] });
  expect(found).toHaveLength(1);
  expect(first).toMatchObject({ severity: 'critical', subject: { kind: 'Node', name: 'node-2', node: 'node-2' } });
  expect(first?.message).toMatch(
    /Unknown.*Kubelet stopped posting node status.*15 min before collection.*1 pod is on it/,
  );
  expect(first?.evidence[0].text).toContain('Kubelet stopped posting node status');
  expect(first?.related).toMatchObject([{ kind: 'Pod', name: 'web-5d9c7b8f6d-k2xvq' }]);
});

test('ready nodes and nodes that speak are not silent', async () => {
  expect((await run(unknown, { objects: [aNode()] })).outcome).toBe('passed');
  expect((await run(unknown, { objects: [broken('container runtime is down')] })).outcome).toBe('passed');
});

test('without nodes nothing is known', async () => {
  expect((await run(unknown, { objects: [aPod()] })).outcome).toBe('not-checked');
});

test.each([
  ['[container runtime is down, PLEG is not healthy: pleg was last seen active 4m ago; threshold is 3m0s]', 'runtime'],
  ['PLEG is not healthy: pleg was last seen active 4m2s ago; threshold is 3m0s', 'pleg'],
  [
    'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:cni plugin not initialized',
    'network',
  ],
  ['something new', 'other'],
])('a kubelet that reports %s', async (message, variant) => {
  const { first } = await run(reported, { objects: [broken(message)] });
  expect(first).toMatchObject({ variant, severity: 'critical', subject: { name: 'node-2' } });
  expect(first?.message).toContain(message);
});

test('a table row says only that the node is not ready', async () => {
  const row = aNode('node-2', { status: { conditions: [{ type: 'Ready', status: 'False' }] } });
  expect((await run(reported, { objects: [row] })).first).toMatchObject({ variant: 'unspecified' });
});

test('events alone tell of it, and of the recovery', async () => {
  const about = { kind: 'Node', name: 'node-2' };
  const down = anEvent(about, 'NodeNotReady', 'Node node-2 status is now: NodeNotReady');
  expect((await run(reported, { objects: [down] })).first).toMatchObject({
    state: 'current',
    subject: { name: 'node-2' },
  });
  const over = await run(reported, { objects: [down, aNode('node-2')] });
  expect(over.first).toMatchObject({ state: 'recovered', severity: 'info' });
});

test('ready nodes report nothing', async () => {
  expect((await run(reported, { objects: [aNode()] })).outcome).toBe('passed');
  expect((await run(reported, { facts: {} })).outcome).toBe('not-checked');
});

const operator = (name: string, reason: string, message: string, type = 'Degraded') => ({
  apiVersion: 'config.openshift.io/v1',
  kind: 'ClusterOperator',
  metadata: { name },
  status: { conditions: [{ type, status: type === 'Degraded' ? 'True' : 'False', reason, message }] },
});
const masters =
  'NodeControllerDegraded: The master nodes not ready: node "cp-1" not ready since 2026-03-01 09:00:00 +0000 UTC because KubeletNotReady (container runtime is down), node "cp-2" not ready since 2026-03-01 09:02:00 +0000 UTC because NodeStatusUnknown (Kubelet stopped posting node status.)';
const operators = [
  operator('etcd', 'NodeController_MasterNodesReady', masters),
  operator('kube-scheduler', 'NodeController_MasterNodesReady', masters),
  operator('control-plane-machine-set', 'UnavailableReplicas', 'Missing 2 available replica(s)', 'Available'),
  operator('ingress', 'IngressDegraded', 'The "default" ingress controller reports Degraded=True'),
];
const degraded = ['etcd', 'kube-scheduler', 'control-plane-machine-set'].map((name) => ({
  kind: 'ClusterOperator',
  name,
}));

test('operators of OpenShift name the nodes that degrade them', async () => {
  const { found } = await run(reported, { objects: operators });
  expect(found).toMatchObject([
    { subject: { name: 'cp-1' }, variant: 'runtime', related: degraded },
    { subject: { name: 'cp-2' }, variant: 'other', related: degraded },
  ]);
  expect(found[0]?.message).toBe(
    'Node cp-1 is not ready since 2026-03-01 09:00:00 +0000 UTC because KubeletNotReady (container runtime is down); it degrades ClusterOperators etcd and kube-scheduler',
  );
  const down = aNode('cp-1', { status: ready({ status: 'False', reason: 'KubeletNotReady', message: 'x' }) });
  const both = await run(reported, { objects: [down, ...operators] });
  expect(both.found.map(({ subject, related }) => [subject.name, related])).toEqual([
    ['cp-1', degraded],
    ['cp-2', degraded],
  ]);
});
