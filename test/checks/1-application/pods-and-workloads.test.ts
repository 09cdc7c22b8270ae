import { describe, expect, it } from 'vitest';
import type { Check } from '../../../src/checks/check.ts';
import createError from '../../../src/checks/1-application/container-create-error.ts';
import creating from '../../../src/checks/1-application/pod-containercreating-stuck.ts';
import deadline from '../../../src/checks/1-application/deployment-progress-deadline.ts';
import ephemeral from '../../../src/checks/1-application/ephemeral-storage-exceeded.ts';
import endedWithError from '../../../src/checks/1-application/pod-ended-with-error.ts';
import evicted from '../../../src/checks/1-application/pod-evicted.ts';
import evictedByTaint from '../../../src/checks/1-application/pod-evicted-by-taint.ts';
import hook from '../../../src/checks/1-application/lifecycle-hook-failed.ts';
import keyMissing from '../../../src/checks/1-application/config-key-missing.ts';
import nonRoot from '../../../src/checks/1-application/run-as-nonroot-violation.ts';
import pileup from '../../../src/checks/1-application/pods-failed-pileup.ts';
import preempted from '../../../src/checks/2-scheduling/pod-preempted.ts';
import refMissing from '../../../src/checks/1-application/config-ref-missing.ts';
import subpath from '../../../src/checks/1-application/subpath-failed.ts';
import terminating from '../../../src/checks/1-application/pod-terminating-stuck.ts';
import throttled from '../../../src/checks/1-application/cpu-throttled.ts';
import token from '../../../src/checks/1-application/secret-volume-stale-projected-token.ts';
import unavailable from '../../../src/checks/1-application/deployment-unavailable.ts';
import unclassified from '../../../src/checks/1-application/unclassified-warning-events.ts';
import unknown from '../../../src/checks/1-application/pod-phase-unknown.ts';
import unset from '../../../src/checks/1-application/resources-unset.ts';
import zero from '../../../src/checks/1-application/deployment-paused-or-zero.ts';
import { ago, aDeployment, anEvent, aNode, aPod, aService, run, someEndpoints } from '../../build.ts';

const POD = 'web-5d9c7b8f6d-k2xvq';
const about = { kind: 'Pod', name: POD };
type Fields = Record<string, unknown>;
const stuck = (reason: string, message?: string, spec: Fields = {}) =>
  aPod(POD, {
    spec,
    status: {
      phase: 'Pending',
      startTime: ago(1200),
      conditions: [{ type: 'PodScheduled', status: 'True', lastTransitionTime: ago(1200) }],
      containerStatuses: [
        {
          name: 'app',
          ready: false,
          restartCount: 0,
          state: { waiting: { reason, ...(message === undefined ? {} : { message }) } },
        },
      ],
    },
  });
const object = (kind: string, name: string, more: Fields = {}) => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, namespace: 'shop', uid: `u-${name}` },
  ...more,
});

describe('configuration', () => {
  it('config-ref-missing from the state, from events, and from complete listings', async () => {
    const state = await run(refMissing, { objects: [stuck('CreateContainerConfigError', 'secret "db" not found')] });
    expect(state.first).toMatchObject({
      variant: 'secret',
      subject: { container: 'app' },
      related: [
        { kind: 'Secret', namespace: 'shop', name: 'db' },
        { kind: 'SealedSecret', namespace: 'shop', name: 'db' },
      ],
    });
    const event = anEvent(
      about,
      'FailedMount',
      'MountVolume.SetUp failed for volume "conf" : configmap "web-conf" not found',
    );
    expect((await run(refMissing, { objects: [event] })).first).toMatchObject({ variant: 'configmap' });
    const spec = { containers: [{ name: 'app', envFrom: [{ secretRef: { name: 'db' } }] }] };
    const listed = await run(refMissing, { objects: [aPod(POD, { spec }), object('Secret', 'other')] });
    expect(listed.first).toMatchObject({ variant: 'secret', severity: 'warning' });
    expect((await run(refMissing, { objects: [aPod(POD, { spec })] })).found).toEqual([]);
    expect((await run(refMissing, { objects: [aPod(POD, { spec }), object('Secret', 'db')] })).found).toEqual([]);
    const optional = { containers: [{ name: 'app', envFrom: [{ secretRef: { name: 'db', optional: true } }] }] };
    expect(
      (await run(refMissing, { objects: [aPod(POD, { spec: optional }), object('Secret', 'other')] })).found,
    ).toEqual([]);
  });
  it('config-ref-missing: the pod of the event is gone', async () => {
    const event = anEvent(about, 'Failed', 'Error: secret "db" not found');
    expect((await run(refMissing, { objects: [aPod('other'), event] })).first).toMatchObject({
      state: 'historic',
      severity: 'info',
    });
  });
  it('config-key-missing from the message and from the keys', async () => {
    const told = await run(keyMissing, {
      objects: [stuck('CreateContainerConfigError', "couldn't find key dsn in Secret shop/db")],
    });
    expect(told.first?.message).toContain('Key dsn is not in Secret db');
    const spec = {
      containers: [
        { name: 'app', env: [{ name: 'MODE', valueFrom: { configMapKeyRef: { name: 'conf', key: 'mode' } } }] },
      ],
    };
    const found = await run(keyMissing, {
      objects: [aPod(POD, { spec }), object('ConfigMap', 'conf', { data: { Mode: 'x' } })],
    });
    expect(found.first?.message).toContain('which has Mode');
    const more = {
      containers: [
        {
          name: 'app',
          env: ['conf', 'extra'].map((name) => ({ name, valueFrom: { configMapKeyRef: { name, key: 'mode' } } })),
        },
      ],
    };
    const maps = ['conf', 'extra'].map((name) => object('ConfigMap', name, { data: { Mode: 'x' } }));
    const { found: both } = await run(keyMissing, {
      objects: [
        aPod(POD, { spec: more }),
        ...maps,
        anEvent(about, 'Failed', "Error: couldn't find key mode in ConfigMap shop/conf"),
      ],
    });
    expect(both.map(({ message }) => message)).toEqual([
      'Key mode is not in ConfigMap conf, so the pod cannot start',
      'Key mode is not in ConfigMap extra, which has Mode',
    ]);
    expect(
      (await run(keyMissing, { objects: [aPod(POD, { spec }), object('ConfigMap', 'conf', { data: { mode: 'x' } })] }))
        .found,
    ).toEqual([]);
  });
  it.each<readonly [Check, string, string]>([
    [
      nonRoot,
      'CreateContainerConfigError',
      'container has runAsNonRoot and image will run as root (pod: "x", container: app)',
    ],
    [createError, 'CreateContainerError', 'no command specified'],
    [hook, 'PostStartHookError', "command '/bin/warm' exited with 126"],
  ])('$id', async (check, reason, message) => {
    const { first } = await run(check, { objects: [stuck(reason, message)] });
    expect(first?.message).toContain(message.slice(0, 30));
    expect(first?.subject.container).toBe('app');
    expect((await run(check, { objects: [aPod()] })).found).toEqual([]);
    expect((await run(check, {})).outcome).toBe('not-checked');
  });
  it('subpath-failed from its event', async () => {
    const event = anEvent(
      about,
      'Failed',
      'Error: failed to prepare subPath for volumeMount "conf" of container "app"',
    );
    expect((await run(subpath, { objects: [stuck('CreateContainerConfigError'), event] })).found).toHaveLength(1);
  });
  it('secret-volume-stale-projected-token, but not once the pod runs', async () => {
    const event = anEvent(
      about,
      'FailedMount',
      'MountVolume.SetUp failed for volume "kube-api-access-x" : failed to fetch token: Unauthorized',
    );
    expect((await run(token, { objects: [stuck('ContainerCreating'), event] })).first).toMatchObject({
      state: 'current',
    });
    expect((await run(token, { objects: [aPod(POD), event] })).first).toMatchObject({ state: 'recovered' });
  });
});

describe('life of pods', () => {
  it('pod-containercreating-stuck with its reason, or after 5 minutes', async () => {
    const mount = anEvent(about, 'FailedMount', 'Unable to attach or mount volumes: timed out');
    expect((await run(creating, { objects: [stuck('ContainerCreating'), mount] })).first).toMatchObject({
      variant: 'volume',
    });
    expect((await run(creating, { objects: [stuck('ContainerCreating')] })).first?.message).toContain(
      'for 20 min; no event says why',
    );
    const young = {
      ...stuck('ContainerCreating'),
      status: {
        phase: 'Pending',
        startTime: ago(20),
        containerStatuses: [{ name: 'app', state: { waiting: { reason: 'ContainerCreating' } } }],
      },
      metadata: { name: POD, namespace: 'shop', uid: 'u', creationTimestamp: ago(20) },
    };
    expect((await run(creating, { objects: [young] })).found).toEqual([]);
  });
  it('pod-terminating-stuck tells finalizers from dead nodes', async () => {
    const deleted = (more: Fields = {}) => aPod(POD, { metadata: { deletionTimestamp: ago(600), ...more } });
    expect((await run(terminating, { objects: [deleted({ finalizers: ['example.com/hold'] })] })).first).toMatchObject({
      variant: 'finalizer',
    });
    const dead = aNode('node-1', { status: { conditions: [{ type: 'Ready', status: 'Unknown' }] } });
    expect((await run(terminating, { objects: [deleted(), dead] })).first).toMatchObject({ variant: 'node-not-ready' });
    expect(
      (await run(terminating, { objects: [aPod(POD, { metadata: { deletionTimestamp: ago(-20) } })] })).found,
    ).toEqual([]);
  });
  it('pod-ended-with-error: of pods that nobody looks after', async () => {
    const ended = (exitCode: number, more: Fields = {}, status: Fields = {}) => {
      const terminated = { exitCode, reason: 'Error', finishedAt: ago(600) };
      const containerStatuses = [{ name: 'app', ready: false, restartCount: 0, state: { terminated } }];
      const metadata = { ownerReferences: undefined, ...more };
      const pod = {
        metadata,
        spec: { restartPolicy: 'Never' },
        status: { phase: 'Failed', containerStatuses, ...status },
      };
      return aPod('migrate', pod);
    };
    expect((await run(endedWithError, { objects: [ended(3)] })).first).toMatchObject({
      message: 'container app ended with exit code 3 and was not started again',
      subject: { name: 'migrate' },
    });
    const owner = [{ kind: 'Job', name: 'migrate', controller: true }];
    expect((await run(endedWithError, { objects: [ended(3, { ownerReferences: owner })] })).found).toEqual([]);
    expect((await run(endedWithError, { objects: [ended(3, {}, { reason: 'Evicted' })] })).found).toEqual([]);
    expect((await run(endedWithError, { objects: [ended(137)] })).found).toEqual([]);
  });
  it('evictions: of the node, and of its own limit', async () => {
    const pod = (message: string) =>
      aPod(POD, { status: { phase: 'Failed', reason: 'Evicted', message, containerStatuses: [] } });
    const low = pod('The node was low on resource: memory. Threshold quantity: 100Mi, available: 50Mi.');
    expect((await run(evicted, { objects: [low] })).first).toMatchObject({ variant: 'memory' });
    const own = pod('Usage of EmptyDir volume "cache" exceeds the limit "1Gi".');
    expect((await run(evicted, { objects: [own] })).found).toEqual([]);
    expect((await run(ephemeral, { objects: [own] })).first?.message).toContain('cache');
    expect((await run(ephemeral, { objects: [low] })).found).toEqual([]);
  });
  it('preemption and taints', async () => {
    expect(
      (await run(preempted, { objects: [anEvent(about, 'Preempted', 'Preempted by pod 1-2 on node node-1')] })).first
        ?.severity,
    ).toBe('info');
    expect(
      (
        await run(evictedByTaint, {
          objects: [anEvent(about, 'TaintManagerEviction', 'Marking for deletion Pod shop/web')],
        })
      ).found,
    ).toHaveLength(1);
    expect(
      (
        await run(evictedByTaint, {
          objects: [anEvent(about, 'TaintManagerEviction', 'Cancelling deletion of Pod shop/web')],
        })
      ).found,
    ).toEqual([]);
  });
  it('pod-phase-unknown: pods of a silent node', async () => {
    const dead = aNode('node-1', { status: { conditions: [{ type: 'Ready', status: 'Unknown' }] } });
    expect((await run(unknown, { objects: [aPod(), dead] })).first).toMatchObject({ subject: { kind: 'Node' } });
    expect((await run(unknown, { objects: [aPod(), aNode()] })).found).toEqual([]);
    expect((await run(unknown, { objects: [aPod(POD, { status: { phase: 'Unknown' } })] })).first?.subject.name).toBe(
      POD,
    );
  });
  it('remarks: ended pods, no requests, unknown warnings', async () => {
    const many = Array.from({ length: 101 }, (_, i) => aPod(`old-${i}`, { status: { phase: 'Failed' } }));
    expect((await run(pileup, { objects: many })).first?.severity).toBe('info');
    expect((await run(pileup, { objects: many.slice(1) })).found).toEqual([]);
    expect((await run(unset, { objects: [aPod(POD, { status: { qosClass: 'BestEffort' } })] })).first?.severity).toBe(
      'info',
    );
    expect((await run(unset, { objects: [aPod(POD, { status: { qosClass: 'Burstable' } })] })).found).toEqual([]);
    expect(
      (await run(unclassified, { objects: [anEvent(about, 'QuantumFlux', 'flux out of range')] })).first?.message,
    ).toContain('QuantumFlux');
    expect((await run(unclassified, { objects: [anEvent(about, 'BackOff', 'x')] })).found).toEqual([]);
    // The whole cluster was asked: a warning told once is passing trouble, and few events are a quiet hour.
    const once = { ...anEvent(about, 'QuantumFlux', 'flux out of range'), count: 1 };
    expect((await run(unclassified, { objects: [once] })).first?.severity).toBe('warning');
    expect((await run(unclassified, { objects: [once, aNode('node-1'), aPod()] })).found).toEqual([]);
  });
});

describe('workloads', () => {
  const nothing = { spec: { replicas: 0 }, status: { replicas: 0, readyReplicas: 0, availableReplicas: 0 } };
  it('deployment-paused-or-zero is a cause when somebody calls its Service', async () => {
    const caller = aPod('front-7c5ddbdf54-abcde', {
      metadata: {
        labels: { app: 'front' },
        ownerReferences: [{ kind: 'ReplicaSet', name: 'front-7c5ddbdf54', controller: true }],
      },
      spec: { containers: [{ name: 'front', env: [{ name: 'WEB_ADDR', value: 'web:80' }] }] },
    });
    const parts = [aDeployment('web', nothing), aService(), someEndpoints('web', [])];
    const called = await run(zero, { objects: [...parts, caller] });
    expect(called.first).toMatchObject({
      variant: 'zero',
      severity: 'critical',
      subject: { kind: 'Deployment', name: 'web' },
    });
    expect(called.first?.message).toContain('front call it');
    expect((await run(zero, { objects: parts })).first?.severity).toBe('warning');
    expect((await run(zero, { objects: [aDeployment('web', nothing)] })).first?.severity).toBe('info');
    expect((await run(zero, { objects: [aDeployment()] })).found).toEqual([]);
    expect((await run(zero, { objects: [aDeployment('web', { spec: { paused: true } })] })).first).toMatchObject({
      variant: 'paused',
      severity: 'info',
    });
  });
  it('a StatefulSet at zero with nothing but the Service that names its pods is a note', async () => {
    const set = { ...aDeployment('web', nothing), kind: 'StatefulSet' };
    const service = (clusterIP: string) => {
      const one = aService();
      return { ...one, spec: { ...(one['spec'] as Fields), clusterIP } };
    };
    const severity = async (clusterIP: string) =>
      (await run(zero, { objects: [set, service(clusterIP), someEndpoints('web', [])] })).first?.severity;
    expect(await severity('None')).toBe('info');
    expect(await severity('10.96.0.7')).toBe('warning');
  });
  it('believes the live object, not the manifest beside it', async () => {
    const manifest = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace: 'shop' },
      spec: { replicas: 3 },
    };
    const { first } = await run(zero, { objects: [manifest, aDeployment('web', nothing)] });
    expect(first?.message).toContain('scaled to 0 replicas');
    expect((await run(zero, { objects: [aDeployment('web', nothing), manifest] })).found).toHaveLength(1);
  });
  it('deployment-unavailable: none, some, all, and just created', async () => {
    const have = (available: number, more: Fields = {}) =>
      aDeployment('web', { ...more, status: { replicas: 2, readyReplicas: available, availableReplicas: available } });
    expect((await run(unavailable, { objects: [have(0)] })).first?.severity).toBe('critical');
    expect((await run(unavailable, { objects: [have(1)] })).first?.severity).toBe('warning');
    expect((await run(unavailable, { objects: [have(2)] })).found).toEqual([]);
    expect(
      (await run(unavailable, { objects: [have(0, { metadata: { creationTimestamp: ago(5) } })] })).first?.severity,
    ).toBe('info');
  });
  it('deployment-progress-deadline', async () => {
    const late = aDeployment('web', {
      status: {
        availableReplicas: 0,
        conditions: [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }],
      },
    });
    expect((await run(deadline, { objects: [late] })).first?.severity).toBe('critical');
    expect((await run(deadline, { objects: [aDeployment()] })).found).toEqual([]);
  });
});

describe('cpu-throttled', () => {
  const alert = (name: string, description: string) => ({
    name,
    labels: { service: 'web', namespace: 'shop' },
    annotations: { description },
    state: 'active',
  });
  it('from alerts: the workload behind the Service, critical when its CPU use has grown', async () => {
    const alerts = [
      alert('CPUThrottlingHigh', '64% throttling of CPU'),
      alert('CpuUsageHigh', 'CPU usage saturation: normal=0.1 current=0.9'),
    ];
    const { first } = await run(throttled, { objects: [aPod(), aService()], facts: { alerts } });
    expect(first).toMatchObject({
      severity: 'critical',
      subject: { kind: 'Deployment', name: 'web' },
      related: [{ kind: 'Service', name: 'web' }],
    });
    const alone = await run(throttled, { objects: [aPod(), aService()], facts: { alerts: alerts.slice(0, 1) } });
    expect(alone.first?.severity).toBe('warning');
    expect(
      (await run(throttled, { objects: [aPod()], facts: { alerts: [alert('Watchdog', 'always on')] } })).found,
    ).toEqual([]);
    expect((await run(throttled, { objects: [aPod()] })).outcome).toBe('not-checked');
  });
  const scrape = (throttledPeriods: number, periods: number, id = '/kubepods/a') => ({
    component: 'cadvisor',
    families: new Map(
      Object.entries({
        container_cpu_cfs_throttled_periods_total: throttledPeriods,
        container_cpu_cfs_periods_total: periods,
      }).map(([name, value]) => [
        name,
        [{ labels: { namespace: 'shop', pod: POD, container: 'app', id }, value, line: 1, text: `${name} ${value}` }],
      ]),
    ),
  });
  it('from two scrapes of the counters', async () => {
    const metrics = [scrape(100, 1000), scrape(400, 1500)];
    const { first } = await run(throttled, { objects: [aPod(POD)], facts: { metrics } });
    expect(first?.message).toContain('60 %');
    expect(first?.subject).toMatchObject({ name: POD, container: 'app', workload: { name: 'web' } });
    const idle = [scrape(100, 1000), scrape(110, 1500)];
    expect((await run(throttled, { objects: [aPod(POD)], facts: { metrics: idle } })).found).toEqual([]);
  });
  it('keeps the counters of before a restart apart', async () => {
    const metrics = [scrape(4, 100), scrape(500, 1000, '/kubepods/before')];
    const { found } = await run(throttled, { objects: [aPod(POD)], facts: { metrics } });
    expect(found.map(({ severity, message }) => [severity, message])).toEqual([
      ['info', `Container app of ${POD} was throttled in 50 % of its CPU periods since its start`],
    ]);
  });
  it('from cpu.stat of one cgroup', async () => {
    const stat = (periods: number, scope = 'web') =>
      Object.entries({ nr_periods: periods, nr_throttled: 400 }).map(([name, value]) => ({
        topic: 'cgroup' as const,
        key: `cpu.stat.${name}`,
        value: String(value),
        scope,
      }));
    const { first } = await run(throttled, { facts: { hostValues: stat(1000) } });
    expect(first?.message).toContain('40 % of its CPU periods (400 of 1000)');
    expect((await run(throttled, { facts: { hostValues: stat(4000) } })).found).toEqual([]);
    const [, counter] = stat(1000);
    const [periods] = stat(1000, 'other');
    const apart = [counter, periods].flatMap((one) => one ?? []);
    expect((await run(throttled, { facts: { hostValues: apart } })).found).toEqual([]);
  });
});
