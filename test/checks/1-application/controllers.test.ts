/** StatefulSets, DaemonSets, Jobs, CronJobs, autoscalers, and the space of claims. */
import { describe, expect, it } from 'vitest';
import cronBlocked from '../../../src/checks/1-application/cronjob-invalid-or-blocked.ts';
import cronMissed from '../../../src/checks/1-application/cronjob-missed.ts';
import daemonSet from '../../../src/checks/1-application/daemonset-incomplete.ts';
import hpaMaxed from '../../../src/checks/1-application/hpa-maxed-out.ts';
import hpaMetrics from '../../../src/checks/1-application/hpa-metrics-unavailable.ts';
import hpaTarget from '../../../src/checks/1-application/hpa-target-broken.ts';
import jobFailed from '../../../src/checks/1-application/job-failed.ts';
import jobPodsFailed from '../../../src/checks/1-application/job-pods-failed.ts';
import jobStuck from '../../../src/checks/1-application/job-stuck-active.ts';
import pvcUsage from '../../../src/checks/1-application/pvc-usage-high.ts';
import ordinal from '../../../src/checks/1-application/statefulset-ordinal-blocked.ts';
import outdated from '../../../src/checks/1-application/statefulset-pod-outdated.ts';
import type { MetricSample } from '../../../src/parsers/records.ts';
import { ago, aDeployment, anEvent, aPod, run } from '../../build.ts';

type Deep = Record<string, unknown>;
const object = (apiVersion: string, kind: string, name: string, spec: Deep, status: Deep, metadata: Deep = {}) => ({
  apiVersion,
  kind,
  metadata: { name, namespace: 'shop', creationTimestamp: ago(90_000), ...metadata },
  spec,
  status,
});

it.each([
  cronBlocked,
  cronMissed,
  daemonSet,
  hpaMaxed,
  hpaMetrics,
  hpaTarget,
  jobFailed,
  jobPodsFailed,
  jobStuck,
  pvcUsage,
  ordinal,
])('$id is not judged without its facts', async (check) => {
  expect((await run(check, {})).outcome).toBe('not-checked');
});

describe('statefulset-ordinal-blocked', () => {
  const set = (spec: Deep = {}) => object('apps/v1', 'StatefulSet', 'db', { replicas: 3, ...spec }, { replicas: 1 });
  const pod = (name: string, ready: boolean, metadata: Deep = {}) =>
    aPod(name, {
      metadata: { ownerReferences: [{ kind: 'StatefulSet', name: 'db', controller: true }], ...metadata },
      status: { conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
    });
  it('names the pod that the others wait for', async () => {
    const { first } = await run(ordinal, { objects: [set(), pod('db-0', false)] });
    expect(first?.message).toContain('db-0 is not ready');
    expect(first?.related).toEqual([{ kind: 'Pod', namespace: 'shop', name: 'db-0' }]);
  });
  it('waits for a pod that has just been made', async () => {
    const young = pod('db-0', false, { creationTimestamp: ago(20) });
    expect((await run(ordinal, { objects: [set(), young] })).first?.severity).toBe('info');
  });
  it('is silent for Parallel sets, complete sets and sets that move on', async () => {
    expect(
      (await run(ordinal, { objects: [set({ podManagementPolicy: 'Parallel' }), pod('db-0', false)] })).found,
    ).toEqual([]);
    expect((await run(ordinal, { objects: [set(), pod('db-0', true)] })).found).toEqual([]);
    expect((await run(ordinal, { objects: [set({ replicas: 1 }), pod('db-0', false)] })).found).toEqual([]);
  });
});

describe('statefulset-pod-outdated', () => {
  const set = object(
    'apps/v1',
    'StatefulSet',
    'db',
    {
      replicas: 1,
      template: {
        spec: {
          initContainers: [{ name: 'init', image: 'registry.example.com/tools:2' }],
          containers: [{ name: 'app', image: 'registry.example.com/db:2' }],
        },
      },
    },
    { replicas: 1 },
  );
  const pod = (
    broken: string,
    images: Readonly<Record<'init' | 'app' | 'istio-proxy', string>>,
    namespace = 'shop',
  ) => {
    const status = (name: string) => ({
      name,
      restartCount: 3,
      ready: false,
      state: { waiting: { reason: name === broken ? 'CrashLoopBackOff' : 'PodInitializing' } },
    });
    return aPod('db-0', {
      metadata: { namespace, ownerReferences: [{ kind: 'StatefulSet', name: 'db', controller: true }] },
      spec: {
        initContainers: [{ name: 'init', image: images.init }],
        containers: [
          { name: 'app', image: images.app },
          { name: 'istio-proxy', image: images['istio-proxy'] },
        ],
      },
      status: {
        conditions: [{ type: 'Ready', status: 'False' }],
        initContainerStatuses: [status('init')],
        containerStatuses: [status('app'), status('istio-proxy')],
      },
    });
  };
  const now = {
    init: 'registry.example.com/tools:2',
    app: 'registry.example.com/db:2',
    'istio-proxy': 'docker.io/istio/proxyv2:1.28',
  };
  it('compares a broken container with that of its name in the template', async () => {
    for (const [name, image] of [
      ['app', 'registry.example.com/db:1'],
      ['init', 'registry.example.com/tools:1'],
    ] as const) {
      const { first } = await run(outdated, { objects: [set, pod(name, { ...now, [name]: image })] });
      expect(first?.message).toContain(`db-0 still has image ${image}`);
      expect((await run(outdated, { objects: [set, pod(name, now)] })).found).toEqual([]);
    }
  });
  it('says nothing of a container that was injected, nor of what another namespace cannot pull', async () => {
    expect((await run(outdated, { objects: [set, pod('istio-proxy', now)] })).found).toEqual([]);
    const elsewhere = anEvent(
      { kind: 'Pod', namespace: 'lab', name: 'db-0' },
      'Failed',
      'Failed to pull image "registry.example.com/db:1": not found',
    );
    expect((await run(outdated, { objects: [set, pod('', now), elsewhere] })).found).toEqual([]);
  });
});

describe('daemonset-incomplete', () => {
  const set = (name: string, ready: number, metadata: Deep = {}) =>
    object(
      'apps/v1',
      'DaemonSet',
      name,
      {},
      { desiredNumberScheduled: 3, currentNumberScheduled: 3, numberReady: ready },
      metadata,
    );
  it('is graded by what the DaemonSet does', async () => {
    expect((await run(daemonSet, { objects: [set('log-shipper', 2)] })).first).toMatchObject({ severity: 'warning' });
    expect((await run(daemonSet, { objects: [set('kube-proxy', 2)] })).first).toMatchObject({ severity: 'critical' });
    expect((await run(daemonSet, { objects: [set('kube-proxy', 3)] })).found).toEqual([]);
    expect((await run(daemonSet, { objects: [set('kube-proxy', 1, { creationTimestamp: ago(30) })] })).found).toEqual(
      [],
    );
  });
});

describe('Jobs', () => {
  const failed = (at: number) => ({
    conditions: [
      {
        type: 'Failed',
        status: 'True',
        reason: 'BackoffLimitExceeded',
        message: 'Job has reached the specified backoff limit',
        lastTransitionTime: ago(at),
      },
    ],
  });
  const owned = { ownerReferences: [{ kind: 'CronJob', name: 'nightly', controller: true }] };
  it('that failed say why; a later success makes it past', async () => {
    const job = object('batch/v1', 'Job', 'load', {}, failed(600));
    expect((await run(jobFailed, { objects: [job] })).first).toMatchObject({ severity: 'critical', state: 'current' });
    const before = object('batch/v1', 'Job', 'nightly-1', {}, failed(7200), owned);
    const after = object('batch/v1', 'Job', 'nightly-2', {}, { succeeded: 1, completionTime: ago(600) }, owned);
    expect((await run(jobFailed, { objects: [before, after] })).first).toMatchObject({
      severity: 'info',
      state: 'recovered',
    });
    expect((await run(jobFailed, { objects: [after] })).found).toEqual([]);
  });
  it('that failed at a time that nobody tells are past only if they were made before the one that completed', async () => {
    const done = object('batch/v1', 'Job', 'nightly-1', {}, { succeeded: 1, completionTime: ago(600) }, owned);
    const state = async (made: number) => {
      const conditions = [{ type: 'Failed', status: 'True', reason: 'DeadlineExceeded' }];
      const metadata = { ...owned, creationTimestamp: ago(made) };
      return (
        await run(jobFailed, { objects: [object('batch/v1', 'Job', 'nightly-2', {}, { conditions }, metadata), done] })
      ).first?.state;
    };
    expect(await state(300)).toBe('current');
    expect(await state(7200)).toBe('recovered');
  });
  it('of a CronJob that failed show how the log of their pods ends', async () => {
    const pod = aPod('nightly-1-x2k9q', {
      metadata: { ownerReferences: [{ kind: 'Job', name: 'nightly-1', controller: true }] },
      status: { phase: 'Failed' },
    });
    const { first } = await run(jobFailed, {
      objects: [object('batch/v1', 'Job', 'nightly-1', {}, failed(600), owned), pod],
      logs: [
        {
          class: 'container',
          origin: { namespace: 'shop', pod: 'nightly-1-x2k9q', container: 'app' },
          lines: ['INFO reading orders', 'ERROR the ledger of yesterday is not closed'],
        },
      ],
    });
    expect(first?.message).toContain('the ledger of yesterday is not closed');
  });
  it('that is not listed is told by its controller, unless a later run of the CronJob completed', async () => {
    const event = (name: string, reason: string, seconds: number) =>
      anEvent({ kind: 'Job', name }, reason, 'Job has reached the specified backoff limit', {
        lastTimestamp: ago(seconds),
      });
    const gaveUp = event('nightly-28700000', 'BackoffLimitExceeded', 7200);
    expect((await run(jobFailed, { objects: [gaveUp] })).first).toMatchObject({
      severity: 'critical',
      subject: { kind: 'Job', name: 'nightly-28700000' },
    });
    const cut = object(
      'batch/v1',
      'Job',
      '(unnamed)',
      {},
      {
        conditions: [{ type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded' }],
      },
    );
    const both = (await run(jobFailed, { objects: [gaveUp, cut] })).found;
    expect(both.map(({ subject }) => subject.name)).toEqual(['nightly-28700000']);
    const completed = event('nightly-28701440', 'Completed', 600);
    expect((await run(jobFailed, { objects: [gaveUp, completed] })).first).toMatchObject({ state: 'recovered' });
    expect((await run(jobFailed, { objects: [completed] })).found).toEqual([]);
  });
  it('of which only the pods were collected failed when all their pods did', async () => {
    const pod = (name: string, phase: string, exitCode: number) =>
      aPod(name, {
        metadata: { ownerReferences: [{ kind: 'Job', name: 'load', controller: true }] },
        status: { phase, containerStatuses: [{ name: 'app', state: { terminated: { exitCode } } }] },
      });
    const both = [pod('load-a', 'Failed', 3), pod('load-b', 'Failed', 3)];
    const { first, found } = await run(jobPodsFailed, { objects: both });
    expect(found).toHaveLength(1);
    expect(first).toMatchObject({
      severity: 'critical',
      subject: { kind: 'Job', namespace: 'shop', name: 'load' },
      message: 'All 2 pods of Job load in the bundle failed with exit code 3',
    });
    // Rows of a table: the name tells the Job, when several ended alike.
    const row = (name: string, reason = 'Error') => ({
      kind: 'Pod',
      metadata: { name, namespace: 'shop' },
      status: { containerStatuses: [{ name: '', ready: false, restartCount: 0, state: { terminated: { reason } } }] },
    });
    const rows = [row('sum-x2k9q'), row('sum-b4k7d')];
    expect((await run(jobPodsFailed, { objects: rows })).first?.message).toBe(
      'All 2 pods of Job sum in the bundle failed',
    );
    expect((await run(jobPodsFailed, { objects: [row('sum-x2k9q')] })).found).toEqual([]);
    expect((await run(jobPodsFailed, { objects: [...rows, row('sum-c9k2x', 'Completed')] })).found).toEqual([]);
    expect((await run(jobPodsFailed, { objects: [...both, pod('load-c', 'Running', 0)] })).found).toEqual([]);
    expect((await run(jobPodsFailed, { objects: [...both, pod('load-c', 'Succeeded', 0)] })).found).toEqual([]);
    const job = object('batch/v1', 'Job', 'load', {}, {});
    expect((await run(jobPodsFailed, { objects: [...both, job] })).found).toEqual([]);
  });
  it('that hang are told from those that wait for a node', async () => {
    const job = (start: number) => object('batch/v1', 'Job', 'train', {}, { active: 1, startTime: ago(start) });
    const pod = (phase: string) =>
      aPod('train-x', {
        metadata: { ownerReferences: [{ kind: 'Job', name: 'train', controller: true }] },
        status: { phase },
      });
    expect((await run(jobStuck, { objects: [job(1800), pod('Pending')] })).first).toMatchObject({
      severity: 'warning',
      variant: 'pending',
    });
    expect((await run(jobStuck, { objects: [job(50_000), pod('Running')] })).first).toMatchObject({ severity: 'info' });
    expect((await run(jobStuck, { objects: [job(1800), pod('Running')] })).found).toEqual([]);
  });
});

describe('CronJobs', () => {
  const cron = (spec: Deep, status: Deep) =>
    object('batch/v1', 'CronJob', 'nightly', { schedule: '0 * * * *', ...spec }, status);
  const said = (reason: string, text: string) => anEvent({ kind: 'CronJob', name: 'nightly' }, reason, text);
  it('miss their schedule: by event or by the clock', async () => {
    const alone = said('FailedNeedsStart', 'too many missed start times');
    expect((await run(cronMissed, { objects: [alone] })).first?.subject).toMatchObject({ name: 'nightly' });
    expect(
      (
        await run(cronMissed, {
          objects: [
            cron({}, { lastScheduleTime: ago(3000) }),
            said('TooManyMissedTimes', 'too many missed start times'),
          ],
        })
      ).found,
    ).toHaveLength(1);
    expect((await run(cronMissed, { objects: [cron({}, { lastScheduleTime: ago(9000) })] })).first?.message).toContain(
      '2 h 30 min before',
    );
    expect((await run(cronMissed, { objects: [cron({}, { lastScheduleTime: ago(3000) })] })).found).toEqual([]);
    expect(
      (await run(cronMissed, { objects: [cron({ suspend: true }, { lastScheduleTime: ago(9000) })] })).found,
    ).toEqual([]);
  });
  it('are invalid, blocked or suspended', async () => {
    expect(
      (await run(cronBlocked, { objects: [cron({}, {}), said('UnparseableSchedule', 'unparseable schedule: "x"')] }))
        .first?.variant,
    ).toBe('invalid');
    expect(
      (
        await run(cronBlocked, {
          objects: [cron({}, { active: [{ name: 'nightly-1' }] }), said('JobAlreadyActive', 'Not starting job')],
        })
      ).first?.variant,
    ).toBe('blocked');
    expect((await run(cronBlocked, { objects: [cron({ suspend: true }, {})] })).first).toMatchObject({
      variant: 'suspended',
      severity: 'info',
    });
    expect((await run(cronBlocked, { objects: [cron({}, {})] })).found).toEqual([]);
  });
});

describe('autoscalers', () => {
  const hpa = (conditions: Deep[], spec: Deep = {}, status: Deep = {}, name = 'web') =>
    object(
      'autoscaling/v2',
      'HorizontalPodAutoscaler',
      name,
      { maxReplicas: 5, scaleTargetRef: { kind: 'Deployment', name: 'web' }, ...spec },
      { currentReplicas: 2, conditions, ...status },
    );
  it('without metrics say what is missing', async () => {
    const { first } = await run(hpaMetrics, {
      objects: [
        hpa([
          {
            type: 'ScalingActive',
            status: 'False',
            reason: 'FailedGetResourceMetric',
            message: 'missing request for cpu in container app of Pod web-1',
          },
        ]),
      ],
    });
    expect(first).toMatchObject({ variant: 'missing-request', severity: 'warning' });
    const event = anEvent(
      { kind: 'HorizontalPodAutoscaler', name: 'web' },
      'FailedGetResourceMetric',
      'unable to fetch metrics from resource metrics API: the server could not find the requested resource',
    );
    expect((await run(hpaMetrics, { objects: [hpa([]), event] })).first?.variant).toBe('no-metrics-api');
    expect((await run(hpaMetrics, { objects: [event] })).first).toMatchObject({
      variant: 'no-metrics-api',
      subject: { kind: 'HorizontalPodAutoscaler', name: 'web' },
    });
    // What a table has of it, of an old autoscaler and of a new one.
    const unknown = hpa([{ type: 'ScalingActive', status: 'False' }]);
    expect((await run(hpaMetrics, { objects: [unknown] })).first?.message).toContain('no current value');
    const young = { ...unknown, metadata: { ...unknown.metadata, creationTimestamp: ago(60) } };
    expect((await run(hpaMetrics, { objects: [young] })).found).toEqual([]);
    expect(
      (await run(hpaMetrics, { objects: [hpa([{ type: 'ScalingActive', status: 'True' }]), event] })).found,
    ).toEqual([]);
  });
  it('without a target do nothing', async () => {
    expect((await run(hpaTarget, { objects: [hpa([]), aDeployment('other')] })).first?.variant).toBe('missing');
    expect((await run(hpaTarget, { objects: [hpa([]), hpa([], {}, {}, 'web-2'), aDeployment()] })).first?.variant).toBe(
      'shared',
    );
    expect((await run(hpaTarget, { objects: [hpa([]), aDeployment()] })).found).toEqual([]);
    expect((await run(hpaTarget, { objects: [hpa([])] })).found).toEqual([]);
  });
  it('at their maximum want more', async () => {
    const limited = [{ type: 'ScalingLimited', status: 'True', reason: 'TooManyReplicas' }];
    expect((await run(hpaMaxed, { objects: [hpa(limited, {}, { currentReplicas: 5 })] })).first?.message).toContain(
      'maximum of 5',
    );
    expect((await run(hpaMaxed, { objects: [hpa(limited, {}, { currentReplicas: 4 })] })).found).toEqual([]);
    expect((await run(hpaMaxed, { objects: [hpa([], {}, { currentReplicas: 5 })] })).found).toEqual([]);
  });
});

describe('pvc-usage-high', () => {
  const labels = { namespace: 'shop', persistentvolumeclaim: 'data' };
  const sample = (value: number, line: number): MetricSample => ({
    labels,
    value,
    line,
    text: `kubelet_volume_stats ${value}`,
  });
  const scrape = (free: number) => ({
    metrics: [
      {
        component: 'kubelet',
        families: new Map([
          ['kubelet_volume_stats_available_bytes', [sample(free, 1)]],
          ['kubelet_volume_stats_capacity_bytes', [sample(1000, 2)]],
        ]),
      },
    ],
  });
  it('is graded by what is free', async () => {
    expect((await run(pvcUsage, { facts: scrape(20) })).first).toMatchObject({
      severity: 'critical',
      subject: { name: 'data' },
    });
    expect((await run(pvcUsage, { facts: scrape(100) })).first).toMatchObject({ severity: 'warning' });
    expect((await run(pvcUsage, { facts: scrape(500) })).found).toEqual([]);
  });
  it('reads df of a pod, or of one of a workload, by what its container mounts', async () => {
    const spec = {
      containers: [{ name: 'app', volumeMounts: [{ name: 'd', mountPath: '/data' }] }],
      volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'orders' } }],
    };
    const df = (name: string, more: Deep, namespace = 'shop') => ({
      device: '/dev/sdb',
      mount: '/data',
      pod: { name, namespace },
      ...more,
    });
    const told = async (row: ReturnType<typeof df>) =>
      (await run(pvcUsage, { objects: [aPod('web-5d9c7b8f6d-k2xvq', { spec })], facts: { filesystems: [row] } })).first;
    expect(
      await told(df('web-5d9c7b8f6d-k2xvq', { usedPercent: 98, sizeBytes: 2000, availableBytes: 40 })),
    ).toMatchObject({
      severity: 'critical',
      related: [{ kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'orders' }],
    });
    expect((await told(df('deploy/web', { inodesUsedPercent: 90 })))?.message).toBe(
      'The volume at /data (/dev/sdb) of pod web, claim orders, is 90% full of inodes',
    );
    expect((await told(df('deploy/web', { usedPercent: 90 }, 'lab')))?.related).toEqual([]);
    expect(await told(df('deploy/web', { usedPercent: 80 }))).toBeUndefined();
  });
  it('reads df of a node by the name of the volume', async () => {
    const volume = {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: 'pvc-1' },
      spec: { claimRef: { namespace: 'shop', name: 'data' } },
    };
    const mount = (name: string) => ({
      device: '/dev/sdb',
      mount: `/var/lib/kubelet/pods/1-2-3/volumes/kubernetes.io~csi/${name}/mount`,
      sizeBytes: 1000,
      usedBytes: 980,
      availableBytes: 20,
    });
    expect((await run(pvcUsage, { objects: [volume], facts: { filesystems: [mount('pvc-1')] } })).found).toHaveLength(
      1,
    );
    expect((await run(pvcUsage, { objects: [volume], facts: { filesystems: [mount('other')] } })).found).toEqual([]);
  });
});
