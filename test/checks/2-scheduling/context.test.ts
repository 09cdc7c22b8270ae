/** What is not a reason of its own: gates, schedulers, budgets, autoscalers, and notes about nodes. */
import { describe, expect, it } from 'vitest';
import autoscaler from '../../../src/checks/2-scheduling/autoscaler-no-scale-up.ts';
import daemonPod from '../../../src/checks/2-scheduling/daemonset-pod-unschedulable.ts';
import burst from '../../../src/checks/2-scheduling/hpa-burst-exceeds-capacity.ts';
import overcommitted from '../../../src/checks/2-scheduling/node-limits-overcommitted.ts';
import saturated from '../../../src/checks/2-scheduling/node-requests-saturated.ts';
import pdbBlocks from '../../../src/checks/2-scheduling/pdb-blocks-drain.ts';
import pdbMisconfigured from '../../../src/checks/2-scheduling/pdb-misconfigured.ts';
import neverProcessed from '../../../src/checks/2-scheduling/pod-never-processed.ts';
import inversion from '../../../src/checks/2-scheduling/priority-inversion-system-pods.ts';
import farAbove from '../../../src/checks/2-scheduling/requests-far-above-usage.ts';
import fragmentation from '../../../src/checks/2-scheduling/sched-fragmentation.ts';
import gated from '../../../src/checks/2-scheduling/sched-gated.ts';
import unschedulable from '../../../src/checks/2-scheduling/pod-unschedulable.ts';
import unparsed from '../../../src/checks/2-scheduling/sched-message-unparsed.ts';
import mig from '../../../src/checks/2-scheduling/sched-mig-resource-mismatch.ts';
import nodeName from '../../../src/checks/2-scheduling/sched-nodename-invalid.ts';
import nominated from '../../../src/checks/2-scheduling/sched-nominated-waiting.ts';
import preemption from '../../../src/checks/2-scheduling/sched-preemption-failed.ts';
import disagrees from '../../../src/checks/2-scheduling/sched-simulation-disagrees.ts';
import unknownScheduler from '../../../src/checks/2-scheduling/sched-unknown-scheduler.ts';
import toleratedByNone from '../../../src/checks/2-scheduling/taint-tolerated-by-none.ts';
import { ago, aDeployment, aNode, anEvent, aPod, run } from '../../build.ts';

type Deep = Record<string, unknown>;
const NAME = 'web-5d9c7b8f6d-k2xvq';
const pending = (spec: Deep = {}, status: Deep = {}, metadata: Deep = {}) =>
  aPod(NAME, {
    metadata,
    spec: { nodeName: undefined, ...spec },
    status: { phase: 'Pending', podIP: undefined, conditions: undefined, containerStatuses: undefined, ...status },
  });
const bare = (name: string, node: string, requests: Deep = {}, limits: Deep = {}) =>
  aPod(name, {
    metadata: { ownerReferences: undefined },
    spec: { nodeName: node, containers: [{ name: 'a', resources: { requests, limits } }] },
  });
const asking = (requests: Deep) => ({ containers: [{ name: 'a', resources: { requests } }] });
const event = (message: string, over: Deep = {}) =>
  anEvent({ kind: 'Pod', name: NAME }, 'FailedScheduling', message, over);
const checks = [
  autoscaler,
  daemonPod,
  overcommitted,
  saturated,
  pdbBlocks,
  neverProcessed,
  inversion,
  gated,
  nodeName,
  nominated,
  unknownScheduler,
  toleratedByNone,
  pdbMisconfigured,
  burst,
  farAbove,
  fragmentation,
  mig,
  disagrees,
];

it.each(checks)('$id is not judged without its facts, and silent on a healthy cluster', async (check) => {
  expect((await run(check, {})).outcome).toBe('not-checked');
  const objects = [aPod(NAME), aNode('node-1'), aDeployment()];
  expect((await run(check, { objects })).found).toEqual([]);
});

describe('pods that the scheduler has not looked at', () => {
  it('are never processed, when a minute has passed', async () => {
    const { first } = await run(neverProcessed, { objects: [pending()] });
    expect(first?.message).toContain('60 min without a node');
    expect((await run(neverProcessed, { objects: [pending({}, {}, { creationTimestamp: ago(20) })] })).found).toEqual(
      [],
    );
    expect((await run(neverProcessed, { objects: [pending({ schedulingGates: [{ name: 'q' }] })] })).found).toEqual([]);
    expect(
      (await run(neverProcessed, { objects: [pending(), event('0/1 nodes are available: 1 Insufficient cpu.')] }))
        .found,
    ).toEqual([]);
    expect(
      (
        await run(neverProcessed, {
          objects: [pending({}, { conditions: [{ type: 'PodScheduled', status: 'False' }] })],
        })
      ).found,
    ).toEqual([]);
  });
  it('are held by gates', async () => {
    expect(
      (await run(gated, { objects: [pending({ schedulingGates: [{ name: 'kueue.x-k8s.io/admission' }] })] })).first
        ?.message,
    ).toContain('kueue');
  });
  it('name a scheduler that nobody runs', async () => {
    const objects = [pending({ schedulerName: 'packer' })];
    expect((await run(unknownScheduler, { objects })).first?.message).toContain('"packer"');
    expect((await run(unknownScheduler, { objects: [...objects, bare('packer-0', 'node-1')] })).found).toEqual([]);
  });
  it('are bound to nodes that do not exist', async () => {
    const lost = pending({ nodeName: 'gone' });
    expect((await run(nodeName, { objects: [lost, aNode('node-1')] })).first?.related).toEqual([
      { kind: 'Node', name: 'gone' },
    ]);
    expect(
      (await run(nodeName, { objects: [pending({ nodeName: 'gone' }, { startTime: ago(60) }), aNode('node-1')] }))
        .found,
    ).toEqual([]);
  });
});

describe('a DaemonSet that is wanted on no node', () => {
  const set = (tolerations: object[]) => ({
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'meter', namespace: 'shop' },
    spec: { template: { spec: { tolerations } } },
    status: { desiredNumberScheduled: 0, currentNumberScheduled: 0 },
  });
  const cordon = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };
  const role = { key: 'role', value: 'ink', effect: 'NoSchedule' };
  const told = async (tolerations: object[], ...nodes: object[][]) => {
    const objects = nodes.map((taints, i) => aNode(`node-${i}`, { spec: { taints } }));
    return (await run(daemonPod, { objects: [set(tolerations), ...objects] })).first?.message;
  };
  it('is kept off by a taint of each, and by none that all DaemonSets tolerate', async () => {
    expect(await told([], [cordon, role], [role])).toBe(
      'DaemonSet meter gets no pods: node node-0 has the taint role=ink:NoSchedule, and the other 1 nodes are tainted too',
    );
    expect(await told([], [cordon], [role])).toBeUndefined();
    expect(await told([{ key: 'role', operator: 'Exists' }], [role], [role])).toBeUndefined();
    expect(await told([], [role], [])).toBeUndefined();
  });
});

describe('words of the scheduler', () => {
  it('that nobody knows are shown as they stand', async () => {
    expect(
      (
        await run(unparsed, {
          objects: [pending(), event('0/2 nodes are available: 2 node(s) failed our house rule.')],
        })
      ).first?.message,
    ).toContain('failed our house rule');
    expect(
      (await run(unparsed, { objects: [pending(), event('0/2 nodes are available: 2 Insufficient cpu.')] })).found,
    ).toEqual([]);
  });
  it('in the own words of another scheduler say why the pod waits', async () => {
    const verdict = event('Pod not supported on Fargate: volumes not supported: data is of an unsupported volume Type');
    const { first } = await run(unschedulable, { objects: [pending({ schedulerName: 'fargate-scheduler' }), verdict] });
    expect(first).toMatchObject({ variant: 'own-words', severity: 'critical' });
    expect(first?.message).toContain('unsupported volume Type');
    const gang = pending(
      { schedulerName: 'volcano' },
      {
        conditions: [
          { type: 'PodScheduled', status: 'False', message: '2/3 tasks in gang unschedulable: pod group is not ready' },
        ],
      },
    );
    expect((await run(unschedulable, { objects: [gang] })).first?.message).toContain(
      'volcano says: "2/3 tasks in gang',
    );
    const placed = aPod(NAME);
    expect((await run(unschedulable, { objects: [placed, verdict] })).found).toEqual([]);
  });
  it('about preemption are kept where it could have helped', async () => {
    const text = '0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available: 1 ';
    expect(
      (
        await run(preemption, {
          objects: [event(`${text}No preemption victims found for incoming pod.`)],
          complete: false,
        })
      ).found,
    ).toHaveLength(1);
    expect(
      (await run(preemption, { objects: [event(`${text}Preemption is not helpful for scheduling.`)], complete: false }))
        .found,
    ).toEqual([]);
  });
  it('that the filters do not confirm are doubted', async () => {
    const objects = [pending(asking({ cpu: '1' })), event('0/1 nodes are available: 1 Insufficient cpu.'), aNode('a')];
    expect((await run(disagrees, { objects })).first?.message).toContain('fits on a');
    expect((await run(disagrees, { objects: [pending(asking({ cpu: '5' })), ...objects.slice(1)] })).found).toEqual([]);
  });
  it('of autoscalers are read too', async () => {
    const objects = [
      pending(),
      event('0/1 nodes are available: 1 Insufficient cpu.'),
      anEvent(
        { kind: 'Pod', name: NAME },
        'NotTriggerScaleUp',
        "pod didn't trigger scale-up: 1 max node group size reached",
      ),
    ];
    expect((await run(autoscaler, { objects })).first?.message).toContain('max node group size reached');
    const karpenter = event('Failed to schedule pod, incompatible with nodepool "default"', {
      source: { component: 'karpenter' },
    });
    expect((await run(autoscaler, { objects: [pending(), karpenter] })).first?.message).toContain('nodepool');
  });
});

describe('nodes', () => {
  it('are saturated by requests, and overcommitted by limits', async () => {
    const objects = [aNode('a'), bare('x', 'a', { cpu: '3800m' }, { memory: '20Gi' })];
    expect((await run(saturated, { objects })).first).toMatchObject({ variant: 'cpu', severity: 'info' });
    expect((await run(overcommitted, { objects })).first?.message).toContain('20Gi');
    expect((await run(saturated, { objects: [aNode('a'), bare('x', 'a', { cpu: '3' })] })).found).toEqual([]);
  });
  it('hold scattered rests', async () => {
    const objects = [
      pending(asking({ cpu: '3' })),
      aNode('a'),
      aNode('b'),
      bare('x', 'a', { cpu: '2' }),
      bare('y', 'b', { cpu: '2' }),
    ];
    expect((await run(fragmentation, { objects })).first?.message).toContain(
      '4 are free over 2 nodes, but at most 2 on one',
    );
    expect((await run(fragmentation, { objects: [pending(asking({ cpu: '5' })), ...objects.slice(1)] })).found).toEqual(
      [],
    );
  });
  it('are reserved more than used', async () => {
    const parts = {
      objects: [pending(asking({ cpu: '3' })), aNode('a'), bare('x', 'a', { cpu: '3500m' })],
      facts: { nodeUsage: [{ name: 'a', cpuMilli: 400 }] },
    };
    expect((await run(farAbove, parts)).first?.message).toMatch(/88% of its cpu is requested, 10% used/);
    expect((await run(farAbove, { ...parts, facts: { nodeUsage: [{ name: 'a', cpuMilli: 3000 }] } })).found).toEqual(
      [],
    );
  });
  it('carry taints for nobody', async () => {
    const tainted = aNode('a', { spec: { taints: [{ key: 'team', value: 'x', effect: 'NoSchedule' }] } });
    expect((await run(toleratedByNone, { objects: [tainted, bare('p', 'b')] })).first?.variant).toBe('team');
    const meant = aPod('q', { spec: { tolerations: [{ key: 'team', operator: 'Exists' }] } });
    expect((await run(toleratedByNone, { objects: [tainted, meant] })).found).toEqual([]);
  });
  it('advertise MIG profiles in place of GPUs', async () => {
    const node = aNode('g', {
      status: { allocatable: { cpu: '8', memory: '60Gi', pods: '110', 'nvidia.com/mig-1g.5gb': '7' } },
    });
    const objects = [
      pending(asking({ 'nvidia.com/gpu': '1' })),
      event('0/1 nodes are available: 1 Insufficient nvidia.com/gpu.'),
      node,
    ];
    expect((await run(mig, { objects })).first?.message).toContain('advertise nvidia.com/mig-1g.5gb');
    expect(
      (await run(mig, { objects: [pending(asking({ 'nvidia.com/mig-1g.5gb': '1' })), ...objects.slice(1)] })).found,
    ).toEqual([]);
  });
});

describe('workloads around scheduling', () => {
  it('DaemonSet pods belong to one node', async () => {
    const pod = pending({}, {}, { ownerReferences: [{ kind: 'DaemonSet', name: 'agent', controller: true }] });
    expect(
      (await run(daemonPod, { objects: [pod, event('0/1 nodes are available: 1 Insufficient cpu.')] })).first?.message,
    ).toContain('DaemonSet agent');
  });
  it('nominated pods wait for victims', async () => {
    const leaving = aPod('old', { metadata: { deletionTimestamp: ago(60) }, spec: { nodeName: 'node-1' } });
    expect(
      (await run(nominated, { objects: [pending({}, { nominatedNodeName: 'node-1' }), leaving] })).first?.message,
    ).toContain('for old to terminate');
  });
  it('system pods want a system priority', async () => {
    const dns = (priority: number) =>
      aPod('coredns-5d9c7b8f6d-k2xvq', {
        metadata: { namespace: 'kube-system', ownerReferences: undefined },
        spec: { priority },
      });
    expect((await run(inversion, { objects: [dns(0)] })).found).toHaveLength(1);
    expect((await run(inversion, { objects: [dns(2_000_000_000)] })).found).toEqual([]);
  });
  it('pdb-blocks-drain: an eviction that was refused', async () => {
    const line = `error when evicting pods/"${NAME}" -n "shop" (will retry after 5s): Cannot evict pod as it would violate the pod's disruption budget.`;
    const logs = [{ class: 'text' as const, lines: [line] }];
    const alone = await run(pdbBlocks, { logs });
    expect(alone.first).toMatchObject({ variant: 'refused', severity: 'warning', subject: { name: NAME } });
    expect(alone.first?.message).toContain('PodDisruptionBudget');
    // A row of `kubectl get pdb` does not say how many pods there are.
    const row = {
      kind: 'PodDisruptionBudget',
      metadata: { name: 'web', namespace: 'shop' },
      status: { disruptionsAllowed: 0 },
    };
    const known = await run(pdbBlocks, { objects: [row], logs });
    expect(known.found).toHaveLength(1);
    expect(known.first).toMatchObject({ severity: 'warning', subject: { kind: 'PodDisruptionBudget', name: 'web' } });
    expect(known.first?.message).toContain(`the drain cannot evict ${NAME}`);
    expect((await run(pdbBlocks, { objects: [row] })).found).toEqual([]);
  });

  it('sched-gated: a row of a table', async () => {
    const row = { kind: 'Pod', metadata: { name: 'a', namespace: 'shop' }, status: { phase: 'Pending' } };
    const held = { ...row, status: { phase: 'Pending', reason: 'SchedulingGated' } };
    expect((await run(gated, { objects: [held] })).first?.subject.name).toBe('a');
    expect((await run(gated, { objects: [row] })).found).toEqual([]);
    expect((await run(gated, { objects: [held] })).first?.severity).toBe('info');
    const long = { ...held, metadata: { ...held.metadata, creationTimestamp: ago(3600) } };
    expect((await run(gated, { objects: [long] })).first?.severity).toBe('warning');
  });

  it('budgets block drains, match nothing, or overlap', async () => {
    const budget = (name: string, app: string, status: Deep) => ({
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name, namespace: 'shop' },
      spec: { minAvailable: 1, selector: { matchLabels: { app } } },
      status,
    });
    const blocked = budget('b', 'web', {
      disruptionsAllowed: 0,
      expectedPods: 1,
      currentHealthy: 1,
      desiredHealthy: 1,
    });
    expect((await run(pdbBlocks, { objects: [blocked, aPod(NAME), aNode('node-1')] })).first).toMatchObject({
      severity: 'info',
      variant: 'structural',
    });
    expect(
      (await run(pdbBlocks, { objects: [blocked, aPod(NAME), aNode('node-1', { spec: { unschedulable: true } })] }))
        .first?.severity,
    ).toBe('warning');
    expect(
      (await run(pdbBlocks, { objects: [budget('b', 'web', { disruptionsAllowed: 1, expectedPods: 2 })] })).found,
    ).toEqual([]);
    expect(
      (await run(pdbMisconfigured, { objects: [budget('b', 'gone', { expectedPods: 0 }), aPod(NAME)] })).first?.variant,
    ).toBe('matches-nothing');
    expect(
      (await run(pdbMisconfigured, { objects: [budget('a', 'web', {}), budget('b', 'web', {}), aPod(NAME)] })).first
        ?.variant,
    ).toBe('overlap');
  });
  it('autoscalers may ask for more than there is', async () => {
    const hpa = (max: number) => ({
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'web', namespace: 'shop' },
      spec: { maxReplicas: max, scaleTargetRef: { kind: 'Deployment', name: 'web' } },
      status: { currentReplicas: 2 },
    });
    const workload = aDeployment('web', { spec: { template: { spec: asking({ cpu: '1' }) } } });
    const others = [workload, aNode('node-1'), bare('x', 'node-1', { cpu: '1' })];
    expect((await run(burst, { objects: [hpa(20), ...others] })).first?.message).toContain('may add 18 replicas');
    expect((await run(burst, { objects: [hpa(4), ...others] })).found).toEqual([]);
  });
});
