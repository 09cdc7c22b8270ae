/** The checks over the scheduler's reasons: from its words alone, from the nodes, and silent on what is as it should be. */
import { describe, expect, it } from 'vitest';
import type { Check } from '../../../src/checks/check.ts';
import nodeCordoned from '../../../src/checks/2-scheduling/node-cordoned.ts';
import podUnschedulable from '../../../src/checks/2-scheduling/pod-unschedulable.ts';
import extendedAbsent from '../../../src/checks/2-scheduling/sched-extended-resource-absent.ts';
import gpuTaint from '../../../src/checks/2-scheduling/sched-gpu-taint-untolerated.ts';
import hostPort from '../../../src/checks/2-scheduling/sched-hostport-conflict.ts';
import insufficientCpu from '../../../src/checks/2-scheduling/sched-insufficient-cpu.ts';
import insufficientStorage from '../../../src/checks/2-scheduling/sched-insufficient-ephemeral-storage.ts';
import insufficientExtended from '../../../src/checks/2-scheduling/sched-insufficient-extended.ts';
import insufficientMemory from '../../../src/checks/2-scheduling/sched-insufficient-memory.ts';
import noNodes from '../../../src/checks/2-scheduling/sched-no-nodes.ts';
import affinityMismatch from '../../../src/checks/2-scheduling/sched-node-affinity-mismatch.ts';
import conditionTaints from '../../../src/checks/2-scheduling/sched-node-condition-taints.ts';
import selectorMismatch from '../../../src/checks/2-scheduling/sched-node-selector-mismatch.ts';
import podAffinity from '../../../src/checks/2-scheduling/sched-pod-affinity-unmatched.ts';
import antiAffinity from '../../../src/checks/2-scheduling/sched-pod-anti-affinity-conflict.ts';
import exceedsLargest from '../../../src/checks/2-scheduling/sched-request-exceeds-largest-node.ts';
import rwop from '../../../src/checks/2-scheduling/sched-rwop-in-use.ts';
import dra from '../../../src/checks/2-scheduling/sched-dra-unavailable.ts';
import taintUntolerated from '../../../src/checks/2-scheduling/sched-taint-untolerated.ts';
import tooManyPods from '../../../src/checks/2-scheduling/sched-too-many-pods.ts';
import spread from '../../../src/checks/2-scheduling/sched-topology-spread-unsatisfiable.ts';
import volumeBinding from '../../../src/checks/2-scheduling/sched-volume-binding-no-pv.ts';
import volumeLimit from '../../../src/checks/2-scheduling/sched-volume-limit.ts';
import volumeAffinity from '../../../src/checks/2-scheduling/sched-volume-node-affinity-conflict.ts';
import unbound from '../../../src/checks/2-scheduling/sched-pvc-unbound-immediate.ts';
import csiMissing from '../../../src/checks/2-scheduling/csi-driver-missing-on-node.ts';
import { ago, aNode, anEvent, aPod, run } from '../../build.ts';

const NAME = 'web-5d9c7b8f6d-k2xvq';
const pending = (spec: object = {}) =>
  aPod(NAME, {
    spec: { nodeName: undefined, ...spec },
    status: { phase: 'Pending', podIP: undefined, conditions: undefined, containerStatuses: undefined },
  });
const refused = (message: string, name = NAME) =>
  anEvent({ kind: 'Pod', name }, 'FailedScheduling', message, { source: { component: 'default-scheduler' } });
const requesting = (requests: object) => ({ containers: [{ name: 'app', image: 'x', resources: { requests } }] });
const role = { 'kubernetes.io/hostname': 'cp', 'node-role.kubernetes.io/control-plane': '' };
const controlPlane = aNode('cp', {
  metadata: { labels: role },
  spec: { taints: [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }] },
});

/** Reason words → the check that must speak, from the event alone. */
const WORDS: readonly (readonly [string, Check, RegExp])[] = [
  [
    '2 Insufficient cpu, 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }',
    insufficientCpu,
    /Insufficient cpu.*2 of 3 nodes/,
  ],
  ['3 Insufficient memory', insufficientMemory, /all 3 nodes/],
  ['3 Insufficient ephemeral-storage', insufficientStorage, /ephemeral-storage/],
  ['1 Insufficient cpu, 2 Insufficient nvidia.com/gpu', insufficientExtended, /nvidia\.com\/gpu.*2 of 3/],
  ['3 Too many pods', tooManyPods, /pod limit/],
  ['3 node(s) had untolerated taint {dedicated: db}', taintUntolerated, /dedicated=db/],
  ["3 node(s) had taint {dedicated: db}, that the pod didn't tolerate", taintUntolerated, /dedicated=db/],
  ['3 node(s) had untolerated taint {node.kubernetes.io/disk-pressure: }', conditionTaints, /disk-pressure/],
  ['3 node(s) were unschedulable', nodeCordoned, /cordoned/],
  ["3 node(s) didn't match pod affinity rules", podAffinity, /affinity/],
  [
    "1 node(s) were unschedulable, 2 node(s) didn't match pod anti-affinity rules",
    antiAffinity,
    /anti-affinity.*2 of 3/,
  ],
  ["3 node(s) didn't satisfy existing pods anti-affinity rules", antiAffinity, /running pods/],
  ["3 node(s) didn't match pod topology spread constraints", spread, /topology spread/],
  ["3 node(s) didn't have free ports for the requested pod ports", hostPort, /host port/],
  ['3 node(s) had volume node affinity conflict', volumeAffinity, /Volume node affinity conflict/],
  ['3 node(s) exceed max volume count', volumeLimit, /max volume count/],
  ["3 node(s) didn't find available persistent volumes to bind", volumeBinding, /No volume can be bound/],
  ['node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode', rwop, /in use/],
  ['pod has unbound immediate PersistentVolumeClaims', unbound, /unbound claim/],
  ['3 csi.example.com CSI driver is not installed on the node', csiMissing, /csi\.example\.com/],
  ['cannot allocate all claims', dra, /resource claim/],
];

describe.each(WORDS)('%s', (words, check, message) => {
  const text = `0/3 nodes are available: ${words}. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.`;
  it(`is ${check.id}, from the event alone`, async () => {
    const { found, first } = await run(check, { objects: [refused(text)], complete: false });
    expect(found).toHaveLength(1);
    expect(first?.severity).toBe('critical');
    expect(first?.subject).toMatchObject({ kind: 'Pod', name: NAME, workload: { kind: 'Deployment', name: 'web' } });
    expect(first?.message).toMatch(message);
    expect(first?.message).toContain('0/3 nodes are available');
    expect(first?.message).not.toContain('preemption:');
    expect(first?.evidence[0]?.text).toContain(words);
  });
  it('is past once the pod has a node, and not judged without pods and events', async () => {
    expect(
      (await run(check, { objects: [refused(text), aPod(NAME)] })).found.filter((one) => one.severity !== 'info'),
    ).toEqual([]);
    const scheduled = anEvent({ kind: 'Pod', name: NAME }, 'Scheduled', 'Successfully assigned shop/web to node-1', {
      type: 'Normal',
      lastTimestamp: ago(10),
    });
    expect((await run(check, { objects: [refused(text), scheduled], complete: false })).found).toEqual([]);
    expect((await run(check, {})).outcome).toBe('not-checked');
  });
});

describe('which reason decides', () => {
  it('is not the taint of the control plane', async () => {
    const text =
      '0/2 nodes are available: 1 Insufficient cpu, 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }.';
    const objects = [
      pending(requesting({ cpu: '3' })),
      refused(text),
      controlPlane,
      aNode('a'),
      aPod('hog', { metadata: { ownerReferences: undefined }, spec: { nodeName: 'a', ...requesting({ cpu: '2' }) } }),
    ];
    expect((await run(taintUntolerated, { objects })).found).toEqual([]);
    const { first } = await run(insufficientCpu, { objects });
    expect(first?.message).toContain('requests 3 of cpu, the most that is free on a node is 2 of 4 (a)');
    expect(first?.fix?.[0]).toContain('Lower the cpu request from 3 to at most 2: the pod then fits on a');
  });

  it('is what keeps the pod off the nodes that its selector asks for', async () => {
    const text =
      "0/3 nodes are available: 1 node(s) had untolerated taint {dedicated: db}, 2 node(s) didn't match Pod's node affinity/selector.";
    const objects = [
      pending({ nodeSelector: { pool: 'db' } }),
      refused(text),
      aNode('a'),
      aNode('b'),
      aNode('db-1', {
        metadata: { labels: { 'kubernetes.io/hostname': 'db-1', pool: 'db' } },
        spec: { taints: [{ key: 'dedicated', value: 'db', effect: 'NoSchedule' }] },
      }),
    ];
    const { first } = await run(taintUntolerated, { objects });
    expect(first?.message).toContain('dedicated=db:NoSchedule on 1 of 3 nodes (db-1)');
    expect(first?.fix?.[0]).toMatch(/^Tolerate the taint dedicated=db:NoSchedule.*fits on db-1$/);
    expect(first?.related).toContainEqual({ kind: 'Node', name: 'db-1' });
    expect((await run(selectorMismatch, { objects })).found).toEqual([]);
  });

  it('is the selector when no worker has the label, whatever is cordoned', async () => {
    const text =
      "0/3 nodes are available: 1 node(s) were unschedulable, 2 node(s) didn't match Pod's node affinity/selector.";
    const objects = [
      pending({ nodeSelector: { disk: 'sssd' } }),
      refused(text),
      aNode('cp', { metadata: { labels: role }, spec: { unschedulable: true } }),
      aNode('a', { metadata: { labels: { 'kubernetes.io/hostname': 'a', disk: 'ssd' } } }),
      aNode('b'),
    ];
    const { first } = await run(selectorMismatch, { objects });
    expect(first?.message).toContain('disk=sssd');
    expect(first?.message).toContain('was "ssd" meant?');
    expect((await run(nodeCordoned, { objects })).found.every((one) => one.severity === 'info')).toBe(true);
    expect((await run(affinityMismatch, { objects })).found).toEqual([]);
  });

  it('is the affinity when the spec has no selector; a described pod without either has an affinity too', async () => {
    const text = "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.";
    const affinity = {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: 'zone', operator: 'In', values: ['east'] }] }],
        },
      },
    };
    const west = aNode('a', { metadata: { labels: { 'kubernetes.io/hostname': 'a', zone: 'west' } } });
    const { first } = await run(affinityMismatch, { objects: [pending({ affinity }), refused(text), west] });
    expect(first?.message).toContain('zone=east');
    expect(first?.message).toContain('nodes have zone = west');
    expect((await run(affinityMismatch, { objects: [pending(), refused(text)] })).found).toHaveLength(1);
    expect((await run(selectorMismatch, { objects: [pending({ affinity }), refused(text), west] })).found).toEqual([]);
  });

  it('is the cordon when it hides the only nodes that match', async () => {
    const text =
      "0/3 nodes are available: 1 node(s) were unschedulable, 2 node(s) didn't match Pod's node affinity/selector.";
    const objects = [
      pending({ nodeSelector: { pool: 'db' } }),
      refused(text),
      aNode('a'),
      aNode('b'),
      aNode('db-1', {
        metadata: { labels: { 'kubernetes.io/hostname': 'db-1', pool: 'db' } },
        spec: { unschedulable: true },
      }),
    ];
    const { first } = await run(nodeCordoned, { objects });
    expect(first).toMatchObject({ severity: 'critical', subject: { kind: 'Pod', name: NAME } });
    expect(first?.message).toContain('db-1 is cordoned');
    expect(first?.fix?.join(' ')).toContain('kubectl uncordon db-1');
  });

  it('is the taint of the control plane only when the pod asks for the control plane', async () => {
    const text =
      "0/2 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 1 node(s) didn't match Pod's node affinity/selector.";
    const objects = [
      pending({ nodeSelector: { 'node-role.kubernetes.io/control-plane': '' } }),
      refused(text),
      controlPlane,
      aNode('a'),
    ];
    expect((await run(taintUntolerated, { objects })).first?.message).toContain(
      'node-role.kubernetes.io/control-plane',
    );
    const cordoned = [
      pending(),
      refused(
        '0/2 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 1 node(s) were unschedulable.',
      ),
      controlPlane,
      aNode('a', { spec: { unschedulable: true } }),
    ];
    expect((await run(taintUntolerated, { objects: cordoned })).found).toEqual([]);
    expect((await run(nodeCordoned, { objects: cordoned })).first).toMatchObject({
      severity: 'critical',
      message: expect.stringContaining('a is cordoned') as string,
    });
  });

  it('is what most nodes lack, and a cordon beside it only takes capacity away', async () => {
    const objects = [pending(), refused('0/4 nodes are available: 3 Insufficient cpu, 1 node(s) were unschedulable.')];
    const { first } = await run(nodeCordoned, { objects });
    expect(first).toMatchObject({ severity: 'warning' });
    expect(first?.message).toContain('Pending also because 1 of 4 nodes is cordoned');
  });

  it('is the affinity when only the control plane meets it by accident', async () => {
    const not = { matchExpressions: [{ key: 'disk', operator: 'NotIn', values: ['hdd'] }] };
    const affinity = { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [not] } } };
    const text =
      "0/2 nodes are available: 1 node(s) didn't match Pod's node affinity/selector, 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }.";
    const hdd = aNode('a', { metadata: { labels: { 'kubernetes.io/hostname': 'a', disk: 'hdd' } } });
    const objects = [pending({ affinity }), refused(text), controlPlane, hdd];
    expect((await run(affinityMismatch, { objects })).found).toHaveLength(1);
    expect((await run(taintUntolerated, { objects })).found).toEqual([]);
  });

  it('adds the sick node to the full ones', async () => {
    const text =
      '0/3 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/unreachable: }, 2 Too many pods.';
    expect((await run(tooManyPods, { objects: [refused(text)], complete: false })).first?.severity).toBe('critical');
    expect((await run(conditionTaints, { objects: [refused(text)], complete: false })).first).toMatchObject({
      severity: 'warning',
      variant: 'unreachable',
    });
  });

  it('comes from the filters alone when there is no event', async () => {
    const objects = [pending(requesting({ memory: '20Gi' })), aNode('a')];
    const { first } = await run(insufficientMemory, { objects });
    expect(first).toMatchObject({ confidence: 'medium' });
    expect(first?.message).toContain('requests 20Gi of memory');
    expect(
      (await run(insufficientMemory, { objects: [pending(requesting({ memory: '2Gi' })), aNode('a')] })).found,
    ).toEqual([]);
  });
});

describe('sched-request-exceeds-largest-node', () => {
  const text = '0/2 nodes are available: 2 Insufficient memory.';
  it('says the request and the largest node', async () => {
    const { first } = await run(exceedsLargest, {
      objects: [pending(requesting({ memory: '20Gi' })), refused(text), aNode('a'), aNode('b')],
    });
    expect(first).toMatchObject({ variant: 'memory', severity: 'critical' });
    expect(first?.message).toMatch(/requests 20Gi of memory.*only 15Gi allocatable/);
    expect(first?.evidence.map((one) => one.text).join()).toContain('20Gi');
  });
  it('is silent when an empty node would do, and not judged without nodes', async () => {
    expect(
      (
        await run(exceedsLargest, {
          objects: [pending(requesting({ memory: '8Gi' })), refused(text), aNode('a'), aNode('b')],
        })
      ).found,
    ).toEqual([]);
    expect((await run(exceedsLargest, { objects: [pending(), refused(text)] })).outcome).toBe('not-checked');
  });
});

describe('extended resources', () => {
  const gpuNode = (allocatable: string, taints: object[] = []) =>
    aNode('gpu-1', {
      spec: { taints },
      status: {
        capacity: { cpu: '8', memory: '64Gi', pods: '110', 'nvidia.com/gpu': '4' },
        allocatable: { cpu: '8', memory: '60Gi', pods: '110', 'nvidia.com/gpu': allocatable },
      },
    });
  const wantsGpu = pending(requesting({ 'nvidia.com/gpu': '1' }));
  it('absent everywhere are named with what is left of them', async () => {
    const text = '0/2 nodes are available: 2 Insufficient nvidia.com/gpu.';
    const { first } = await run(extendedAbsent, { objects: [wantsGpu, refused(text), gpuNode('0'), aNode('a')] });
    expect(first?.message).toContain('none of the 2 nodes advertises');
    expect(first?.message).toContain('gpu-1 has capacity for it but 0 allocatable');
    expect((await run(extendedAbsent, { objects: [wantsGpu, refused(text), gpuNode('4'), aNode('a')] })).found).toEqual(
      [],
    );
  });
  it('held by others are named with their holders', async () => {
    const holder = aPod('train-1', {
      metadata: { ownerReferences: undefined },
      spec: { nodeName: 'gpu-1', ...requesting({ 'nvidia.com/gpu': '4' }) },
    });
    const text = '0/2 nodes are available: 2 Insufficient nvidia.com/gpu.';
    const { first } = await run(insufficientExtended, {
      objects: [wantsGpu, refused(text), gpuNode('4'), aNode('a'), holder],
    });
    expect(first?.message).toContain('held by shop/train-1');
    expect(first?.message).toContain('free on a node is 0 of 4 (gpu-1)');
  });
  it('behind a taint are the taint, not the nodes without GPUs', async () => {
    const text =
      '0/2 nodes are available: 1 Insufficient nvidia.com/gpu, 1 node(s) had untolerated taint {nvidia.com/gpu: present}.';
    const objects = [
      wantsGpu,
      refused(text),
      gpuNode('4', [{ key: 'nvidia.com/gpu', value: 'present', effect: 'NoSchedule' }]),
      aNode('a'),
    ];
    expect((await run(gpuTaint, { objects })).first?.message).toContain('nvidia.com/gpu=present:NoSchedule');
    expect((await run(insufficientExtended, { objects })).found).toEqual([]);
  });
});

describe('sched-no-nodes and pod-unschedulable', () => {
  it('speak of a cluster without nodes', async () => {
    const objects = [pending(), refused('no nodes available to schedule pods')];
    expect((await run(noNodes, { objects })).found).toHaveLength(1);
    expect((await run(podUnschedulable, { objects })).first?.message).toContain('no nodes available');
  });
  it('fold the pods of one workload', async () => {
    const text = '0/1 nodes are available: 1 Insufficient cpu.';
    const other = 'web-5d9c7b8f6d-zzzzz';
    const { found } = await run(podUnschedulable, { objects: [refused(text), refused(text, other)], complete: false });
    expect(found).toHaveLength(1);
    expect(found[0]?.also).toHaveLength(1);
  });
  it('leave pods alone that a listing does not show any more', async () => {
    const objects = [
      refused('0/1 nodes are available: 1 Insufficient cpu.'),
      aPod('other-1', { metadata: { ownerReferences: undefined } }),
    ];
    expect((await run(podUnschedulable, { objects })).found).toEqual([]);
  });
});

describe('sched-volume-node-affinity-conflict', () => {
  it('names the volume, its node, and why that node refuses', async () => {
    const text =
      "0/2 nodes are available: 1 node(s) didn't match Pod's node affinity/selector, 1 node(s) had volume node affinity conflict.";
    const volume = {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: 'pv-local' },
      spec: {
        claimRef: { namespace: 'shop', name: 'data' },
        nodeAffinity: {
          required: {
            nodeSelectorTerms: [
              { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['a'] }] },
            ],
          },
        },
      },
    };
    const claim = {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'data', namespace: 'shop' },
      spec: { volumeName: 'pv-local' },
      status: { phase: 'Bound' },
    };
    const objects = [
      pending({
        nodeSelector: { disk: 'ssd' },
        volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'data' } }],
      }),
      refused(text),
      aNode('a'),
      aNode('b', { metadata: { labels: { 'kubernetes.io/hostname': 'b', disk: 'ssd' } } }),
      volume,
      claim,
    ];
    const { first } = await run(volumeAffinity, { objects });
    expect(first?.message).toContain('pv-local is pinned to kubernetes.io/hostname in [a]');
    expect(first?.message).toContain("a (node(s) didn't match Pod's node affinity/selector)");
    expect(first?.related).toContainEqual({ kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'data' });
  });
});

describe('a paste without namespaces', () => {
  const text = '0/1 nodes are available: 1 Insufficient cpu.';
  const event = (namespace?: string) => ({
    ...refused(text),
    metadata: namespace === undefined ? {} : { namespace },
    involvedObject: { kind: 'Pod', name: NAME, ...(namespace === undefined ? {} : { namespace }) },
  });
  const row = (phase: string) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: NAME }, status: { phase } });
  it('joins pods and events by name', async () => {
    for (const objects of [
      [event(), pending()],
      [event('shop'), row('Pending')],
      [event(), row('Pending')],
    ])
      expect((await run(insufficientCpu, { objects, complete: false })).found).toHaveLength(1);
    expect((await run(insufficientCpu, { objects: [event('shop'), row('Running')], complete: false })).found).toEqual(
      [],
    );
  });
});
