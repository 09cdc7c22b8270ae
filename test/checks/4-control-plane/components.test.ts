import { describe, expect, it } from 'vitest';
import controllersBehind from '../../../src/checks/4-control-plane/controllers-behind.ts';
import kcmDown from '../../../src/checks/4-control-plane/kcm-down.ts';
import restarting from '../../../src/checks/4-control-plane/api-restarting.ts';
import schedulerDown from '../../../src/checks/4-control-plane/scheduler-down.ts';
import single from '../../../src/checks/4-control-plane/controlplane-single.ts';
import uninitialized from '../../../src/checks/4-control-plane/cloud-node-uninitialized.ts';
import { aDeployment, ago, anEvent, aNode, aPod, run } from '../../build.ts';

const unit = (name: string, node: string, active: string, sub: string) => ({
  unit: `${name}.service`,
  load: 'loaded',
  active,
  sub,
  node,
});
const staticPod = (component: string, node: string, ready: boolean, status: Record<string, unknown> = {}) =>
  aPod(`${component}-${node}`, {
    metadata: {
      namespace: 'kube-system',
      labels: { component, tier: 'control-plane' },
      ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: node, controller: true }],
    },
    spec: { nodeName: node },
    status: {
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
      containerStatuses: [
        {
          name: component,
          ready,
          restartCount: 0,
          state: ready ? { running: { startedAt: ago(3000) } } : { waiting: { reason: 'CrashLoopBackOff' } },
        },
      ],
      ...status,
    },
  });
const controlPlaneNode = (name: string) =>
  aNode(name, { metadata: { labels: { 'node-role.kubernetes.io/control-plane': '' } } });
const lease = (name: string, seconds: number, namespace = 'kube-system', holder = `${name}_1`) => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { name, namespace },
  spec: { holderIdentity: holder, renewTime: ago(seconds), leaseDurationSeconds: 15 },
});
/** A pod that no scheduler has looked at. */
const untouched = (name: string, seconds: number) =>
  aPod(name, {
    metadata: { creationTimestamp: ago(seconds) },
    spec: { nodeName: '' },
    status: { phase: 'Pending', conditions: [], containerStatuses: [], podIP: undefined },
  });

describe('scheduler-down', () => {
  it('names the unit, its node and the pods that wait', async () => {
    const { first } = await run(schedulerDown, {
      objects: [untouched('web-5d9c7b8f6d-aaaaa', 80)],
      facts: { units: [unit('kube-scheduler', 'cp-1', 'inactive', 'dead')] },
    });
    expect(first).toMatchObject({
      variant: 'unit',
      severity: 'critical',
      subject: { kind: 'Component', name: 'kube-scheduler', node: 'cp-1' },
    });
    expect(first?.message).toMatch(/kube-scheduler\.service is inactive \(dead\).*1 pod waits: web-5d9c7b8f6d-aaaaa/);
  });
  it('is a warning while another instance leads', async () => {
    const { first } = await run(schedulerDown, {
      facts: {
        units: [
          unit('kube-scheduler', 'cp-1', 'inactive', 'dead'),
          unit('kube-scheduler', 'cp-2', 'active', 'running'),
        ],
      },
    });
    expect(first?.severity).toBe('warning');
    expect(first?.message).toContain('another instance leads');
  });
  it('sees a static pod that is not ready, and a lease that is not renewed', async () => {
    const pod = await run(schedulerDown, {
      objects: [controlPlaneNode('cp-1'), staticPod('kube-scheduler', 'cp-1', false)],
    });
    expect(pod.first).toMatchObject({
      variant: 'pod',
      subject: { kind: 'Pod', name: 'kube-scheduler-cp-1', node: 'cp-1' },
    });
    const leases = await run(schedulerDown, {
      objects: [lease('kube-scheduler', 900), lease('node-1', 5, 'kube-node-lease')],
    });
    expect(leases.first?.variant).toBe('lease');
    expect(leases.first?.message).toContain('895 s before the newest lease');
  });
  it('infers it from pods that nobody looked at', async () => {
    const waiting = untouched('web-5d9c7b8f6d-aaaaa', 300);
    const other = anEvent({ kind: 'Deployment', name: 'web' }, 'ScalingReplicaSet', 'Scaled up');
    const { first } = await run(schedulerDown, { objects: [waiting, other] });
    expect(first).toMatchObject({ variant: 'silent', confidence: 'medium' });
    // A verdict about any other pod since then shows that it lives.
    const verdict = anEvent({ kind: 'Pod', name: 'other' }, 'FailedScheduling', '0/1 nodes are available');
    expect((await run(schedulerDown, { objects: [waiting, verdict] })).outcome).toBe('passed');
    // Without a listing of events their absence says nothing.
    expect((await run(schedulerDown, { objects: [waiting], complete: ['Pod'] })).outcome).toBe('passed');
  });
  it('is silent about one that runs, and not checked without facts', async () => {
    const objects = [
      staticPod('kube-scheduler', 'cp-1', true),
      lease('kube-scheduler', 3),
      lease('node-1', 5, 'kube-node-lease'),
      untouched('a', 20),
    ];
    expect((await run(schedulerDown, { objects })).outcome).toBe('passed');
    expect((await run(schedulerDown, {})).outcome).toBe('not-checked');
  });
});

describe('componentstatuses', () => {
  const status = (message: string) => ({
    apiVersion: 'v1',
    kind: 'ComponentStatus',
    metadata: { name: 'scheduler' },
    conditions: [{ type: 'Healthy', status: 'False', message }],
  });
  const dial = (port: number) =>
    `Get "https://127.0.0.1:${port}/healthz": dial tcp 127.0.0.1:${port}: connect: connection refused`;
  it('count where nothing else speaks of the scheduler', async () => {
    expect((await run(schedulerDown, { objects: [status(dial(10259))] })).first).toMatchObject({
      variant: 'componentstatus',
      severity: 'warning',
    });
    expect((await run(schedulerDown, { objects: [status(dial(10251))] })).outcome).toBe('passed');
    // Its sibling is heard on such a port: then they are served on that machine.
    const sibling = (value: string) => ({
      ...status('ok'),
      metadata: { name: 'controller-manager' },
      conditions: [{ type: 'Healthy', status: value, message: value === 'True' ? 'ok' : dial(10252) }],
    });
    expect((await run(schedulerDown, { objects: [status(dial(10251)), sibling('True')] })).first).toMatchObject({
      variant: 'componentstatus',
    });
    expect((await run(schedulerDown, { objects: [status(dial(10251)), sibling('False')] })).outcome).toBe('passed');
    const objects = [status(dial(10259)), staticPod('kube-scheduler', 'cp-1', true)];
    expect((await run(schedulerDown, { objects })).outcome).toBe('passed');
  });
});

describe('kcm-down', () => {
  it('sees a container of the runtime that has ended', async () => {
    const container = { id: 'a', name: 'kube-controller-manager', state: 'Exited', attempt: 7, node: 'cp-1' };
    const { first } = await run(kcmDown, { facts: { runtimeContainers: [container] } });
    expect(first).toMatchObject({ variant: 'container', subject: { node: 'cp-1' } });
    expect(first?.message).toContain('Exited at attempt 7');
    const both = [container, { ...container, id: 'b', attempt: 8, state: 'Running' }];
    expect((await run(kcmDown, { facts: { runtimeContainers: both } })).outcome).toBe('passed');
  });
  it('takes a fresh lease for a leader elsewhere', async () => {
    const objects = [
      staticPod('kube-controller-manager', 'cp-1', false),
      lease('kube-controller-manager', 2),
      lease('n', 5, 'kube-node-lease'),
    ];
    expect((await run(kcmDown, { objects })).first?.severity).toBe('warning');
  });
  it('leaves units that are not installed alone', async () => {
    const absent = { ...unit('kube-controller-manager', 'w-1', 'inactive', 'dead'), load: 'not-found' };
    expect((await run(kcmDown, { facts: { units: [absent] } })).outcome).toBe('passed');
  });
});

describe('api-restarting', () => {
  const ended = (seconds: number, restarts: number, waiting = false) =>
    staticPod('kube-apiserver', 'cp-1', !waiting, {
      containerStatuses: [
        {
          name: 'kube-apiserver',
          ready: !waiting,
          restartCount: restarts,
          state: waiting ? { waiting: { reason: 'CrashLoopBackOff' } } : { running: { startedAt: ago(seconds - 5) } },
          lastState: {
            terminated: { exitCode: 1, reason: 'Error', startedAt: ago(seconds + 60), finishedAt: ago(seconds) },
          },
        },
      ],
    });
  it('names a crash loop', async () => {
    const { first } = await run(restarting, { objects: [ended(30, 12, true)] });
    expect(first).toMatchObject({ variant: 'kube-apiserver', severity: 'critical', state: 'current' });
    expect(first?.message).toContain('12 restarts, the last run ended with exit code 1 (Error)');
  });
  it('believes the age that a table prints, where nothing dates the bundle', async () => {
    const row = (finishedAgo: number) =>
      staticPod('etcd', 'cp-1', true, {
        containerStatuses: [
          {
            name: '',
            ready: true,
            restartCount: 3,
            state: { running: {} },
            lastState: { terminated: { finishedAgo } },
          },
        ],
      });
    expect((await run(restarting, { objects: [row(41 * 86_400)] })).outcome).toBe('passed');
    expect((await run(restarting, { objects: [row(120)] })).first).toMatchObject({ state: 'current' });
  });
  it('is silent about runs that ended while the control plane was starting', async () => {
    const young = (age: number) => ({
      ...ended(400, 2),
      metadata: { ...(ended(400, 2)['metadata'] as object), creationTimestamp: ago(age) },
    });
    expect((await run(restarting, { objects: [young(460)] })).outcome).toBe('passed');
    expect((await run(restarting, { objects: [young(4000)] })).outcome).toBe('failed');
  });
  it('is silent about a restart of last week and about other pods', async () => {
    expect((await run(restarting, { objects: [ended(7 * 86_400, 1)] })).outcome).toBe('passed');
    expect((await run(restarting, { objects: [aPod('kube-apiserver-proxy-5d9c7b8f6d-k2xvq')] })).outcome).toBe(
      'passed',
    );
  });
});

describe('controllers-behind', () => {
  const deployment = (name: string, generation: number, observedGeneration: number) =>
    aDeployment(name, { metadata: { generation }, status: { observedGeneration } });
  it('counts objects that no controller has seen', async () => {
    const one = await run(controllersBehind, { objects: [deployment('a', 4, 3)] });
    expect(one.first).toMatchObject({ severity: 'warning' });
    expect(one.first?.message).toContain('Deployment a (generation 4, observed 3)');
    const three = await run(controllersBehind, { objects: ['a', 'b', 'c'].map((name) => deployment(name, 2, 1)) });
    expect(three.first?.severity).toBe('critical');
  });
  it('is silent when all is observed', async () => {
    expect((await run(controllersBehind, { objects: [deployment('a', 3, 3)] })).outcome).toBe('passed');
    expect((await run(controllersBehind, {})).outcome).toBe('not-checked');
  });
});

describe('nodes of the control plane', () => {
  it('one among several is a note', async () => {
    expect((await run(single, { objects: [controlPlaneNode('cp-1'), aNode('w-1')] })).first?.severity).toBe('info');
    expect((await run(single, { objects: [controlPlaneNode('cp-1')] })).outcome).toBe('passed');
    expect((await run(single, { objects: ['cp-1', 'cp-2', 'cp-3'].map(controlPlaneNode) })).outcome).toBe('passed');
  });
  it('a node may wait for the cloud', async () => {
    const taints = [{ key: 'node.cloudprovider.kubernetes.io/uninitialized', value: 'true', effect: 'NoSchedule' }];
    const { first } = await run(uninitialized, {
      objects: [aNode('n-1', { metadata: { creationTimestamp: ago(3600) }, spec: { taints } })],
    });
    expect(first?.message).toContain('has no providerID');
    expect(
      (
        await run(uninitialized, {
          objects: [aNode('n-1', { metadata: { creationTimestamp: ago(60) }, spec: { taints } })],
        })
      ).outcome,
    ).toBe('passed');
    expect((await run(uninitialized, { objects: [aNode()] })).outcome).toBe('passed');
  });
});
