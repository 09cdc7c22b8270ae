/** Healthy cases that resemble the fault, for checks whose own tests have none: they look, and find nothing. */
import { expect, test } from 'vitest';
import execFormatError from '../../src/checks/1-application/exec-format-error.ts';
import imagePullSlow from '../../src/checks/1-application/image-pull-slow.ts';
import podPreempted from '../../src/checks/2-scheduling/pod-preempted.ts';
import staleToken from '../../src/checks/1-application/secret-volume-stale-projected-token.ts';
import startupProbeKilling from '../../src/checks/1-application/startup-probe-killing.ts';
import subpathFailed from '../../src/checks/1-application/subpath-failed.ts';
import workloadPodsNotCreated from '../../src/checks/1-application/workload-pods-not-created.ts';
import autoscalerNoScaleUp from '../../src/checks/2-scheduling/autoscaler-no-scale-up.ts';
import pdbMisconfigured from '../../src/checks/2-scheduling/pdb-misconfigured.ts';
import gpuTaint from '../../src/checks/2-scheduling/sched-gpu-taint-untolerated.ts';
import noNodes from '../../src/checks/2-scheduling/sched-no-nodes.ts';
import podCidr from '../../src/checks/3-networking/cni-podcidr-unassigned.ts';
import dnsApi from '../../src/checks/3-networking/dns-coredns-api-blocked.ts';
import gpuUnhealthy from '../../src/checks/5-node/gpu-device-unhealthy.ts';
import type { Check } from '../../src/checks/check.ts';
import { aDeployment, ago, anEvent, aNode, aPod, run } from '../build.ts';

const POD = 'web-5d9c7b8f6d-k2xvq';
const about = { kind: 'Pod', name: POD };
const log = (program: string, ...lines: string[]) => ({
  class: 'container' as const,
  origin: { namespace: 'kube-system', pod: `${program}-x2k9q`, container: program, program },
  lines,
});

/** A pod that waits for a node, and what the scheduler said. */
const pending = (message: string, spec: object = {}) => [
  aPod(POD, {
    spec: { nodeName: undefined, ...spec },
    status: {
      phase: 'Pending',
      podIP: undefined,
      containerStatuses: [],
      conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }],
    },
  }),
  anEvent(about, 'FailedScheduling', message, { source: { component: 'default-scheduler' } }),
];
const gpus = { 'nvidia.com/gpu': '8' };
const gpuPod = {
  containers: [
    { name: 'app', image: 'registry.example.com/train:2', resources: { limits: { 'nvidia.com/gpu': '1' } } },
  ],
  tolerations: [{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }],
};
const budget = (name: string, app: string, namespace = 'shop') => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name, namespace },
  spec: { maxUnavailable: 1, selector: { matchLabels: { app } } },
  status: { expectedPods: 1 },
});
const started = (over: object) => ({
  containerStatuses: [{ name: 'app', restartCount: 0, ready: false, started: false, state: { running: {} }, ...over }],
});

const CASES: readonly (readonly [string, Check, Parameters<typeof run>[1]])[] = [
  [
    'a program whose loader is missing, and one that speaks of formats',
    execFormatError,
    {
      objects: [aPod()],
      logs: [log('app', 'exec /app/server: no such file or directory', 'WARN unknown exec format "v2", using "v1"')],
    },
  ],
  [
    'a pull of one and a half minutes, and one that began two minutes ago',
    imagePullSlow,
    {
      objects: [
        aPod(),
        anEvent(
          about,
          'Pulled',
          'Successfully pulled image "registry.example.com/web:1.4" in 1m35.2s (1m50s including waiting)',
          {
            type: 'Normal',
          },
        ),
        aPod('web-5d9c7b8f6d-m4znp', { status: started({ state: { waiting: { reason: 'ContainerCreating' } } }) }),
        anEvent(
          { kind: 'Pod', name: 'web-5d9c7b8f6d-m4znp' },
          'Pulling',
          'Pulling image "registry.example.com/web:1.5"',
          {
            type: 'Normal',
            firstTimestamp: ago(120),
            lastTimestamp: ago(120),
          },
        ),
      ],
    },
  ],
  [
    'a pod that a drain evicts',
    podPreempted,
    {
      objects: [
        aPod(POD, {
          status: { conditions: [{ type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI' }] },
        }),
        anEvent(about, 'Evicted', 'The node was low on resource: memory.'),
      ],
    },
  ],
  [
    'a Secret of the application that is missing, beside a token that is mounted',
    staleToken,
    {
      objects: [
        aPod(POD, {
          spec: { volumes: [{ name: 't', projected: { sources: [{ configMap: { name: 'kube-root-ca.crt' } }] } }] },
        }),
        { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'kube-root-ca.crt', namespace: 'shop' } },
        anEvent(about, 'FailedMount', 'MountVolume.SetUp failed for volume "tls" : secret "web-tls" not found'),
      ],
    },
  ],
  [
    'a slow start within what the startup probe allows',
    startupProbeKilling,
    {
      objects: [
        aPod(POD, {
          spec: {
            containers: [
              {
                name: 'app',
                image: 'registry.example.com/web:1.4',
                startupProbe: { httpGet: { path: '/healthz', port: 8080 }, failureThreshold: 30, periodSeconds: 10 },
              },
            ],
          },
          status: started({}),
        }),
        anEvent(about, 'Unhealthy', 'Startup probe failed: HTTP probe failed with statuscode: 503', { count: 6 }),
      ],
    },
  ],
  [
    'a container with a subPath that cannot be created for another reason',
    subpathFailed,
    {
      objects: [
        aPod(POD, {
          spec: {
            containers: [
              {
                name: 'app',
                image: 'registry.example.com/web:1.4',
                volumeMounts: [{ name: 'conf', mountPath: '/etc/web/web.conf', subPath: 'web.conf' }],
              },
            ],
          },
          status: started({
            state: { waiting: { reason: 'CreateContainerConfigError', message: 'secret "web-tls" not found' } },
          }),
        }),
      ],
    },
  ],
  [
    'a Deployment that somebody scaled to nothing',
    workloadPodsNotCreated,
    {
      objects: [
        aDeployment('web', {
          spec: { replicas: 0 },
          status: { replicas: 0, readyReplicas: 0, availableReplicas: 0, updatedReplicas: 0 },
        }),
        anEvent({ kind: 'ReplicaSet', name: 'web-5d9c7b8f6d' }, 'SuccessfulDelete', `Deleted pod: ${POD}`, {
          type: 'Normal',
        }),
      ],
    },
  ],
  [
    'a node is on its way for one pod, and has come for another',
    autoscalerNoScaleUp,
    {
      objects: [
        ...pending('0/1 nodes are available: 1 Insufficient cpu.'),
        anEvent(about, 'TriggeredScaleUp', 'pod triggered scale-up: [{workers 3->4 (max: 10)}]', { type: 'Normal' }),
        aPod('web-5d9c7b8f6d-m4znp'),
        anEvent(
          { kind: 'Pod', name: 'web-5d9c7b8f6d-m4znp' },
          'NotTriggerScaleUp',
          "pod didn't trigger scale-up: 1 in backoff",
        ),
      ],
    },
  ],
  [
    'budgets of the same selector in two namespaces, and two in one with pods of their own',
    pdbMisconfigured,
    {
      objects: [
        aPod(),
        aPod('db-0', { metadata: { labels: { app: 'db' } } }),
        aPod('web-5d9c7b8f6d-zz9xk', { metadata: { namespace: 'stage' } }),
        budget('web', 'web'),
        budget('db', 'db'),
        budget('web', 'web', 'stage'),
      ],
    },
  ],
  [
    'a pod that tolerates the taint of the GPU nodes and waits for a free GPU',
    gpuTaint,
    {
      objects: [
        ...pending('0/1 nodes are available: 1 Insufficient nvidia.com/gpu.', gpuPod),
        aNode('gpu-1', {
          spec: { taints: [{ key: 'nvidia.com/gpu', effect: 'NoSchedule' }] },
          status: { capacity: gpus, allocatable: gpus },
        }),
      ],
    },
  ],
  [
    'a pod that its nodes have no room for',
    noNodes,
    { objects: [...pending('0/1 nodes are available: 1 Insufficient memory.'), aNode()] },
  ],
  [
    'a node whose range came late, and one whose plugin hands out addresses by itself',
    podCidr,
    {
      objects: [
        aNode('node-1', { spec: { podCIDR: '10.244.1.0/24' } }),
        aNode('node-2'),
        anEvent({ kind: 'Node', name: 'node-1' }, 'CIDRNotAvailable', 'Node node-1 status is now: CIDRNotAvailable'),
      ],
    },
  ],
  [
    'CoreDNS whose upstream is slow, and another program that cannot reach the API server',
    dnsApi,
    {
      logs: [
        log(
          'coredns',
          '[ERROR] plugin/errors: 2 api.example.com. A: read udp 10.244.0.7:41822->192.0.2.53:53: i/o timeout',
        ),
        log(
          'ingress-nginx',
          'E0301 11:59:00.000000       7 reflector.go:147] Failed to watch *v1.Service: failed to list *v1.Service: Get "https://10.96.0.1:443/api/v1/services": dial tcp 10.96.0.1:443: connect: connection refused',
        ),
      ],
    },
  ],
  [
    'the device plugin passes over an event that is no fault of the card',
    gpuUnhealthy,
    {
      objects: [aNode('gpu-1', { status: { capacity: gpus, allocatable: gpus } })],
      logs: [
        log(
          'nvidia-device-plugin',
          'I0301 11:00:00.000000       1 health.go:140] Skipping non-nvmlEventTypeXidCriticalError event: {Device:{Handle:0x7f} EventType:2 EventData:0}',
          'I0301 11:00:00.000000       1 health.go:152] Skipping event {Device:{Handle:0x7f} EventType:8 EventData:13}',
        ),
      ],
    },
  ],
];

test.each(CASES.map(([what, check, parts]) => [check.id, what, check, parts] as const))(
  '%s: %s',
  async (_id, _what, check, parts) => {
    const { outcome, found } = await run(check, parts);
    expect(found.map((one) => one.message)).toEqual([]);
    expect(outcome).toBe('passed');
  },
);
