import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Pod } from '../../../src/snapshot/kinds/index.ts';
import { askFor, viewCluster, without } from '../../../src/simulation/scheduler/cluster.ts';
import { acceptsNode, tolerates } from '../../../src/simulation/scheduler/filters/node.ts';
import { podRequests } from '../../../src/simulation/scheduler/requests.ts';
import { isFeasible, simulate } from '../../../src/simulation/scheduler/simulate.ts';
import { suggest } from '../../../src/simulation/scheduler/suggest.ts';
import { aNode, aPod, snapshotOf } from '../../build.ts';

const GIB = 1024 ** 3;
const PENDING = {
  phase: 'Pending',
  podIP: undefined,
  conditions: [{ type: 'PodScheduled', status: 'False' }],
  containerStatuses: undefined,
};

/** A pod without a node, named new-1. */
const waiting = (spec: object, metadata: object = {}) =>
  aPod('new-1', {
    metadata: { ownerReferences: undefined, labels: { app: 'new' }, ...metadata },
    spec: { nodeName: undefined, ...spec },
    status: PENDING,
  });

const running = (name: string, node: string, spec: object = {}, labels: object = { app: 'web' }) =>
  aPod(name, { metadata: { ownerReferences: undefined, labels }, spec: { nodeName: node, ...spec } });

const requesting = (requests: object, limits?: object) => ({
  containers: [{ name: 'app', image: 'x', resources: { requests, ...(limits ? { limits } : {}) } }],
});

async function verdicts(pod: object, ...others: object[]) {
  const snapshot = await snapshotOf({ objects: [pod, ...others] });
  const cluster = viewCluster(snapshot);
  const view = askFor(snapshot, snapshot.get('pods', 'shop', 'new-1') as Pod);
  return { view, cluster, found: simulate(view, cluster) };
}
const said = (found: Awaited<ReturnType<typeof verdicts>>['found'], node: string) =>
  found.find((one) => one.node.name === node)?.rejections.map((one) => one.kind);

describe('requests', () => {
  it('are the larger of running together and the init peak, plus overhead', () => {
    const requests = podRequests({
      containers: [
        { name: 'a', resources: { requests: { cpu: '500m', memory: '1Gi' } } },
        { name: 'b', resources: { limits: { cpu: '250m' } } },
      ],
      initContainers: [
        { name: 'sidecar', restartPolicy: 'Always', resources: { requests: { cpu: '100m' } } },
        { name: 'init', resources: { requests: { cpu: '2', memory: '100Mi' } } },
      ],
      overhead: { memory: '64Mi' },
    });
    expect(requests.get('cpu')).toBeCloseTo(2.1); // sidecar + init
    expect(requests.get('memory')).toBe(GIB + 64 * 1024 ** 2);
  });
  it('give way to pod-level resources', () => {
    const requests = podRequests({
      containers: [{ name: 'a', resources: { requests: { cpu: '1' } } }],
      resources: { requests: { cpu: '3' } },
    });
    expect(requests.get('cpu')).toBe(3);
  });
});

describe('filters', () => {
  it('find resources by request, with the shortfall', async () => {
    const { found } = await verdicts(
      waiting(requesting({ cpu: '2' })),
      aNode('full'),
      aNode('free'),
      running('hog', 'full', requesting({ cpu: '3' })),
    );
    expect(said(found, 'full')).toEqual(['resource']);
    expect(found[1]?.rejections[0]).toMatchObject({ resource: 'cpu', wanted: 2, free: 1, allocatable: 4 });
    expect(said(found, 'free')).toEqual([]);
  });

  it('do not count finished pods, and count terminating ones', async () => {
    const done = aPod('done', { spec: { nodeName: 'a', ...requesting({ cpu: '3' }) }, status: { phase: 'Succeeded' } });
    const leaving = aPod('leaving', {
      metadata: { deletionTimestamp: '2026-03-01T11:59:00Z' },
      spec: { nodeName: 'b', ...requesting({ cpu: '3' }) },
    });
    const { found } = await verdicts(waiting(requesting({ cpu: '2' })), aNode('a'), aNode('b'), done, leaving);
    expect(said(found, 'a')).toEqual([]);
    expect(said(found, 'b')).toEqual(['resource']);
  });

  it('see cordons, taints and selectors, all of them at once', async () => {
    const { found } = await verdicts(
      waiting({ nodeSelector: { disk: 'ssd' } }),
      aNode('cordoned', { spec: { unschedulable: true } }),
      aNode('tainted', { spec: { taints: [{ key: 'dedicated', value: 'db', effect: 'NoSchedule' }] } }),
      aNode('preferred', {
        metadata: { labels: { disk: 'ssd' } },
        spec: { taints: [{ key: 'x', effect: 'PreferNoSchedule' }] },
      }),
    );
    expect(said(found, 'cordoned')).toEqual(['cordoned', 'node-affinity']);
    expect(said(found, 'tainted')).toEqual(['taint', 'node-affinity']);
    expect(said(found, 'preferred')).toEqual([]);
  });

  it('match node affinity terms by or, expressions by and, fields by name', () => {
    const spec = (terms: object[]) => ({
      affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } } },
    });
    const zone = { key: 'zone', operator: 'In', values: ['a', 'b'] };
    const gpu = { key: 'gpus', operator: 'Gt', values: ['2'] };
    expect(acceptsNode(spec([{ matchExpressions: [zone, gpu] }]), { zone: 'a', gpus: '4' }, 'n')).toBe(true);
    expect(acceptsNode(spec([{ matchExpressions: [zone, gpu] }]), { zone: 'a', gpus: '2' }, 'n')).toBe(false);
    expect(acceptsNode(spec([{ matchExpressions: [gpu] }, { matchExpressions: [zone] }]), { zone: 'b' }, 'n')).toBe(
      true,
    );
    expect(acceptsNode(spec([{}]), {}, 'n')).toBe(false);
    const field = { matchFields: [{ key: 'metadata.name', operator: 'In', values: ['n'] }] };
    expect(acceptsNode(spec([field]), {}, 'n')).toBe(true);
    expect(acceptsNode(spec([field]), {}, 'm')).toBe(false);
  });

  it('match tolerations by key, value and effect', () => {
    const taint = { key: 'dedicated', value: 'db', effect: 'NoSchedule' };
    expect(tolerates({ key: 'dedicated', operator: 'Exists' }, taint)).toBe(true);
    expect(tolerates({ key: 'dedicated', value: 'db' }, taint)).toBe(true);
    expect(tolerates({ key: 'dedicated', value: 'web' }, taint)).toBe(false);
    expect(tolerates({ key: 'dedicated', operator: 'Exists', effect: 'NoExecute' }, taint)).toBe(false);
    expect(tolerates({ operator: 'Exists' }, taint)).toBe(true);
    expect(tolerates({ value: 'db' }, taint)).toBe(false);
  });

  it('find host ports by protocol and address', async () => {
    const port = (hostPort: number, protocol = 'TCP', hostIP?: string) => ({
      containers: [{ name: 'a', ports: [{ containerPort: 1, hostPort, protocol, ...(hostIP ? { hostIP } : {}) }] }],
    });
    const { found } = await verdicts(
      waiting(port(80)),
      aNode('a'),
      aNode('b'),
      running('tcp', 'a', port(80, 'TCP', '10.0.0.1')),
      running('udp', 'b', port(80, 'UDP')),
    );
    expect(said(found, 'a')).toEqual(['host-ports']);
    expect(said(found, 'b')).toEqual([]);
    expect(found[0]?.rejections[0]?.because).toContain('shop/tcp');
  });

  it('count pod slots', async () => {
    const small = { status: { allocatable: { cpu: '4', memory: '8Gi', pods: '1' } } };
    const { found } = await verdicts(waiting({}), aNode('a', small), aNode('b', small), running('one', 'a'));
    expect(said(found, 'a')).toEqual(['too-many-pods']);
    expect(said(found, 'b')).toEqual([]);
  });

  it('keep anti-affine pods apart, both ways', async () => {
    const term = { labelSelector: { matchLabels: { app: 'new' } }, topologyKey: 'kubernetes.io/hostname' };
    const anti = { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } } };
    const own = await verdicts(waiting(anti), aNode('a'), aNode('b'), running('twin', 'a', {}, { app: 'new' }));
    expect(said(own.found, 'a')).toEqual(['pod-anti-affinity']);
    expect(said(own.found, 'b')).toEqual([]);
    const theirs = await verdicts(waiting({}), aNode('a'), aNode('b'), running('shy', 'a', anti, { app: 'other' }));
    expect(said(theirs.found, 'a')).toEqual(['existing-anti-affinity']);
    expect(said(theirs.found, 'b')).toEqual([]);
  });

  it('bring affine pods together, and let the first of a group start', async () => {
    const near = (app: string) => ({
      affinity: {
        podAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [
            { labelSelector: { matchLabels: { app } }, topologyKey: 'kubernetes.io/hostname' },
          ],
        },
      },
    });
    const cache = await verdicts(
      waiting(near('cache')),
      aNode('a'),
      aNode('b'),
      running('c', 'b', {}, { app: 'cache' }),
    );
    expect(said(cache.found, 'a')).toEqual(['pod-affinity']);
    expect(said(cache.found, 'b')).toEqual([]);
    const alone = await verdicts(waiting(near('new')), aNode('a'));
    expect(said(alone.found, 'a')).toEqual([]);
    const nobody = await verdicts(waiting(near('gone')), aNode('a'));
    expect(said(nobody.found, 'a')).toEqual(['pod-affinity']);
  });

  it('spread over domains up to maxSkew', async () => {
    const spread = {
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: 'zone',
          whenUnsatisfiable: 'DoNotSchedule',
          labelSelector: { matchLabels: { app: 'new' } },
        },
      ],
    };
    const zone = (name: string, value?: string) =>
      aNode(name, { metadata: { labels: { 'kubernetes.io/hostname': name, ...(value ? { zone: value } : {}) } } });
    const { found } = await verdicts(
      waiting(spread),
      zone('a', 'z1'),
      zone('b', 'z2'),
      zone('c'),
      running('p', 'a', {}, { app: 'new' }),
    );
    expect(said(found, 'a')).toEqual(['topology-spread']);
    expect(said(found, 'b')).toEqual([]);
    expect(found.find((one) => one.node.name === 'c')?.rejections[0]?.text).toContain('missing required label');
  });

  it('follow bound volumes to their node, and count attachments', async () => {
    const claim = (name: string, volumeName: string) => ({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name, namespace: 'shop' },
      spec: { volumeName, accessModes: ['ReadWriteOnce'] },
      status: { phase: 'Bound' },
    });
    const mount = (claimName: string) => ({ volumes: [{ name: 'd', persistentVolumeClaim: { claimName } }] });
    const local = {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: 'pv-1' },
      spec: {
        nodeAffinity: {
          required: {
            nodeSelectorTerms: [
              { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['b'] }] },
            ],
          },
        },
      },
    };
    const pinned = await verdicts(waiting(mount('data')), aNode('a'), aNode('b'), claim('data', 'pv-1'), local);
    expect(said(pinned.found, 'a')).toEqual(['volume-node-affinity']);
    expect(said(pinned.found, 'b')).toEqual([]);

    const disk = (name: string) => ({
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name },
      spec: { csi: { driver: 'csi.example.com', volumeHandle: name } },
    });
    const limit = (name: string, count: number) => ({
      apiVersion: 'storage.k8s.io/v1',
      kind: 'CSINode',
      metadata: { name },
      spec: { drivers: [{ name: 'csi.example.com', allocatable: { count } }] },
    });
    const full = await verdicts(
      waiting(mount('mine')),
      aNode('a'),
      aNode('b'),
      limit('a', 1),
      limit('b', 2),
      claim('mine', 'd1'),
      claim('theirs', 'd2'),
      disk('d1'),
      disk('d2'),
      running('other', 'a', mount('theirs')),
    );
    expect(said(full.found, 'a')).toEqual(['volume-limit']);
    expect(said(full.found, 'b')).toEqual([]);
    // Attached already, to a node that has more than its limit.
    const shared = await verdicts(
      waiting(mount('theirs')),
      aNode('a'),
      limit('a', 0),
      claim('theirs', 'd2'),
      disk('d2'),
      running('other', 'a', mount('theirs')),
    );
    expect(said(shared.found, 'a')).toEqual([]);
  });

  describe('of claims without a volume', () => {
    const claim = (metadata: object = {}, spec: object = {}) => ({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'data', namespace: 'shop', ...metadata },
      spec: {
        storageClassName: 'fast',
        accessModes: ['ReadWriteOnce'],
        resources: { requests: { storage: '10Gi' } },
        ...spec,
      },
      status: { phase: 'Pending' },
    });
    const pod = waiting({ volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'data' } }] });
    const fast = (more: object = {}) => ({
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name: 'fast' },
      provisioner: 'csi.example.com',
      volumeBindingMode: 'WaitForFirstConsumer',
      ...more,
    });
    const inZone = (name: string) => aNode(name, { metadata: { labels: { zone: name } } });

    it('keep to the node for which one is being made, and to the topologies of the class', async () => {
      const selected = { annotations: { 'volume.kubernetes.io/selected-node': 'b' } };
      const chosen = await verdicts(pod, aNode('a'), aNode('b'), claim(selected), fast());
      expect([said(chosen.found, 'a'), said(chosen.found, 'b')]).toEqual([['volume-binding'], []]);
      const allowedTopologies = [{ matchLabelExpressions: [{ key: 'zone', values: ['b'] }] }];
      const zoned = await verdicts(pod, inZone('a'), inZone('b'), claim(), fast({ allowedTopologies }));
      expect([said(zoned.found, 'a'), said(zoned.found, 'b')]).toEqual([['volume-binding'], []]);
      const { view, cluster } = zoned;
      const nodes = cluster.nodes.map((node) => ({ ...node, labels: undefined }));
      expect(simulate(view, { ...cluster, nodes })[0]?.unknown).toContain('VolumeBinding');
    });
    it('need room where the driver says how much there is', async () => {
      const driver = {
        apiVersion: 'storage.k8s.io/v1',
        kind: 'CSIDriver',
        metadata: { name: 'csi.example.com' },
        spec: { storageCapacity: true },
      };
      const room = (zone: string, capacity: string) => ({
        apiVersion: 'storage.k8s.io/v1',
        kind: 'CSIStorageCapacity',
        metadata: { name: `room-${zone}`, namespace: 'kube-system' },
        storageClassName: 'fast',
        nodeTopology: { matchLabels: { zone } },
        capacity,
      });
      const told = await verdicts(
        pod,
        inZone('a'),
        inZone('b'),
        claim(),
        fast(),
        driver,
        room('a', '5Gi'),
        room('b', '50Gi'),
      );
      expect([said(told.found, 'a'), said(told.found, 'b')]).toEqual([['storage-capacity'], []]);
      const untold = await verdicts(pod, inZone('a'), claim(), fast(), driver);
      expect(untold.found[0]?.unknown).toContain('VolumeBinding');
    });
    it('need a volume that is there where nobody makes one', async () => {
      const byHand = fast({ provisioner: 'kubernetes.io/no-provisioner' });
      const volume = (host: string) => ({
        apiVersion: 'v1',
        kind: 'PersistentVolume',
        metadata: { name: 'disk-1' },
        spec: {
          storageClassName: 'fast',
          accessModes: ['ReadWriteOnce'],
          capacity: { storage: '20Gi' },
          nodeAffinity: {
            required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'zone', operator: 'In', values: [host] }] }] },
          },
        },
        status: { phase: 'Available' },
      });
      const some = await verdicts(pod, inZone('a'), inZone('b'), claim(), byHand, volume('b'));
      expect([said(some.found, 'a'), said(some.found, 'b')]).toEqual([['volume-binding'], []]);
      const untold = await verdicts(pod, inZone('a'), claim(), byHand);
      expect(untold.found[0]?.unknown).toContain('VolumeBinding');
    });
    it('have one user only, with ReadWriteOncePod', async () => {
      const user = running('other', 'b', { volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'data' } }] });
      const alone = claim({}, { accessModes: ['ReadWriteOncePod'] });
      const { found } = await verdicts(pod, aNode('a'), aNode('b'), user, alone);
      expect(found.map(({ rejections }) => rejections[0]?.kind)).toEqual(['rwop-in-use', 'rwop-in-use']);
      expect(said((await verdicts(pod, aNode('a'), aNode('b'), user, claim())).found, 'a')).toEqual([]);
    });
  });

  it('spread the pods of one revision, where the constraint says so', async () => {
    const constraint = {
      maxSkew: 1,
      topologyKey: 'zone',
      whenUnsatisfiable: 'DoNotSchedule',
      labelSelector: { matchLabels: { app: 'new' } },
      matchLabelKeys: ['revision', 'not-on-the-pod'],
    };
    const zone = (name: string) => aNode(name, { metadata: { labels: { zone: name } } });
    const pod = (revision: string) =>
      waiting({ topologySpreadConstraints: [constraint] }, { labels: { app: 'new', revision } });
    const before = running('p', 'a', {}, { app: 'new', revision: 'one' });
    const objects = [zone('a'), zone('b'), before];
    expect(said((await verdicts(pod('one'), ...objects)).found, 'a')).toEqual(['topology-spread']);
    expect(said((await verdicts(pod('two'), ...objects)).found, 'a')).toEqual([]);
  });

  it('never hold a pod against itself', async () => {
    const snapshot = await snapshotOf({ objects: [aNode('a'), running('big', 'a', requesting({ cpu: '3' }))] });
    const cluster = viewCluster(snapshot);
    const pod = snapshot.get('pods', 'shop', 'big') as Pod;
    const view = askFor(snapshot, pod);
    const again = { ...view, name: 'other' };
    expect(simulate(again, cluster).some(isFeasible)).toBe(false);
    expect(simulate(view, without(cluster, pod)).every(isFeasible)).toBe(true);
  });

  it('say unknown, not feasible, of nodes that are only a row', async () => {
    const row = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'a' }, status: { conditions: [] } };
    const { found } = await verdicts(waiting(requesting({ cpu: '1' })), row);
    expect(found[0]?.unknown).toContain('NodeResourcesFit');
    expect(found.some(isFeasible)).toBe(false);
  });
});

describe('advice', () => {
  it('names the one change that helps, with its number', async () => {
    const { view, cluster, found } = await verdicts(
      waiting(requesting({ cpu: '3' })),
      aNode('a'),
      running('hog', 'a', requesting({ cpu: '2200m' })),
    );
    expect(suggest(view, cluster, found)).toEqual([
      'Lower the cpu request from 3 to at most 1.8: the pod then fits on a',
    ]);
  });
  it('prefers one change to two, and names the label', async () => {
    const { view, cluster, found } = await verdicts(
      waiting({ nodeSelector: { disk: 'ssd' } }),
      aNode('a'),
      aNode('b', { spec: { unschedulable: true } }),
    );
    expect(suggest(view, cluster, found)).toEqual([
      expect.stringMatching(/^Label a node disk=ssd .* the pod then fits on a$/),
    ]);
  });
  it('drops what the pod can do without: a host port, a spread, a node by name, the neighbours that it wants', async () => {
    const port = { containers: [{ name: 'app', ports: [{ containerPort: 80, hostPort: 80 }] }] };
    const near = (kind: string) => ({
      affinity: {
        [kind]: {
          requiredDuringSchedulingIgnoredDuringExecution: [
            { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'web' } } },
          ],
        },
      },
    });
    const spread = {
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: 'zone',
          whenUnsatisfiable: 'DoNotSchedule',
          labelSelector: { matchLabels: { app: 'new' } },
        },
      ],
    };
    const told = async (spec: object, ...others: object[]) => {
      const { view, cluster, found } = await verdicts(waiting(spec), aNode('a'), ...others);
      return suggest(view, cluster, found)[0];
    };
    expect(await told(port, running('p', 'a', port))).toBe('Drop the hostPort: the pod then fits on a');
    expect(await told(spread)).toMatch(/^Relax the topology spread constraint .* the pod then fits on a$/);
    expect(
      await told({ schedulerName: 'x', nodeName: undefined, ...near('podAntiAffinity') }, running('p', 'a')),
    ).toMatch(/^Make the pod anti-affinity preferred, .* the pod then fits on a$/);
    expect(await told(near('podAffinity'))).toMatch(/^Make the pod affinity preferred, .* the pod then fits on a$/);
  });
  it('is proved: a pod with the advice followed is feasible; with more room it stays feasible', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 0, max: 4 }), async (wanted, taken) => {
        const objects = [
          waiting(requesting({ cpu: String(wanted) })),
          aNode('a'),
          ...(taken > 0 ? [running('hog', 'a', requesting({ cpu: String(taken) }))] : []),
        ];
        const { view, cluster, found } = await verdicts(objects[0] as object, ...objects.slice(1));
        const fits = wanted + taken <= 4;
        expect(found.some(isFeasible)).toBe(fits);
        const less = simulate({ ...view, requests: new Map([['cpu', Math.max(0, 4 - taken)]]) }, cluster);
        expect(less.some(isFeasible)).toBe(true);
        expect(suggest(view, cluster, found).length).toBe(fits ? 0 : 1);
      }),
      { numRuns: 40 },
    );
  });
  it('a toleration never makes a node worse', async () => {
    const taints = fc.array(
      fc.record({
        key: fc.constantFrom('a', 'b'),
        value: fc.constantFrom('', 'x'),
        effect: fc.constantFrom('NoSchedule', 'NoExecute', 'PreferNoSchedule'),
      }),
      { maxLength: 3 },
    );
    await fc.assert(
      fc.asyncProperty(taints, taints, async (onNode, tolerated) => {
        const tolerations = tolerated.map(({ key, value, effect }) => ({ key, value, effect, operator: 'Equal' }));
        const feasible = async (list: object[]) =>
          (await verdicts(waiting({ tolerations: list }), aNode('n', { spec: { taints: onNode } }))).found.some(
            isFeasible,
          );
        if (await feasible([])) expect(await feasible(tolerations)).toBe(true);
        expect(await feasible([{ operator: 'Exists' }])).toBe(true);
      }),
      { numRuns: 40 },
    );
  });
});
